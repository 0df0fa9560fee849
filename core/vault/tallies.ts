import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';

/*
 * What sales and copies come to, for those who derive figures from them. Relations are parts of queries; the
 * functions read.
 */

/** A card and the beginning of an hour. */
export interface CardHour {
  cardId: string;
  start: Date;
}

/**
 * Sales by card and hour, sorted once for all of it: `card_id, start, open, opened_at, opened_by, high, low, close, closed_at, closed_by,
 * volume, sales`. Of one time the sale with the lower id is the earlier one. Prices in micro-USDC.
 * @param hours the hours wanted; all where absent
 */
export function salesByHour(sql: Sql, hours?: CardHour[]): Relation {
  const wanted = hours
    ? sql`join unnest(${hours.map((hour) => hour.cardId)}::uuid[],
        ${hours.map((hour) => hour.start.toISOString())}::timestamptz[]) as w(card_id, start)
        on s.card_id = w.card_id and s.at >= w.start and s.at < w.start + interval '1 hour'`
    : sql``;
  return sql`
    select s.card_id, date_trunc('hour', s.at, 'UTC') as start,
      (array_agg(s.price order by s.at, s.id))[1] as open, min(s.at) as opened_at,
      (array_agg(s.id order by s.at, s.id))[1] as opened_by,
      max(s.price) as high, min(s.price) as low,
      (array_agg(s.price order by s.at, s.id))[count(*)] as close, max(s.at) as closed_at,
      (array_agg(s.id order by s.at, s.id))[count(*)] as closed_by,
      sum(s.price)::bigint as volume, count(*) as sales
    from vault.sales s ${wanted} group by s.card_id, date_trunc('hour', s.at, 'UTC')`;
}

/** Days, in UTC, on which accounts bought or sold: `day, account_id`. */
export function tradersByDay(sql: Sql): Relation {
  return sql`
    select (s.at at time zone 'UTC')::date as day, p.account_id
    from vault.sales s cross join lateral (values (s.seller_id), (s.buyer_id)) as p(account_id)
    group by 1, 2`;
}

/** How many copies of cards each account owns, the world outside among them: `card_id, owner_id, copies`. */
export function copiesByOwner(sql: Sql, cardIds?: string[]): Relation {
  return sql`
    select card_id, owner_id, count(*) as copies from vault.copies
    ${cardIds ? sql`where card_id = any(${cardIds}::uuid[])` : sql``} group by card_id, owner_id`;
}

/** Ids of cards that have copies, after an id, a page of `limit`. */
export async function cardsWithCopies(sql: Sql, after: string | undefined, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct card_id as id from vault.copies
    where ${after ? sql`card_id > ${after}` : sql`true`} order by card_id limit ${limit}`;
  return rows.map((row) => row.id);
}

/** The sales among some ids, given as a query of one column `id`: `id, card_id`. */
export function salesAmong(sql: Sql, ids: Relation): Relation {
  return sql`select s.id, s.card_id from vault.sales s join (${ids}) i on i.id = s.id`;
}

/** What happened in a sale, as far as figures need it. */
export interface SaleFact {
  id: string;
  cardId: string;
  sellerId: string;
  buyerId: string;
  at: Date;
}

/** Sales by id; unknown ids are left out. */
export async function salesById(sql: Sql, ids: string[]): Promise<SaleFact[]> {
  return await sql<SaleFact[]>`
    select id, card_id as "cardId", seller_id as "sellerId", buyer_id as "buyerId", at
    from vault.sales where id = any(${ids}::uuid[])`;
}

/** A stretch of time: from its beginning to before its end. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** Sales of a card in one of some stretches. */
export interface Tally {
  cardId: string;
  /** The stretch, by its place in the list. */
  stretch: number;
  volume: bigint;
  sales: number;
}

/** Volume and number of sales by card in stretches of time; cards without a sale there are left out. */
export async function tallySales(
  sql: Sql,
  stretches: Stretch[],
  cardIds: string[] | undefined,
): Promise<Tally[]> {
  return await sql<Tally[]>`
    select s.card_id as "cardId", (r.place - 1)::int as stretch, sum(s.price)::bigint as volume,
      count(*)::int as sales
    from unnest(${stretches.map(({ from }) => from.toISOString())}::timestamptz[],
      ${stretches.map(({ to }) => to.toISOString())}::timestamptz[]) with ordinality as r(since, until, place)
    join vault.sales s on s.at >= r.since and s.at < r.until
      ${cardIds ? sql`and s.card_id = any(${cardIds}::uuid[])` : sql``}
    group by s.card_id, r.place`;
}

/** The price of the last sale of a card before an instant. */
export interface PriceAt {
  cardId: string;
  /** The instant, by its place in the list. */
  instant: number;
  price: bigint;
}

/** What cards were last sold for before some instants; cards that had not been sold are left out. */
export async function lastPricesBefore(sql: Sql, cardIds: string[], instants: Date[]): Promise<PriceAt[]> {
  return await sql<PriceAt[]>`
    select c.id as "cardId", (t.place - 1)::int as instant, s.price
    from unnest(${cardIds}::uuid[]) as c(id)
    cross join unnest(${instants.map((at) => at.toISOString())}::timestamptz[]) with ordinality as t(at, place)
    cross join lateral (
      select price from vault.sales where card_id = c.id and at < t.at order by at desc, id desc limit 1
    ) s`;
}
