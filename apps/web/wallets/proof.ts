import { base58btc } from 'multiformats/bases/base58';

/** What somebody signs to prove that a wallet is theirs. */
export interface Challenge {
  /** The exchange's host, so that what is signed here is of no use elsewhere. */
  host: string;
  address: string;
  /** Drawn anew for each proof. */
  nonce: string;
  /** ISO 8601. */
  at: string;
}

/** The text that is signed. It allows nothing: no payment, no sign-in. */
export function challengeText({ host, address, nonce, at }: Challenge): string {
  return [
    `${host} asks you to prove that this Solana wallet is yours:`,
    address,
    '',
    'Signing this moves no money and no cards, and signs you in nowhere.',
    '',
    `Nonce: ${nonce}`,
    `Issued at: ${at}`,
  ].join('\n');
}

interface Signed {
  address: string;
  publicKey: Uint8Array;
  /** What the wallet says it has signed: our text, perhaps with something in front of it. */
  signedMessage: Uint8Array;
  signature: Uint8Array;
}

/**
 * Whether a wallet has signed a text with the key of its address.
 * @throws NotSupportedError (DOMException) where the browser has no Ed25519
 */
export async function isProven(text: string, signed: Signed): Promise<boolean> {
  const { address, publicKey, signedMessage, signature } = signed;
  if (publicKey.length !== 32 || base58btc.baseEncode(publicKey) !== address) return false;
  if (!new TextDecoder().decode(signedMessage).endsWith(text)) return false;
  const key = await crypto.subtle.importKey('raw', copyOf(publicKey), 'Ed25519', false, ['verify']);
  return await crypto.subtle.verify('Ed25519', key, copyOf(signature), copyOf(signedMessage));
}

/** The same bytes in memory of their own, whatever the wallet has made them in. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
