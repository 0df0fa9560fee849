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
  const [balances, holds] = await Promise.all([
    lockAccounts(tx, ids, keys),
    keys.length > 0 ? readHolds(tx, keys) : [],
  ]);
  return { balances, holds };
}

async function readHolds(tx: Tx, several: HoldKey[]): Promise<HoldRow[]> {
  const keys = distinct(several);
  return await tx<HoldRow[]>`
    select h.kind, h.reference, h.account_id, h.amount from vault.holds h
    join unnest(${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.reference)}::uuid[]) as k(kind, reference)
      using (kind, reference)`;
}

/** Changes of holds that are judged and not yet written. */
export interface DrawnHolds {
  kept: HoldChange[];
  gone: HoldKey[];
  /** What each account's held money gains and its available money gives. */
  moved: [id: string, delta: bigint][];
}

/**
 * Judges changes of holds, all or none, and takes them into the balances. Where another account holds for the same
 * key, that hold is let go first: an auction's hold passes from the old leader to the new one in one step.
 * @param locked what `lockHolds` gave for the same keys and everybody whose money changes; its balances are changed
 * @returns `insufficient_funds` with the account in `data` when an available balance is too low
 */
function drawHolds(changes: HoldChange[], { holds, balances }: LockedHolds): Result<DrawnHolds> {
  const keys = new Set(changes.map(identify));
  if (keys.size < changes.length) throw new Error('a hold is changed twice at once');
  const deltas = new Map<string, bigint>();
  const add = (id: string, amount: bigint) => deltas.set(id, (deltas.get(id) ?? 0n) + amount);
  for (const hold of holds) if (keys.has(identify(hold))) add(hold.account_id, -hold.amount);
  for (const change of changes) if (change.amount > 0n) add(change.accountId, change.amount);
  for (const [id, delta] of deltas) {
    const balance = balances.get(id);
    if (!balance && delta <= 0n) throw new Error('money is held by an account that is not locked');
    if ((balance?.available ?? 0n) < delta) {
      return refuse('insufficient_funds', undefined, { accountId: id });
    }
  }
  const moved = [...deltas].filter(([, delta]) => delta !== 0n);
  for (const [id, delta] of moved) {
    const balance = balances.get(id)!;
    balance.available -= delta;
    balance.held += delta;
  }
  return ok({
    kept: changes.filter((change) => change.amount > 0n),
    gone: changes.filter((change) => change.amount <= 0n),
    moved,
  });
}

/** Judges the end of holds as `drawHolds` does; keys without a hold are passed over. */
export function drawRelease(keys: HoldKey[], locked: LockedHolds): DrawnHolds {
  const changes = distinct(keys).map((key) => ({ ...key, accountId: CHAIN, amount: 0n }));
  const drawn = drawHolds(changes, locked);
  if (!drawn.ok) throw new Error('money cannot be let go');
  return drawn.value;
}

/** Writes what `drawHolds` gave. All of it is sent before it waits, so more can go into the same round trip. */
export async function writeHolds(tx: Tx, { kept, gone, moved }: DrawnHolds): Promise<void> {
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
}

/**
 * Sets holds to new amounts, all or none; `drawHolds` has the rules.
 * @param locked what `lockHolds` gave for the same keys and everybody whose money changes, where it was called
 * @returns `insufficient_funds` with the account in `data` when an available balance is too low
 */
export async function setHolds(tx: Tx, changes: HoldChange[], locked?: LockedHolds): Promise<Result<void>> {
  if (changes.length === 0) return ok(undefined);
  const accounts = changes.filter(({ amount }) => amount > 0n).map(({ accountId }) => accountId);
  if (locked && !accounts.every((id) => locked.balances.has(id))) {
    throw new Error('money is to be held by an account that is not locked');
  }
  const drawn = drawHolds(changes, locked ?? (await lockHolds(tx, changes, accounts)));
  if (!drawn.ok) return drawn;
  await writeHolds(tx, drawn.value);
  return ok(undefined);
}

/** Sets money aside. */
export function hold(tx: Tx, key: HoldKey, accountId: string, amount: bigint): Promise<Result<void>> {
  return setHolds(tx, [{ ...key, accountId, amount }]);
}

/** Lets holds go; keys without a hold are passed over. */
export async function release(tx: Tx, keys: HoldKey[]): Promise<void> {
  if (keys.length > 0) await writeHolds(tx, drawRelease(keys, await lockHolds(tx, keys, [])));
}

const distinct = (keys: HoldKey[]) => [...new Map(keys.map((key) => [identify(key), key])).values()];

function identify(key: HoldKey): string {
  return `${key.kind} ${key.reference}`;
}
