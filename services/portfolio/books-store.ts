import { type CopyValue, copyRows } from '@ece/platform/db/copy';
import type { Sql, Tx } from '@ece/platform/db/database';
import type { CardFacts } from './domain/books.ts';
import type { CardValue } from './domain/estimate.ts';
import type { Premiums, SerialClass } from './domain/serials.ts';
import type { AccountDay, Worth } from './domain/standing.ts';

/** How far the books are. Days are dates in UTC, `2030-01-31`. */
export interface BooksRow {
  filled: boolean;
  closedDay: string | null;
  version: bigint;
  replay: boolean;
  changed: boolean;
  valuedDay: string | null;
  now: Date;
}

const columns = (sql: Sql) => sql`
  filled, closed_day::text as "closedDay", version, replay, changed, valued_day::text as "valuedDay",
  clock_timestamp() as now`;

/** Locks the books: the first lock of whatever writes here. */
export async function lockBooks(tx: Tx): Promise<BooksRow> {
  const [row] = await tx<BooksRow[]>`select ${columns(tx)} from portfolio.books for update`;
  return row!;
}

/** Locks the books; undefined where somebody else has them. */
export async function tryLockBooks(tx: Tx): Promise<BooksRow | undefined> {
  const [row] = await tx<BooksRow[]>`select ${columns(tx)} from portfolio.books for update skip locked`;
  return row;
}

/** Gives a transaction over all lots the time and the memory that its statements need. */
export async function allowAllOfIt(tx: Tx): Promise<void> {
  await tx`
    select set_config('statement_timeout', '15min', true), set_config('work_mem', '256MB', true)`;
}

/** Notes that lots have changed, the oldest of them at a time: what the closed days say of it is void. */
export async function noteChange(tx: Tx, oldest: Date): Promise<void> {
  await tx`
    update portfolio.books set changed = true,
      replay = replay or coalesce((${oldest}::timestamptz at time zone 'UTC')::date <= closed_day, false)`;
}

/** Notes that the lots have been made from all of the vault, and that every day must be valued. */
export async function noteFilled(tx: Tx): Promise<void> {
  await tx`update portfolio.books set filled = true, changed = true, replay = true`;
}

/** Deletes all lots; the cards stay, with what they are worth. */
export async function deleteLots(tx: Tx): Promise<void> {
  await tx`delete from portfolio.lots`;
}

/** Gathers statistics of the lots for the planner. */
export async function countLots(tx: Tx): Promise<void> {
  await tx`analyze portfolio.lots`;
}

/** Forgets the closed days: the next run begins with the first one. What people see stays until then. */
export async function reopenDays(tx: Tx): Promise<void> {
  await tx`delete from portfolio.set_days`;
  await tx`update portfolio.premiums set log = 0, sales = 0`;
  await tx`update portfolio.books set closed_day = null, replay = false, changed = true, version = version + 1`;
  await tx`
    delete from portfolio.account_days
    where day < (select (min(held_from) at time zone 'UTC')::date from portfolio.lots)
      or not exists (select from portfolio.lots)`;
}

/** The day of the first lot. */
export async function firstDay(sql: Sql): Promise<string | undefined> {
  const [row] = await sql<{ day: string | null }[]>`
    select (min(held_from) at time zone 'UTC')::date::text as day from portfolio.lots`;
  return row?.day ?? undefined;
}

/** What the books stand on at the end of the closed day: the cards, the sets' indices, the premiums. */
export async function readBase(sql: Sql): Promise<{
  cards: (CardFacts & CardRow)[];
  sets: { setId: string; level: number }[];
  premiums: { name: SerialClass; log: number; sales: number; basisPoints: number }[];
}> {
  const [cards, sets, premiums] = await Promise.all([
    sql<(CardFacts & CardRow)[]>`
      select card_id as id, set_id as "setId", rarity, value, low, high, method, confidence, sales
      from portfolio.cards where set_id is not null`,
    sql<{ setId: string; level: number }[]>`
      select distinct on (set_id) set_id as "setId", level from portfolio.set_days order by set_id, day desc`,
    sql<{ name: SerialClass; log: number; sales: number; basisPoints: number }[]>`
      select serial_class as name, log, sales, basis_points as "basisPoints" from portfolio.premiums`,
  ]);
  return { cards, sets, premiums };
}

/** What a card is said to be worth. */
export type CardRow = { [K in keyof CardValue]: CardValue[K] | null };

/** A day that is over: what moved of the indices, and what every account held at its end. */
export interface ClosedDay {
  day: string;
  levels: { setId: string; level: number }[];
  accounts: AccountDay[];
}

/** Writes days that follow on the closed one, the first one first, with what has been learnt of serials. */
export async function writeDays(tx: Tx, days: ClosedDay[], premiums: Premiums): Promise<void> {
  const names = Object.keys(premiums) as SerialClass[];
  const [first, last] = [days[0]!.day, days.at(-1)!.day];
  await tx`
    update portfolio.premiums p set log = n.log, sales = n.sales
    from unnest(${names}::text[], ${names.map((name) => premiums[name].log)}::float8[],
      ${names.map((name) => premiums[name].sales)}::int[]) as n(name, log, sales)
    where p.serial_class = n.name`;
  await tx`delete from portfolio.account_days where day between ${first}::date and ${last}::date`;
  await copyRows(tx, 'portfolio.set_days', ['set_id', 'day', 'level'], rowsOf(days, levelRows));
  const columns = ['account_id', 'day', 'value', 'cost', 'copies'];
  await copyRows(tx, 'portfolio.account_days', columns, rowsOf(days, accountRows));
  await tx`update portfolio.books set closed_day = ${last}::date, version = version + ${days.length}`;
}

function* rowsOf(days: ClosedDay[], rows: (day: ClosedDay) => Iterable<CopyValue[]>): Iterable<CopyValue[]> {
  for (const day of days) yield* rows(day);
}

const levelRows = ({ day, levels }: ClosedDay) => levels.map(({ setId, level }) => [setId, day, level]);

const accountRows = ({ day, accounts }: ClosedDay) =>
  accounts.map(({ accountId, value, cost, copies }) => [accountId, day, value, cost, copies]);

function sqlClasses(sql: Sql, basisPoints: Record<SerialClass, number>) {
  return sql`select * from unnest(${Object.keys(basisPoints)}::text[], ${Object.values(basisPoints)}::int[])
    as k(name, basis_points)`;
}

/** Keeps what the cards were worth at the end of the closed day. */
export async function writeClosing(tx: Tx, { values, basisPoints }: Worth): Promise<void> {
  await tx`
    update portfolio.cards c set closing_value = v.value
    from portfolio.cards o
    left join unnest(${[...values.keys()]}::uuid[], ${[...values.values()].map(String)}::bigint[])
      as v(card_id, value) on v.card_id = o.card_id
    where c.card_id = o.card_id and c.closing_value is distinct from v.value`;
  await tx`
    update portfolio.premiums p set closing_basis_points = k.basis_points
    from (${sqlClasses(tx, basisPoints)}) k where k.name = p.serial_class`;
}

/** Writes what cards are worth now, and what serials are. */
export async function writeValues(
  tx: Tx,
  day: string,
  values: (CardValue & { id: string })[],
  basisPoints: Record<SerialClass, number>,
): Promise<void> {
  const money = (pick: (value: CardValue) => bigint) => values.map((value) => pick(value).toString());
  await tx`
    update portfolio.cards c
    set value = v.value, low = v.low, high = v.high, method = v.method, confidence = v.confidence, sales = v.sales
    from unnest(${values.map((v) => v.id)}::uuid[], ${money((v) => v.value)}::bigint[],
      ${money((v) => v.low)}::bigint[], ${money((v) => v.high)}::bigint[], ${values.map((v) => v.method)}::text[],
      ${values.map((v) => v.confidence)}::text[], ${values.map((v) => v.sales)}::int[])
      as v(id, value, low, high, method, confidence, sales)
    where c.card_id = v.id`;
  await tx`
    update portfolio.premiums p set basis_points = k.basis_points
    from (${sqlClasses(tx, basisPoints)}) k where k.name = p.serial_class`;
  await tx`update portfolio.books set changed = false, valued_day = ${day}::date`;
}

/** The time by the clock of the database, which decides what day it is. */
export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}
