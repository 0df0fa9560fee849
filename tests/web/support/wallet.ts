import type { Page } from 'playwright-core';

/**
 * Registers a wallet of the Wallet Standard in every page of a visit before its scripts run. It has a real Ed25519 key
 * and signs with it.
 * @param forges signs with another key than that of its address
 */
export async function installWallet(page: Page, name: string, forges = false): Promise<void> {
  const [own, other] = await Promise.all([makeKey(), makeKey()]);
  await page.addInitScript(registerWallet, { name, own, signing: forges ? other : own });
}

async function makeKey(): Promise<JsonWebKey> {
  const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
  return await crypto.subtle.exportKey('jwk', privateKey);
}

interface TestWallet {
  name: string;
  /** The key of its address. */
  own: JsonWebKey;
  /** The key that it signs with. */
  signing: JsonWebKey;
}

/** Runs in the page. */
function registerWallet({ name, own, signing }: TestWallet): void {
  const LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const encode = (bytes: Uint8Array) => {
    let value = bytes.reduce((total, byte) => total * 256n + BigInt(byte), 0n);
    let text = '';
    for (; value > 0n; value /= 58n) text = LETTERS[Number(value % 58n)] + text;
    for (const byte of bytes) {
      if (byte !== 0) break;
      text = `1${text}`;
    }
    return text;
  };
  const publicKey = Uint8Array.from(atob(own.x!.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
  const sign = async (bytes: Uint8Array<ArrayBuffer>) => {
    const key = await crypto.subtle.importKey('jwk', signing, 'Ed25519', false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('Ed25519', key, bytes));
  };
  const features = ['solana:signMessage', 'solana:signTransaction'];
  let accounts: object[] = [];
  const wallet = {
    version: '1.0.0',
    name,
    icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="teal"/></svg>',
    chains: ['solana:localnet'],
    get accounts() {
      return accounts;
    },
    features: {
      'standard:connect': {
        version: '1.0.0',
        async connect() {
          accounts = [{ address: encode(publicKey), publicKey, chains: ['solana:localnet'], features }];
          return { accounts };
        },
      },
      'standard:disconnect': {
        version: '1.0.0',
        async disconnect() {
          accounts = [];
        },
      },
      'standard:events': { version: '1.0.0', on: () => () => {} },
      'solana:signMessage': {
        version: '1.1.0',
        async signMessage(...inputs: { message: Uint8Array<ArrayBuffer> }[]) {
          return await Promise.all(
            inputs.map(async ({ message }) => ({
              signedMessage: message,
              signature: await sign(message),
            })),
          );
        },
      },
      'solana:signTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: ['legacy', 0],
        async signTransaction(...inputs: { transaction: Uint8Array }[]) {
          return await Promise.all(
            inputs.map(async ({ transaction }) => {
              // Its own is the only signature: a count, 64 bytes, and the message.
              const signedTransaction = new Uint8Array(transaction);
              if (signedTransaction[0] !== 1) throw new Error('somebody else has to sign, too');
              const message = signedTransaction.slice(65);
              signedTransaction.set(await sign(message), 1);
              return { signedTransaction };
            }),
          );
        },
      },
    },
  };
  const offer = ({ register }: { register(wallet: object): void }) => register(wallet);
  addEventListener('wallet-standard:app-ready', (event) => offer((event as CustomEvent).detail));
  dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: offer }));
}
