import type { Sql, Tx } from '@ece/platform/db/database';
import { CHAIN } from '@ece/vault';
import type { CardFacts } from './domain/books.ts';
import type { CardValue } from './domain/estimate.ts';
import type { Premiums, SerialClass } from './domain/serials.ts';
import { timesFactor } from './holdings-store.ts';

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

/** The value of each card and the factor of each kind of serial, at the end of a day. */
export interface Closing {
  values: ReadonlyMap<string, bigint>;
  basisPoints: Record<SerialClass, number>;
}

/** The end of a day: what moved of the indices, what was learnt of serials, and what every account held. */
export async function writeDay(
  tx: Tx,
  day: string,
  levels: ReadonlyMap<string, number>,
  premiums: Premiums,
  closing: Closing,
): Promise<void> {
  const names = Object.keys(premiums) as SerialClass[];
  const classes = sqlClasses(tx, closing.basisPoints);
  await tx`
    insert into portfolio.set_days (set_id, day, level)
    select s.id, ${day}::date, s.level
    from unnest(${[...levels.keys()]}::uuid[], ${[...levels.values()]}::float8[]) as s(id, level)`;
  await tx`
    update portfolio.premiums p set log = n.log, sales = n.sales
    from unnest(${names}::text[], ${names.map((name) => premiums[name].log)}::float8[],
      ${names.map((name) => premiums[name].sales)}::int[]) as n(name, log, sales)
    where p.serial_class = n.name`;
  await tx`delete from portfolio.account_days where day = ${day}::date`;
  await tx`
    insert into portfolio.account_days (account_id, day, value, cost, copies)
    select l.owner_id, ${day}::date, coalesce(sum(${timesFactor(tx, tx`v.value`, tx`k.basis_points`)}), 0)::bigint,
      coalesce(sum(l.cost), 0)::bigint, count(*)::int
    from portfolio.lots l
    join (${classes}) k on k.name = l.serial_class
    left join unnest(${[...closing.values.keys()]}::uuid[], ${[...closing.values.values()].map(String)}::bigint[])
      as v(card_id, value) on v.card_id = l.card_id
    where l.held_from < (${day}::date + 1)::timestamp at time zone 'UTC'
      and (l.held_to is null or l.held_to >= (${day}::date + 1)::timestamp at time zone 'UTC')
      and l.owner_id <> ${CHAIN}
    group by l.owner_id`;
  await tx`update portfolio.books set closed_day = ${day}::date, version = version + 1`;
}

function sqlClasses(sql: Sql, basisPoints: Record<SerialClass, number>) {
  return sql`select * from unnest(${Object.keys(basisPoints)}::text[], ${Object.values(basisPoints)}::int[])
    as k(name, basis_points)`;
}

/** Keeps what the cards were worth at the end of the closed day. */
export async function writeClosing(tx: Tx, { values, basisPoints }: Closing): Promise<void> {
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
