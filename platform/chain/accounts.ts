import {
  type Address,
  type Commitment,
  getBase64Encoder,
  getU64Decoder,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { SYSTEM_PROGRAM_ADDRESS } from '@solana-program/system';
import { isWalletAddress, toAddress, tokenProgramOf } from './addresses.ts';
import { toBase58 } from './base58.ts';
import type { Connection } from './rpc.ts';

/** An account as it is stored: the program that owns it and its bytes. */
export interface RawAccount {
  program: Address;
  data: ReadonlyUint8Array;
}

/** What a token account holds. */
export interface TokenAccount {
  mint: string;
  owner: string;
  amount: bigint;
}

const ACCOUNT_BATCH = 100;

/* Layout shared by both token programs: a token account has 165 bytes, a mint 82; what has extensions is
   longer than 165 and says at byte 165 which of the two it is. */
const TOKEN_ACCOUNT_SIZE = 165;
const MINT_SIZE = 82;
const KIND_AT = 165;
const KIND = { mint: 1, account: 2 };

const addressAt = (data: ReadonlyUint8Array, at: number): string =>
  toBase58(Uint8Array.from(data.slice(at, at + 32)));

function isKind(data: ReadonlyUint8Array, kind: keyof typeof KIND): boolean {
  if (data.length > TOKEN_ACCOUNT_SIZE) return data[KIND_AT] === KIND[kind];
  return data.length === (kind === 'mint' ? MINT_SIZE : TOKEN_ACCOUNT_SIZE);
}

/** Reads a token account of either program; `undefined` for any other account. */
export function decodeTokenAccount(account: RawAccount | undefined): TokenAccount | undefined {
  if (account === undefined || tokenProgramOf(account.program) === undefined) return undefined;
  const { data } = account;
  const initialised = isKind(data, 'account') && data[108] !== 0;
  if (!initialised) return undefined;
  return {
    mint: addressAt(data, 0),
    owner: addressAt(data, 32),
    amount: getU64Decoder().decode(data, 64),
  };
}

/** What a mint lets happen to its token. */
export interface MintState {
  supply: bigint;
  decimals: number;
  /** null once nobody can add to the supply. */
  mintAuthority: string | null;
}

function decodeMintState(account: RawAccount | undefined): MintState | undefined {
  const supply = decodeSupply(account);
  if (account === undefined || supply === undefined) return undefined;
  const { data } = account;
  return {
    supply,
    decimals: data[44]!,
    mintAuthority: data[0] === 1 ? addressAt(data, 4) : null,
  };
}

function decodeSupply(account: RawAccount | undefined): bigint | undefined {
  if (account === undefined || tokenProgramOf(account.program) === undefined) return undefined;
  const { data } = account;
  return isKind(data, 'mint') && data[45] === 1 ? getU64Decoder().decode(data, 36) : undefined;
}

/** Questions about the present state of accounts. All throw `ChainError`. */
export function createAccountQueries({ rpc, read }: Connection) {
  /** Accounts in the order asked, 100 a request; `undefined` for one that does not exist. */
  async function rawAccounts(
    addresses: readonly string[],
    commitment: Commitment,
  ): Promise<(RawAccount | undefined)[]> {
    const found: (RawAccount | undefined)[] = [];
    for (let at = 0; at < addresses.length; at += ACCOUNT_BATCH) {
      const batch = addresses.slice(at, at + ACCOUNT_BATCH).map(toAddress);
      const { value } = await read(rpc.getMultipleAccounts(batch, { commitment, encoding: 'base64' }));
      for (const account of value) {
        found.push(
          account === null
            ? undefined
            : { program: account.owner, data: getBase64Encoder().encode(account.data[0]) },
        );
      }
    }
    return found;
  }

  /**
   * Amounts in token accounts of either program, in the order asked and in the tokens' smallest unit;
   * null for an address that is no token account.
   */
  async function tokenBalances(
    accounts: readonly string[],
    commitment: Commitment = 'confirmed',
  ): Promise<(bigint | null)[]> {
    const raw = await rawAccounts(accounts, commitment);
    return raw.map((account) => decodeTokenAccount(account)?.amount ?? null);
  }

  /** How much of a token exists, in its smallest unit; `undefined` for what is no mint. */
  async function tokenSupply(
    mint: string,
    commitment: Commitment = 'confirmed',
  ): Promise<bigint | undefined> {
    return decodeSupply((await rawAccounts([mint], commitment))[0]);
  }

  /** The states of mints of either program, in the order asked; `undefined` for what is no mint. */
  async function mintStates(
    mints: readonly string[],
    commitment: Commitment = 'confirmed',
  ): Promise<(MintState | undefined)[]> {
    return (await rawAccounts(mints, commitment)).map(decodeMintState);
  }

  /** Token accounts of either program, in the order asked; `undefined` for what is none. */
  async function tokenAccounts(
    accounts: readonly string[],
    commitment: Commitment = 'confirmed',
  ): Promise<(TokenAccount | undefined)[]> {
    return (await rawAccounts(accounts, commitment)).map(decodeTokenAccount);
  }

  /**
   * Whether tokens sent to an address end up with somebody who can use them, as far as can be told: a
   * wallet address that is unused or an ordinary account, so no mint, token account or program.
   */
  async function canReceive(address: string): Promise<boolean> {
    if (!isWalletAddress(address)) return false;
    const [account] = await rawAccounts([address], 'confirmed');
    return account === undefined || account.program === SYSTEM_PROGRAM_ADDRESS;
  }

  return { rawAccounts, tokenBalances, tokenSupply, tokenAccounts, mintStates, canReceive };
}

/** See `createAccountQueries`. */
export type AccountQueries = ReturnType<typeof createAccountQueries>;
