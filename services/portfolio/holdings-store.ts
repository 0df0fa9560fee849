import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { CardEstimate, Estimate } from './api.ts';
import type { Acquisition } from './lots-store.ts';

/** A copy that somebody holds, with what it is worth; without the estimate where nothing is known. */
export interface HoldingRow {
  copyId: string;
  serial: number;
  heldFrom: Date;
  acquiredBy: Exclude<Acquisition, 'withdrawal'>;
  cost: bigint | null;
  value: bigint | null;
  low: bigint | null;
  high: bigint | null;
  confidence: Estimate['confidence'] | null;
  method: Estimate['method'] | null;
  sales: number;
  serialBasisPoints: number;
  /** Value less cost; null where either is not known. */
  gain: bigint | null;
}

/**
 * An amount times a factor in ten-thousandths, as `withPremium` of the domain has it: rounded down, and
 * without the slowness of `numeric`. What is too large for `bigint` is divided before it is multiplied.
 */
export const timesFactor = (sql: Sql, amount: Relation, basisPoints: Relation): Relation =>
  sql`(${amount} / 10000 * ${basisPoints} + ${amount} % 10000 * ${basisPoints} / 10000)`;

const scaled = (sql: Sql, column: 'value' | 'low' | 'high') =>
  timesFactor(sql, sql`c.${sql(column)}`, sql`k.basis_points`);

const joined = (sql: Sql) => sql`
  from portfolio.lots l
  join portfolio.cards c on c.card_id = l.card_id
  join portfolio.premiums k on k.serial_class = l.serial_class`;

const holdingColumns = (sql: Sql) => sql`
  l.copy_id as "copyId", l.serial, l.held_from as "heldFrom", l.acquired_by as "acquiredBy", l.cost,
  ${scaled(sql, 'value')} as value, ${scaled(sql, 'low')} as low, ${scaled(sql, 'high')} as high,
  c.confidence, c.method, c.sales, k.basis_points as "serialBasisPoints",
  ${scaled(sql, 'value')} - l.cost as gain`;

/** What a list of holdings is sorted by. */
export type HoldingSort = 'value' | 'gain' | 'newest';

/** A place in such a list: the value or gain in micro-USDC, or Unix milliseconds, and the copy. */
export interface HoldingPosition {
  key: bigint;
  copyId: string;
}

/** The last place of what is not known. */
const NOWHERE = (-(2n ** 62n)).toString();
/** Unix milliseconds that PostgreSQL can have as a time, and more than any clock shows. */
const LATEST_MS = 253_402_300_799_999n;

const sortKey = (sql: Sql, sort: HoldingSort) => {
  if (sort === 'newest') return sql`l.held_from`;
  if (sort === 'gain') return sql`coalesce(${scaled(sql, 'value')} - l.cost, ${NOWHERE}::bigint)`;
  return sql`coalesce(${scaled(sql, 'value')}, ${NOWHERE}::bigint)`;
};

const cursorKey = (sql: Sql, sort: HoldingSort, key: bigint) => {
  if (sort !== 'newest') return sql`${key.toString()}::bigint`;
  const ms = key < 0n ? 0n : key > LATEST_MS ? LATEST_MS : key;
  return sql`${new Date(Number(ms))}::timestamptz`;
};

/** What somebody holds behind a place, the highest first, with the place of each. */
export async function listHoldings(
  sql: Sql,
  ownerId: string,
  options: { sort: HoldingSort; setId?: string; after?: HoldingPosition; limit: number },
): Promise<(HoldingRow & { key: bigint })[]> {
  const { sort, setId, after, limit } = options;
  const key = sortKey(sql, sort);
  const behind = after
    ? sql`and (${key}, l.copy_id) < (${cursorKey(sql, sort, after.key)}, ${after.copyId}::uuid)`
    : sql``;
  const rows = await sql<(HoldingRow & { key: bigint | Date })[]>`
    with page as materialized (
      select l.copy_id, l.epoch, ${key} as key ${joined(sql)}
      where l.owner_id = ${ownerId} and l.held_to is null ${setId ? sql`and c.set_id = ${setId}` : sql``} ${behind}
      order by ${key} desc, l.copy_id desc limit ${limit}
    )
    select ${holdingColumns(sql)}, page.key ${joined(sql)}
    join page on page.copy_id = l.copy_id and page.epoch = l.epoch
    order by page.key desc, l.copy_id desc`;
  return rows.map((row) => ({
    ...row,
    key: row.key instanceof Date ? BigInt(row.key.getTime()) : row.key,
  }));
}

/** What somebody holds, by copy, behind an id; for tables of everything. */
export async function holdingsByCopy(
  sql: Sql,
  ownerId: string,
  after: string | undefined,
  limit: number,
): Promise<HoldingRow[]> {
  return await sql<HoldingRow[]>`select ${holdingColumns(sql)} ${joined(sql)}
    where l.owner_id = ${ownerId} and l.held_to is null
    ${after ? sql`and l.copy_id > ${after}` : sql``} order by l.copy_id limit ${limit}`;
}

/** Sums over copies. Money in micro-USDC. */
export interface Totals {
  copies: number;
  value: bigint;
  cost: bigint;
}

/** The sums over a set's copies of one rarity. */
export interface GroupTotals extends Totals {
  setId: string;
  rarity: string;
  /** Over the copies of which value and cost are known. */
  unrealised: bigint;
  unknownCost: number;
  unvalued: number;
}

/** The sums over all that somebody holds, by set and rarity. */
export async function totalsOf(sql: Sql, ownerId: string): Promise<GroupTotals[]> {
  return await sql<GroupTotals[]>`
    select c.set_id as "setId", c.rarity, count(*)::int as copies,
      coalesce(sum(${scaled(sql, 'value')}), 0)::bigint as value, coalesce(sum(l.cost), 0)::bigint as cost,
      coalesce(sum(${scaled(sql, 'value')} - l.cost), 0)::bigint as unrealised,
      (count(*) filter (where l.cost is null))::int as "unknownCost",
      (count(*) filter (where c.value is null))::int as unvalued
    ${joined(sql)} where l.owner_id = ${ownerId} and l.held_to is null
    group by c.set_id, c.rarity`;
}

/** What somebody has gained by all that they sold or traded away. */
export async function realisedOf(sql: Sql, ownerId: string): Promise<bigint> {
  const [row] = await sql<{ realised: bigint }[]>`
    select coalesce(sum(realised), 0)::bigint as realised from portfolio.lots
    where owner_id = ${ownerId} and proceeds is not null`;
  return row!.realised;
}

/** A copy that somebody sold or traded away. */
export interface GainRow {
  copyId: string;
  epoch: bigint;
  heldFrom: Date;
  acquiredBy: Exclude<Acquisition, 'withdrawal'>;
  cost: bigint | null;
  heldTo: Date;
  endedBy: 'sale' | 'trade';
  proceeds: bigint;
  realised: bigint | null;
}

/** A place in a list of gains. */
export interface GainPosition {
  heldTo: Date;
  copyId: string;
  epoch: bigint;
}

/** What somebody sold or traded away before a place, the newest first. */
export async function listGains(
  sql: Sql,
  ownerId: string,
  before: GainPosition | undefined,
  limit: number,
): Promise<GainRow[]> {
  return await sql<GainRow[]>`
    select copy_id as "copyId", epoch, held_from as "heldFrom", acquired_by as "acquiredBy", cost,
      held_to as "heldTo", ended_by as "endedBy", proceeds, realised
    from portfolio.lots
    where owner_id = ${ownerId} and proceeds is not null
      ${before ? sql`and (held_to, copy_id, epoch) < (${before.heldTo}, ${before.copyId}::uuid, ${before.epoch.toString()}::bigint)` : sql``}
    order by held_to desc, copy_id desc, epoch desc limit ${limit}`;
}

/** What somebody held at the end of days from one on, in their order; each `step`-th day, counted from the last. */
export async function listDays(
  sql: Sql,
  accountId: string,
  from: string,
  today: string,
  step: number,
): Promise<(Totals & { day: string })[]> {
  return await sql<(Totals & { day: string })[]>`
    select day::text as day, value, cost, copies from portfolio.account_days
    where account_id = ${accountId} and day >= ${from}::date and day < ${today}::date
      and (${today}::date - day) % ${step}::int = 0
    order by day`;
}

/** The first day on which somebody held something. */
export async function firstDayOf(sql: Sql, accountId: string): Promise<string | undefined> {
  const [row] = await sql<{ day: string }[]>`
    select day::text as day from portfolio.account_days where account_id = ${accountId} order by day limit 1`;
  return row?.day;
}

/** What copies are worth; those that nothing is known of are left out. */
export async function estimatesOf(sql: Sql, copyIds: string[]): Promise<Estimate[]> {
  return await sql<Estimate[]>`
    select l.copy_id as "copyId", ${scaled(sql, 'value')} as value, ${scaled(sql, 'low')} as low,
      ${scaled(sql, 'high')} as high, c.confidence, c.method, c.sales, k.basis_points as "serialBasisPoints"
    ${joined(sql)}
    where l.copy_id = any(${copyIds}::uuid[]) and l.held_to is null and c.value is not null`;
}

/** What cards are worth; those that nothing is known of are left out. */
export async function cardEstimatesOf(sql: Sql, cardIds: string[]): Promise<CardEstimate[]> {
  return await sql<CardEstimate[]>`
    select card_id as "cardId", value, low, high, confidence, method, sales from portfolio.cards
    where card_id = any(${cardIds}::uuid[]) and value is not null`;
}

/** The card of a copy; undefined while nothing is known of it. */
export async function cardOfCopy(sql: Sql, copyId: string): Promise<string | undefined> {
  const [row] = await sql<{ cardId: string }[]>`
    select card_id as "cardId" from portfolio.lots where copy_id = ${copyId} and held_to is null`;
  return row?.cardId;
}

/** What somebody has of one card. */
export interface Owned {
  cardId: string;
  copies: number;
  lowestSerial: number;
}

/** What somebody has of a set, by card. */
export async function ownedOfSet(sql: Sql, ownerId: string, setId: string): Promise<Owned[]> {
  return await sql<Owned[]>`
    select l.card_id as "cardId", count(*)::int as copies, min(l.serial) as "lowestSerial"
    from portfolio.lots l join portfolio.cards c on c.card_id = l.card_id
    where l.owner_id = ${ownerId} and l.held_to is null and c.set_id = ${setId} group by l.card_id`;
}

/** How many cards and copies somebody has of some sets. */
export async function ownedBySet(
  sql: Sql,
  ownerId: string,
  setIds: string[],
): Promise<{ setId: string; owned: number; copies: number }[]> {
  return await sql<{ setId: string; owned: number; copies: number }[]>`
    select c.set_id as "setId", count(distinct l.card_id)::int as owned, count(*)::int as copies
    from portfolio.lots l join portfolio.cards c on c.card_id = l.card_id
    where l.owner_id = ${ownerId} and l.held_to is null and c.set_id = any(${setIds}::uuid[]) group by c.set_id`;
}

/** The cards of a set that have copies. */
export async function cardsWithCopies(sql: Sql, setId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`select card_id as id from portfolio.cards where set_id = ${setId}`;
  return rows.map(({ id }) => id);
}
