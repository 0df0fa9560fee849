import { type Address, isSignature, signature as toSignature } from '@solana/kit';
import { toAddress } from './addresses.ts';
import { describeError } from './describe-error.ts';
import type { Connection } from './rpc.ts';

/** How a transaction changed one token account. */
export interface TokenChange {
  account: string;
  /** Owner of the account after the transaction (before it, where it was closed). */
  owner: string | null;
  mint: string;
  /** In the token's smallest unit; negative for what left. Never 0. */
  delta: bigint;
}

/** A finalized transaction. */
export interface ChainTransaction {
  signature: string;
  slot: bigint;
  /** Seconds since 1970, the estimate of the validators. */
  blockTime: bigint | null;
  /** Lamports that the fee payer paid. */
  fee: bigint;
  /** Why it failed, as JSON; null if it did not. A failed one has no token changes. */
  err: string | null;
  tokenChanges: TokenChange[];
}

/** What a finalized transaction cost, and why it failed (as JSON; null if it did not). */
export type Outcome = Pick<ChainTransaction, 'fee' | 'err'>;

/** The part of a getTransaction answer that an outcome is read from. */
interface TransactionAnswer {
  meta: { fee: number; err: unknown } | null;
}

/** One line of the history of an address. */
export interface SignatureEntry {
  signature: string;
  slot: bigint;
  blockTime: bigint | null;
  err: string | null;
}

interface TokenBalance {
  accountIndex: number;
  mint: string;
  owner?: string;
  uiTokenAmount: { amount: string };
}

/** What the balances before and after say, one entry for each account and mint that changed. */
function tokenChanges(
  accounts: readonly Address[],
  before: readonly TokenBalance[],
  after: readonly TokenBalance[],
): TokenChange[] {
  const changes = new Map<string, TokenChange>();
  const add = ({ accountIndex, mint, owner, uiTokenAmount }: TokenBalance, sign: bigint): void => {
    const account = accounts[accountIndex];
    if (account === undefined) throw new RangeError('A token balance names no account of its transaction.');
    const known = changes.get(`${account} ${mint}`);
    const delta = (known?.delta ?? 0n) + sign * BigInt(uiTokenAmount.amount);
    changes.set(`${account} ${mint}`, { account, owner: owner ?? known?.owner ?? null, mint, delta });
  };
  for (const balance of before) add(balance, -1n);
  for (const balance of after) add(balance, 1n);
  return [...changes.values()].filter((change) => change.delta !== 0n);
}

/** Questions about what happened, answered from finalized blocks only. All throw `ChainError`. */
export function createHistory({ rpc, read, batch }: Connection) {
  /** A finalized transaction; `undefined` while it is not final and for what is no signature. */
  async function transaction(signature: string): Promise<ChainTransaction | undefined> {
    if (!isSignature(signature)) return undefined;
    const found = await read(
      rpc.getTransaction(signature, {
        commitment: 'finalized',
        encoding: 'json',
        maxSupportedTransactionVersion: 0,
      }),
    );
    if (found === null || found.meta === null) return undefined;
    const { meta } = found;
    const { writable = [], readonly = [] } = meta.loadedAddresses ?? {};
    const accounts = [...found.transaction.message.accountKeys, ...writable, ...readonly];
    const err = meta.err === null ? null : describeError(meta.err);
    return {
      signature,
      slot: found.slot,
      blockTime: found.blockTime,
      fee: meta.fee,
      err,
      tokenChanges:
        err === null ? tokenChanges(accounts, meta.preTokenBalances ?? [], meta.postTokenBalances ?? []) : [],
    };
  }

  /**
   * Finalized transactions that name an address, newest first, failed ones included.
   * `until` stops before a signature that is known already; `before` continues after the last of a page.
   */
  async function signaturesFor(
    address: string,
    { until, before, limit = 1_000 }: { until?: string; before?: string; limit?: number } = {},
  ): Promise<SignatureEntry[]> {
    const entries = await read(
      rpc.getSignaturesForAddress(toAddress(address), {
        commitment: 'finalized',
        limit,
        ...(until && { until: toSignature(until) }),
        ...(before && { before: toSignature(before) }),
      }),
    );
    return entries.map(({ signature, slot, blockTime, err }) => ({
      signature,
      slot,
      blockTime,
      err: err === null ? null : describeError(err),
    }));
  }

  /** Outcomes of finalized transactions by signature, asked in batches; what is not final is left out. */
  async function outcomes(signatures: readonly string[]): Promise<Map<string, Outcome>> {
    const options = { commitment: 'finalized', encoding: 'base64', maxSupportedTransactionVersion: 0 };
    const asked = [...new Set(signatures)].filter(isSignature);
    const answers = await batch(
      'getTransaction',
      asked.map((each) => [each, options]),
    );
    const found = new Map<string, Outcome>();
    for (const [index, each] of asked.entries()) {
      const answer = answers[index] as TransactionAnswer | null | undefined;
      if (answer?.meta) {
        const { fee, err } = answer.meta;
        found.set(each, { fee: BigInt(fee), err: err === null ? null : describeError(err) });
      } else if (answer === undefined) {
        const single = await transaction(each);
        if (single) found.set(each, single);
      }
    }
    return found;
  }

  return { transaction, outcomes, signaturesFor };
}
