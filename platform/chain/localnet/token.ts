import { TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { TOKEN_2022_PROGRAM_ADDRESS } from '@solana-program/token-2022';
import type { AccountState } from './account.ts';
import { fromBase58, sameBytes } from './bytes.ts';

const splToken = fromBase58(TOKEN_PROGRAM_ADDRESS)!;
const splToken2022 = fromBase58(TOKEN_2022_PROGRAM_ADDRESS)!;

// Layout of both token programs: a mint has 82 bytes, an account 165. With extensions, the byte at
// 165 tells which of the two it is. A multisig has 355 bytes.
const MINT_SIZE = 82;
const ACCOUNT_SIZE = 165;
const MULTISIG_SIZE = 355;
const KIND_MINT = 1;
const KIND_ACCOUNT = 2;

/** What a token account holds. */
export interface TokenHolding {
  mint: Uint8Array;
  /** The wallet (or program) that may move the tokens. */
  holder: Uint8Array;
  amount: bigint;
}

/** A mint's supply in its smallest unit. */
export interface MintFacts {
  supply: bigint;
  decimals: number;
}

/** Name of the token program that owns the account, as jsonParsed answers write it. */
export function tokenProgramOf(account: AccountState): 'spl-token' | 'spl-token-2022' | undefined {
  if (sameBytes(account.owner, splToken)) return 'spl-token';
  return sameBytes(account.owner, splToken2022) ? 'spl-token-2022' : undefined;
}

/** The holding of an initialized token account of either program; undefined for anything else. */
export function tokenHolding(account: AccountState | null): TokenHolding | undefined {
  if (account === null || !isKind(account, ACCOUNT_SIZE, KIND_ACCOUNT)) return undefined;
  const { data } = account;
  if (data[108] === 0) return undefined;
  return {
    mint: data.subarray(0, 32),
    holder: data.subarray(32, 64),
    amount: view(data).getBigUint64(64, true),
  };
}

/** The facts of an initialized mint of either program; undefined for anything else. */
export function mintFacts(account: AccountState | null): MintFacts | undefined {
  if (account === null || !isKind(account, MINT_SIZE, KIND_MINT)) return undefined;
  const { data } = account;
  if (data[45] !== 1) return undefined;
  return { supply: view(data).getBigUint64(36, true), decimals: data[44] ?? 0 };
}

/** An amount with its decimals, as Solana's JSON-RPC writes it. */
export function tokenAmount(amount: bigint, decimals: number) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return { amount: amount.toString(), decimals, uiAmount: Number(text), uiAmountString: text };
}

function isKind(account: AccountState, size: number, kind: number): boolean {
  const program = tokenProgramOf(account);
  const length = account.data.length;
  if (program === undefined || length === MULTISIG_SIZE) return false;
  return (
    length === size || (program === 'spl-token-2022' && length > ACCOUNT_SIZE && account.data[165] === kind)
  );
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
