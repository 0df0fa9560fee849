import { ok, type Result, refuse } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { type Balance, CHAIN, lockAccounts } from './accounts.ts';

/** Money that an account gains (positive) or gives (negative), in micro-USDC. */
export interface Posting {
  accountId: string;
  amount: bigint;
}

export type TransactionKind =
  | 'deposit'
  | 'withdrawal'
  | 'withdrawal_final'
  | 'withdrawal_return'
  | 'sale'
  | 'trade'
  | 'mint'
  | 'copy_withdrawal'
  | 'copy_deposit';

export interface TransactionHead {
  kind: TransactionKind;
  reference: string | null;
  /** When it happened, where that is not now: for histories that are brought in. */
  at?: Date;
}

/**
 * Writes a double-entry transaction. Postings to the same account are added up first; they must sum to zero.
 * @returns its id, or `insufficient_funds` when an available balance would fall below zero
 * @throws when the postings do not sum to zero, which is a bug of the caller
 */
export async function transfer(tx: Tx, head: TransactionHead, postings: Posting[]): Promise<Result<string>> {
  const [result] = await transferMany(tx, [{ ...head, postings }]);
  return result!.ok ? ok(result!.id) : refuse('insufficient_funds');
}

export interface TransferRequest extends TransactionHead {
  postings: Posting[];
}

/** What became of a request. */
export type Transferred = { ok: true; id: string } | { ok: false };

/** Transactions that are judged and not yet written. */
export interface DrawnTransfers {
  /** For each request, in their order. */
  results: Transferred[];
  heads: (TransactionHead & { id: string })[];
  rows: { id: string; accountId: string; amount: bigint; balance: bigint }[];
  /** What each account's available money gains. */
  deltas: Map<string, bigint>;
}

/**
 * Writes several transactions at once, in their order. One that would take an available balance below zero
 * is left out; the others stand. Accounts are locked once, in sorted order.
 */
export async function transferMany(tx: Tx, requests: TransferRequest[]): Promise<Transferred[]> {
  const accounts = requests.flatMap(({ postings }) => postings.map(({ accountId }) => accountId));
  const drawn = drawTransfers(requests, await lockAccounts(tx, accounts));
  await writeTransfers(tx, drawn);
  return drawn.results;
}

/**
 * Judges several transactions in their order, as `transferMany` writes them, and takes them into the balances.
 * @param balances of every account that a posting names, which the caller has locked; they are changed
 */
export function drawTransfers(requests: TransferRequest[], balances: Map<string, Balance>): DrawnTransfers {
  const heads: DrawnTransfers['heads'] = [];
  const rows: DrawnTransfers['rows'] = [];
  const deltas = new Map<string, bigint>();
  const results = requests.map((request): Transferred => {
    const postings = net(request.postings);
    const enough = postings.every(({ accountId, amount }) => {
      const balance = balances.get(accountId);
      if (!balance) throw new Error('a posting names an account that does not exist');
      return accountId === CHAIN || amount > 0n || balance.available + amount >= 0n;
    });
    if (!enough) return { ok: false };
    const id = newId();
    heads.push({ id, kind: request.kind, reference: request.reference, at: request.at });
    for (const { accountId, amount } of postings) {
      const balance = balances.get(accountId)!;
      balance.available += amount;
      deltas.set(accountId, (deltas.get(accountId) ?? 0n) + amount);
      rows.push({ id, accountId, amount, balance: balance.available + balance.held });
    }
    return { ok: true, id };
  });
  return { results, heads, rows, deltas };
}

/** Writes what `drawTransfers` gave. All of it is sent before it waits, so more can go into the same round trip. */
export async function writeTransfers(tx: Tx, { heads, rows, deltas }: DrawnTransfers): Promise<void> {
  if (heads.length === 0) return;
  await Promise.all([
    tx`insert into vault.transactions (id, kind, reference, at)
      select id, kind, reference, coalesce(at, clock_timestamp())
      from unnest(${heads.map((h) => h.id)}::uuid[], ${heads.map((h) => h.kind)}::text[],
        ${heads.map((h) => h.reference)}::uuid[], ${heads.map((h) => h.at?.toISOString() ?? null)}::timestamptz[])
        as h(id, kind, reference, at)`,
    tx`insert into vault.postings (transaction_id, account_id, amount, balance)
      select * from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.accountId)}::uuid[],
        ${rows.map((r) => r.amount.toString())}::bigint[], ${rows.map((r) => r.balance.toString())}::bigint[])`,
    tx`update vault.accounts a set available = a.available + d.delta
      from unnest(${[...deltas.keys()]}::uuid[], ${[...deltas.values()].map(String)}::bigint[]) as d(id, delta)
      where a.id = d.id`,
  ]);
}

function net(postings: Posting[]): Posting[] {
  const byAccount = new Map<string, bigint>();
  let sum = 0n;
  for (const { accountId, amount } of postings) {
    sum += amount;
    byAccount.set(accountId, (byAccount.get(accountId) ?? 0n) + amount);
  }
  if (sum !== 0n) throw new Error('the postings of a transaction do not sum to zero');
  return [...byAccount]
    .filter(([, amount]) => amount !== 0n)
    .map(([accountId, amount]) => ({ accountId, amount }));
}

/** A line of an account's statement. */
export interface Entry {
  id: string;
  kind: TransactionKind;
  reference: string | null;
  amount: bigint;
  balance: bigint;
  at: Date;
}

/** An account's entries, newest first, before an id (exclusive). */
export async function readEntries(
  sql: Sql,
  accountId: string,
  before: string | undefined,
  limit: number,
): Promise<Entry[]> {
  return await sql<Entry[]>`
    select t.id, t.kind, t.reference, p.amount, p.balance, t.at
    from vault.postings p join vault.transactions t on t.id = p.transaction_id
    where p.account_id = ${accountId} and p.asset = 'USDC'
      ${before ? sql`and p.transaction_id < ${before}` : sql``}
    order by p.transaction_id desc limit ${limit}`;
}
