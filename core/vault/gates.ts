import { ok, type Result, refuse } from '@ece/contract';
import { accountIdOf, type Origin } from '@ece/platform/audit/audit';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';

/**
 * The gate that every act of trade passes. An act shares an advisory lock until its transaction ends; who
 * halts trading or freezes an account takes it alone. So when a halt or a freeze has been answered, every act
 * that it forbids has either ended before it or will be refused. In the lock order the gate comes first, before
 * any row: a halt that waits for the acts under way then never waits for one that waits for it.
 */
const GATE = 4_230_020;

/** A stop of trading; times by the database's clock, to the millisecond. */
export interface Halt {
  id: string;
  /** The set it is for; null for everything. */
  setId: string | null;
  /** Whether withdrawals of money and cards are stopped, too. */
  withdrawals: boolean;
  reason: string;
  at: Date;
  /** Null while it is in force. */
  until: Date | null;
}

/** A freeze of an account. */
export interface Freeze {
  id: string;
  accountId: string;
  reason: string;
  at: Date;
  until: Date | null;
}

/** What an act is about, as far as its transaction knows. */
export interface Act {
  /** Everybody whose money or cards it moves or binds, or who asks for that. */
  accounts?: Iterable<string>;
  /** The sets of the cards. */
  sets?: Iterable<string>;
  /**
   * `trade` stops at any halt of its sets; `withdrawal` only at those that stop withdrawals; `personal` is
   * stopped by a freeze alone. `trade` where absent.
   */
  kind?: 'trade' | 'withdrawal' | 'personal';
}

/** What stands in the way at the moment: it stays as it is until the transaction ends. */
export interface Gate {
  halts: Halt[];
  /** Those of the accounts asked about that are frozen. */
  frozen: ReadonlySet<string>;
  /** When the last halt that is over ended; null when there was none. */
  lastResumed: Date | null;
}

const haltColumns = (sql: Sql) => sql`id, set_id as "setId", withdrawals, reason, at, until`;

/**
 * Takes the gate for this transaction and reads what is in force. Call it before any row is locked. Calling it
 * again in one transaction is cheap.
 */
export async function readGate(tx: Tx, accountIds: Iterable<string>): Promise<Gate> {
  const ids = [...new Set(accountIds)];
  // One round trip. The reads are statements of their own and are sent behind the lock, so that their snapshots
  // begin when it is held.
  const locked = tx`select pg_advisory_xact_lock_shared(${GATE})`.execute();
  const [, halts, frozen, resumed] = await Promise.all([
    locked,
    tx<Halt[]>`select ${haltColumns(tx)} from vault.halts where until is null`,
    ids.length === 0
      ? []
      : tx<{ id: string }[]>`select account_id as id from vault.freezes
          where until is null and account_id = any(${ids}::uuid[])`,
    lastResumed(tx),
  ]);
  return { halts, frozen: new Set(frozen.map((row) => row.id)), lastResumed: resumed };
}

/** Whether an act may pass. Refusals: `account_frozen`, `trading_halted`, `withdrawals_halted`. */
export function passes(gate: Pick<Gate, 'halts' | 'frozen'>, act: Act): Result<void> {
  for (const id of act.accounts ?? []) {
    if (gate.frozen.has(id)) return refuse('account_frozen', undefined, { accountId: id });
  }
  const kind = act.kind ?? 'trade';
  if (kind === 'personal') return ok(undefined);
  const sets = new Set(act.sets);
  const halt = gate.halts.find(
    ({ setId, withdrawals }) => (setId === null || sets.has(setId)) && (kind === 'trade' || withdrawals),
  );
  if (!halt) return ok(undefined);
  const data = { setId: halt.setId, reason: halt.reason, since: halt.at.toISOString() };
  return refuse(kind === 'trade' ? 'trading_halted' : 'withdrawals_halted', undefined, data);
}

/**
 * Lets an act of trade pass or refuses it. Call it first in the transaction, before any row is locked; what
 * becomes known later may be asked by a further call.
 * @returns `account_frozen`, `trading_halted` or `withdrawals_halted`
 */
export async function passGate(tx: Tx, act: Act): Promise<Result<void>> {
  const accounts = [...(act.accounts ?? [])];
  return passes(await readGate(tx, accounts), { ...act, accounts });
}

/** Waits for every act under way and keeps further ones out until the transaction ends. */
async function closeGate(tx: Tx): Promise<void> {
  await tx`select pg_advisory_xact_lock(${GATE})`;
}

/**
 * Lets a privileged act pass: who is frozen keeps no powers. Call it first in the transaction, before any row
 * is locked. The command line and the exchange itself always pass.
 * @returns `account_frozen`
 */
export async function passPrivileged(tx: Tx, by: Pick<Origin, 'actor'>): Promise<Result<void>> {
  const accountId = accountIdOf(by);
  return accountId === undefined
    ? ok(undefined)
    : await passGate(tx, { accounts: [accountId], kind: 'personal' });
}

/**
 * Lets a privileged act pass that changes the gate itself, as `passPrivileged`, and keeps all others out until
 * the transaction ends: of two admins who freeze each other at one moment one is refused.
 * @returns `account_frozen`
 */
export async function passAlone(tx: Tx, by: Pick<Origin, 'actor'>): Promise<Result<void>> {
  await closeGate(tx);
  return await passPrivileged(tx, by);
}

/** The moment from which on nothing happens: the present, rounded up to the millisecond. */
const beginning = (tx: Tx) =>
  tx`(date_trunc('milliseconds', clock_timestamp() + interval '999 microseconds'))`;
/** The moment from which on things happen again: the present, rounded down. */
const ending = (tx: Tx) => tx`greatest(at, date_trunc('milliseconds', clock_timestamp()))`;

/**
 * Halts trading of a set, or of everything. Once the transaction has committed, no act of trade that it
 * forbids commits any more.
 * @returns the halt, or `already_halted`
 */
export async function haltTrading(
  tx: Tx,
  halt: { setId: string | null; withdrawals: boolean; reason: string },
): Promise<Result<Halt>> {
  await closeGate(tx);
  const rows = await tx<Halt[]>`
    insert into vault.halts (id, set_id, withdrawals, reason, at)
    select ${newId()}, ${halt.setId}::uuid, ${halt.withdrawals}, ${halt.reason}, ${beginning(tx)}
    where not exists (select from vault.halts where until is null and set_id is not distinct from ${halt.setId}::uuid)
    returning ${haltColumns(tx)}`;
  return rows[0] ? ok(rows[0]) : refuse('already_halted');
}

/** Ends the halt of a set, or that of everything. Refusal: `not_halted`. */
export async function resumeTrading(tx: Tx, setId: string | null): Promise<Result<Halt>> {
  await closeGate(tx);
  const [halt] = await tx<Halt[]>`
    update vault.halts set until = ${ending(tx)}
    where until is null and set_id is not distinct from ${setId}::uuid returning ${haltColumns(tx)}`;
  return halt ? ok(halt) : refuse('not_halted');
}

const freezeColumns = (sql: Sql) => sql`id, account_id as "accountId", reason, at, until`;

/**
 * Freezes an account: once the transaction has committed, it moves no money and no card any more.
 * @returns the freeze, or `already_frozen`
 */
export async function freezeAccount(tx: Tx, accountId: string, reason: string): Promise<Result<Freeze>> {
  await closeGate(tx);
  const rows = await tx<Freeze[]>`
    insert into vault.freezes (id, account_id, reason, at)
    select ${newId()}, ${accountId}, ${reason}, ${beginning(tx)}
    where not exists (select from vault.freezes where until is null and account_id = ${accountId})
    returning ${freezeColumns(tx)}`;
  return rows[0] ? ok(rows[0]) : refuse('already_frozen');
}

/** Ends an account's freeze. Refusal: `not_frozen`. */
export async function unfreezeAccount(tx: Tx, accountId: string): Promise<Result<Freeze>> {
  await closeGate(tx);
  const [freeze] = await tx<Freeze[]>`
    update vault.freezes set until = ${ending(tx)} where until is null and account_id = ${accountId}
    returning ${freezeColumns(tx)}`;
  return freeze ? ok(freeze) : refuse('not_frozen');
}

/** The halts in force, the oldest first. */
export async function currentHalts(sql: Sql): Promise<Halt[]> {
  return await sql<Halt[]>`select ${haltColumns(sql)} from vault.halts where until is null order by at, id`;
}

/** When the last halt that is over ended; null when there was none. */
export async function lastResumed(sql: Sql): Promise<Date | null> {
  const [row] = await sql<{ until: Date | null }[]>`select max(until) as until from vault.halts`;
  return row!.until;
}

/** Halts in force and those that ended after a time, by their beginning. */
export async function haltsSince(sql: Sql, after: Date): Promise<Halt[]> {
  return await sql<Halt[]>`
    select ${haltColumns(sql)} from vault.halts where until is null or until > ${after} order by at, id`;
}

/** Halts before a place (exclusive), newest first. Ids grow with time. */
export async function listHalts(sql: Sql, before: string | undefined, limit: number): Promise<Halt[]> {
  return await sql<Halt[]>`
    select ${haltColumns(sql)} from vault.halts ${before ? sql`where id < ${before}` : sql``}
    order by id desc limit ${limit}`;
}

/** The freezes in force of some accounts, by account. */
export async function freezesOf(sql: Sql, accountIds: string[]): Promise<Map<string, Freeze>> {
  const rows = await sql<Freeze[]>`
    select ${freezeColumns(sql)} from vault.freezes
    where until is null and account_id = any(${accountIds}::uuid[])`;
  return new Map(rows.map((row) => [row.accountId, row]));
}

/** The freezes of an account, over or in force, the last first. */
export async function freezeHistory(
  sql: Sql,
  accountId: string,
  limit: number,
): Promise<(Freeze & { until: Date | null })[]> {
  return await sql<(Freeze & { until: Date | null })[]>`
    select ${freezeColumns(sql)} from vault.freezes where account_id = ${accountId}
    order by at desc, id desc limit ${limit}`;
}

/** How many accounts are frozen. */
export async function countFreezes(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from vault.freezes where until is null`;
  return row!.n;
}

/** Freezes in force before a place (exclusive), newest first. */
export async function listFreezes(sql: Sql, before: string | undefined, limit: number): Promise<Freeze[]> {
  return await sql<Freeze[]>`
    select ${freezeColumns(sql)} from vault.freezes
    where until is null ${before ? sql`and id < ${before}` : sql``} order by id desc limit ${limit}`;
}
