import { ok, type Result, refuse } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';

/** The exchange's own account for fees. */
export const FEES = '00000000-0000-7000-8000-000000000001';
/** The world outside, reached over the chain. Its balance is minus all that came in. */
export const CHAIN = '00000000-0000-7000-8000-000000000002';
/** Withdrawals that have left their account and are not final on chain. */
export const OUTBOUND = '00000000-0000-7000-8000-000000000003';

/** An account's money in micro-USDC. */
export interface Balance {
  available: bigint;
  held: bigint;
}

/** Opens a person's account. Opening it again changes nothing. */
export async function openAccount(tx: Tx, id: string): Promise<void> {
  await tx`insert into vault.accounts (id, kind) values (${id}, 'user') on conflict do nothing`;
}

/** Opens many accounts at once. */
export async function openAccounts(tx: Tx, ids: string[]): Promise<void> {
  await tx`insert into vault.accounts (id, kind) select id, 'user' from unnest(${ids}::uuid[]) id
    on conflict do nothing`;
}

/** The balance of an account; undefined when there is none. */
export async function readBalance(sql: Sql, id: string): Promise<Balance | undefined> {
  const [row] = await sql<Balance[]>`select available, held from vault.accounts where id = ${id}`;
  return row;
}

/**
 * Locks accounts in the order of their ids, which every transaction keeps to, and gives their balances.
 * In the lock order accounts come after copies and before topics.
 * @param keys accounts that hold for them are locked with the others
 */
export async function lockAccounts(
  tx: Tx,
  ids: Iterable<string>,
  keys: HoldKey[] = [],
): Promise<Map<string, Balance>> {
  const rows = await tx<({ id: string } & Balance)[]>`
    select id, available, held from vault.accounts
    where id = any(array(
      select unnest(${[...new Set(ids)]}::uuid[])
      union all
      select h.account_id from vault.holds h
        join unnest(${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.reference)}::uuid[]) as k(kind, reference)
          using (kind, reference)))
    order by id for update`;
  return new Map(rows.map((row) => [row.id, { available: row.available, held: row.held }]));
}

/** What a hold is for; with its reference it is unique. */
export type HoldKind = 'auction' | 'trade' | 'offer';

export interface HoldKey {
  kind: HoldKind;
  reference: string;
}

/** A change of one hold: the amount that shall be held for the key, by whom; 0 lets it go. */
export interface HoldChange extends HoldKey {
  accountId: string;
  amount: bigint;
}

interface HoldRow {
  kind: HoldKind;
  reference: string;
  account_id: string;
  amount: bigint;
}

/** Holds as they are, and accounts that the transaction has locked. */
export interface LockedHolds {
  holds: HoldRow[];
  balances: Map<string, Balance>;
}

/**
 * Locks accounts and reads holds, in one round trip, for callers whose own lock keeps the holds as they are.
 * @param ids accounts; those that hold for the keys are locked, too
 */
export async function lockHolds(tx: Tx, keys: HoldKey[], ids: Iterable<string>): Promise<LockedHolds> {
  const [balances, holds] = await Promise.all([lockAccounts(tx, ids, keys), readHolds(tx, keys)]);
  return { balances, holds };
}

async function readHolds(tx: Tx, keys: HoldKey[]): Promise<HoldRow[]> {
  return await tx<HoldRow[]>`
    select h.kind, h.reference, h.account_id, h.amount from vault.holds h
    join unnest(${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.reference)}::uuid[]) as k(kind, reference)
      using (kind, reference)`;
}

/**
 * Sets holds to new amounts, all or none. Where another account holds for the same key, that hold is let go
 * first: an auction's hold passes from the old leader to the new one in one step.
 * @param locked what `lockHolds` gave for the same keys and everybody whose money changes, where it was called
 * @returns `insufficient_funds` with the account in `data` when an available balance is too low
 */
export async function setHolds(tx: Tx, changes: HoldChange[], locked?: LockedHolds): Promise<Result<void>> {
  if (changes.length === 0) return ok(undefined);
  const keys = new Set(changes.map(identify));
  if (keys.size < changes.length) throw new Error('a hold is changed twice at once');
  const current = locked
    ? locked.holds.filter((row) => keys.has(identify(row)))
    : await readHolds(tx, changes);
  const deltas = new Map<string, bigint>();
  const add = (id: string, amount: bigint) => deltas.set(id, (deltas.get(id) ?? 0n) + amount);
  for (const hold of current) add(hold.account_id, -hold.amount);
  for (const change of changes) if (change.amount > 0n) add(change.accountId, change.amount);

  const balances = locked ? locked.balances : await lockAccounts(tx, deltas.keys());
  for (const id of deltas.keys()) {
    if (locked && !balances.has(id)) throw new Error('money is held by an account that is not locked');
  }
  for (const [id, delta] of deltas) {
    if ((balances.get(id)?.available ?? 0n) < delta) {
      return refuse('insufficient_funds', undefined, { accountId: id });
    }
  }
  const kept = changes.filter((change) => change.amount > 0n);
  const gone = changes.filter((change) => change.amount <= 0n);
  const moved = [...deltas].filter(([, delta]) => delta !== 0n);
  await Promise.all([
    moved.length > 0 &&
      tx`update vault.accounts a set available = a.available - d.delta, held = a.held + d.delta
        from unnest(${moved.map(([id]) => id)}::uuid[], ${moved.map(([, delta]) => delta.toString())}::bigint[]) as d(id, delta)
        where a.id = d.id`,
    kept.length > 0 &&
      tx`insert into vault.holds (kind, reference, account_id, amount)
        select * from unnest(${kept.map((c) => c.kind)}::text[], ${kept.map((c) => c.reference)}::uuid[],
          ${kept.map((c) => c.accountId)}::uuid[], ${kept.map((c) => c.amount.toString())}::bigint[])
        on conflict (kind, reference) do update set account_id = excluded.account_id, amount = excluded.amount`,
    gone.length > 0 &&
      tx`delete from vault.holds h using unnest(${gone.map((c) => c.kind)}::text[], ${gone.map((c) => c.reference)}::uuid[])
          as k(kind, reference)
        where h.kind = k.kind and h.reference = k.reference`,
  ]);
  return ok(undefined);
}

/** Sets money aside. */
export function hold(tx: Tx, key: HoldKey, accountId: string, amount: bigint): Promise<Result<void>> {
  return setHolds(tx, [{ ...key, accountId, amount }]);
}

/** The accounts whose money is held for some keys. */
export async function holdersOf(sql: Sql, keys: HoldKey[]): Promise<string[]> {
  const rows = await sql<{ account_id: string }[]>`
    select account_id from vault.holds
    join unnest(${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.reference)}::uuid[]) as k(kind, reference)
      using (kind, reference)`;
  return rows.map((row) => row.account_id);
}

/** Lets holds go; keys without a hold are passed over. */
export async function release(tx: Tx, keys: HoldKey[]): Promise<void> {
  const distinct = new Map(keys.map((key) => [identify(key), key]));
  await setHolds(
    tx,
    [...distinct.values()].map((key) => ({ ...key, accountId: CHAIN, amount: 0n })),
  );
}

function identify(key: HoldKey): string {
  return `${key.kind} ${key.reference}`;
}
