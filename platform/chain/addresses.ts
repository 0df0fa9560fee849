import { createHash } from 'node:crypto';
import type { Address } from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { ASSOCIATED_TOKEN_PROGRAM_ADDRESS, TOKEN_2022_PROGRAM_ADDRESS } from '@solana-program/token-2022';
import { fromBase58, toBase58 } from './base58.ts';
import { isOnCurve } from './curve.ts';

/** The program that a token's mint belongs to: the classic one or its successor with extensions. */
export type TokenProgram = 'token' | 'token-2022';

const PROGRAMS: Record<TokenProgram, Address> = {
  token: TOKEN_PROGRAM_ADDRESS,
  'token-2022': TOKEN_2022_PROGRAM_ADDRESS,
};

/** Well-known addresses on the curve that are no wallets: what is sent to them is lost. */
const RESERVED = new Set<string>([
  SYSTEM_PROGRAM_ADDRESS,
  TOKEN_PROGRAM_ADDRESS,
  TOKEN_2022_PROGRAM_ADDRESS,
  'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
  'metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s',
  'ComputeBudget111111111111111111111111111111',
  'AddressLookupTab1e1111111111111111111111111',
  'BPFLoader1111111111111111111111111111111111',
  'BPFLoader2111111111111111111111111111111111',
  'BPFLoaderUpgradeab1e11111111111111111111111',
  'LoaderV411111111111111111111111111111111111',
  'NativeLoader1111111111111111111111111111111',
  'Config1111111111111111111111111111111111111',
  'Ed25519SigVerify111111111111111111111111111',
  'KeccakSecp256k11111111111111111111111111111',
  'Secp256r1SigVerify1111111111111111111111111',
  'Stake11111111111111111111111111111111111111',
  'StakeConfig11111111111111111111111111111111',
  'Vote111111111111111111111111111111111111111',
  'Feature111111111111111111111111111111111111',
  'ZkTokenProof1111111111111111111111111111111',
  'ZkE1Gama1Proof11111111111111111111111111111',
  'So11111111111111111111111111111111111111112',
  '1nc1nerator11111111111111111111111111111111',
]);
const SYSVAR = /^Sysvar.*1{10,}$/;

const BYTES_ENTRIES = 4_096;
const bytesOf = new Map<string, Uint8Array>();

/** Whether a text is a Solana address: 32 bytes in base58. Any text is safe to pass. */
export function isAddress(text: string): text is Address {
  return readBytes(text) !== undefined;
}

/**
 * Whether a text is an address that a person can hold the key of: on the Ed25519 curve (so no associated
 * account and no other program-derived address) and none of the well-known programs and sysvars. It
 * cannot tell the address of a mint or of a lesser-known program; `canReceive` of the client asks the
 * chain for that.
 */
export function isWalletAddress(text: string): text is Address {
  return isAddress(text) && isOnCurve(addressBytes(text)) && !RESERVED.has(text) && !SYSVAR.test(text);
}

/** The bytes of a text that is an address; those of recent ones are remembered, for base58 is slow to read. */
function readBytes(text: string): Uint8Array | undefined {
  const known = bytesOf.get(text);
  if (known) return known;
  // As the library has it: a shorter or longer text is none, whatever it decodes to.
  if (text.length < 32 || text.length > 44) return undefined;
  const bytes = fromBase58(text);
  if (bytes?.length !== 32) return undefined;
  if (bytesOf.size >= BYTES_ENTRIES) bytesOf.clear();
  bytesOf.set(text, bytes);
  return bytes;
}

/** The 32 bytes of an address. */
export function addressBytes(address: Address): Uint8Array {
  const bytes = readBytes(address);
  if (!bytes) throw new TypeError('Not a Solana address.');
  return bytes;
}

/** Takes a text that must be an address by now; throws where it is not. */
export function toAddress(text: string): Address {
  if (!isAddress(text)) throw new TypeError('Not a Solana address.');
  return text;
}

/** The address of a token program. */
export function programAddress(program: TokenProgram): Address {
  return PROGRAMS[program];
}

/** Which token program an address is, if any. */
export function tokenProgramOf(address: string): TokenProgram | undefined {
  if (address === TOKEN_PROGRAM_ADDRESS) return 'token';
  return address === TOKEN_2022_PROGRAM_ADDRESS ? 'token-2022' : undefined;
}

/**
 * The address that a program derives from seeds: the first bump, counted down from 255, whose hash is off the
 * curve. The same as the library's, which spends a millisecond on it.
 */
function programDerivedAddress(program: Address, seeds: readonly Uint8Array[]): Address {
  for (let bump = 255; bump >= 0; bump--) {
    const hash = createHash('sha256');
    for (const seed of seeds) hash.update(seed);
    const digest = hash
      .update(Uint8Array.of(bump))
      .update(addressBytes(program))
      .update('ProgramDerivedAddress')
      .digest();
    if (!isOnCurve(digest)) return toBase58(digest) as Address;
  }
  throw new Error('No bump gives an address off the curve.');
}

/** The associated token account of an owner for a mint: where that owner's tokens are kept. */
export async function tokenAccountAddress(
  owner: string,
  mint: string,
  program: TokenProgram,
): Promise<Address> {
  const seeds = [toAddress(owner), PROGRAMS[program], toAddress(mint)].map(addressBytes);
  return programDerivedAddress(ASSOCIATED_TOKEN_PROGRAM_ADDRESS, seeds);
}
