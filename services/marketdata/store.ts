import type { Sql } from '@ece/platform/db/database';
import type { Candle } from './domain/series.ts';

/** What is kept of a subject. Money in micro-USDC. */
export interface SummaryRow {
  subject: string;
  setId: string | null;
  supply: bigint;
  outside: bigint;
  holders: bigint;
  listed: bigint;
  floor: bigint | null;
  sales: bigint;
  volume: bigint;
  firstPrice: bigint | null;
  lastPrice: bigint | null;
  lastAt: Date | null;
  lastSale: string | null;
}

const columns = (sql: Sql) => sql`
  subject, set_id as "setId", supply, outside, holders, listed, floor, sales, volume,
  first_price as "firstPrice", last_price as "lastPrice", last_at as "lastAt", last_sale as "lastSale"`;

/** The database's time, which windows end at. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}

/** What is kept of subjects, by subject; nothing is kept of one that nothing happened to. */
export async function readSummaries(sql: Sql, subjects: string[]): Promise<Map<string, SummaryRow>> {
  const rows = await sql<SummaryRow[]>`
    select ${columns(sql)} from marketdata.summaries where subject = any(${subjects}::uuid[])`;
  return new Map(rows.map((row) => [row.subject, row]));
}

/** Cards of a set that are known here, with their last prices. */
export async function cardsOfSet(
  sql: Sql,
  setId: string,
): Promise<{ cardId: string; lastPrice: bigint | null }[]> {
  return await sql<{ cardId: string; lastPrice: bigint | null }[]>`
    select subject as "cardId", last_price as "lastPrice" from marketdata.summaries
    where set_id = ${setId} and kind = 'card'`;
}

/** Sums of whole hours from each of some beginnings on. */
export interface HourSum {
  subject: string;
  /** The beginning, by its place in the list. */
  since: number;
  volume: bigint;
  sales: number;
}

/** Adds up the hours of subjects from each of some beginnings on; where there is none, nothing is given. */
export async function sumHours(sql: Sql, subjects: string[], since: Date[]): Promise<HourSum[]> {
  return await sql<HourSum[]>`
    select p.id as subject, (s.place - 1)::int as since, t.volume, t.sales
    from unnest(${subjects}::uuid[]) as p(id)
    cross join unnest(${since.map((at) => at.toISOString())}::timestamptz[]) with ordinality as s(at, place)
    cross join lateral (
      select sum(volume)::bigint as volume, sum(sales)::int as sales from marketdata.buckets
      where subject = p.id and width = 'hour' and start >= s.at
    ) t
    where t.sales is not null`;
}

/** The newest buckets of a subject from a time on (all where null), in order, `limit` at the most. */
export async function readBuckets(
  sql: Sql,
  subject: string,
  width: 'hour' | 'day',
  from: Date | null,
  limit: number,
): Promise<Candle[]> {
  return await sql<Candle[]>`
    select * from (
      select start, open, high, low, close, volume, sales from marketdata.buckets
      where subject = ${subject} and width = ${width} ${from ? sql`and start >= ${from}` : sql``}
      order by start desc limit ${limit}
    ) b order by start`;
}

/** The last price of each hour from a time on, by subject and in order. */
export async function readCloses(
  sql: Sql,
  subjects: string[],
  from: Date,
): Promise<{ subject: string; start: Date; close: bigint }[]> {
  return await sql<{ subject: string; start: Date; close: bigint }[]>`
    select subject, start, close from marketdata.buckets
    where subject = any(${subjects}::uuid[]) and width = 'hour' and start >= ${from} order by subject, start`;
}

/** Cards that were sold at a time or later, latest first. */
export async function soldSince(
  sql: Sql,
  since: Date,
  limit: number,
): Promise<{ cardId: string; lastPrice: bigint }[]> {
  return await sql<{ cardId: string; lastPrice: bigint }[]>`
    select subject as "cardId", last_price as "lastPrice" from marketdata.summaries
    where kind = 'card' and last_at >= ${since} order by last_at desc limit ${limit}`;
}

/** Days of the whole market from a day on, in order. */
export async function readDays(
  sql: Sql,
  market: string,
  from: Date,
): Promise<{ start: Date; volume: bigint; sales: bigint; traders: bigint }[]> {
  return await sql<{ start: Date; volume: bigint; sales: bigint; traders: bigint }[]>`
    select b.start, b.volume, b.sales, coalesce(d.traders, 0) as traders
    from marketdata.buckets b left join marketdata.days d on d.day = (b.start at time zone 'UTC')::date
    where b.subject = ${market} and b.width = 'day' and b.start >= ${from} order by b.start`;
}

/** Owners of a subject, most copies first, behind a position (exclusive). */
export async function readHolders(
  sql: Sql,
  subject: string,
  after: { copies: string; ownerId: string } | undefined,
  limit: number,
): Promise<{ ownerId: string; copies: bigint }[]> {
  const behind = after
    ? sql`and copies <= ${after.copies}::bigint
        and (copies < ${after.copies}::bigint or owner_id > ${after.ownerId}::uuid)`
    : sql``;
  return await sql<{ ownerId: string; copies: bigint }[]>`
    select owner_id as "ownerId", copies from marketdata.holdings where subject = ${subject} ${behind}
    order by copies desc, owner_id limit ${limit}`;
}

/** Accounts that bought or sold since midnight UTC. */
export async function tradersToday(sql: Sql): Promise<number> {
  const [row] = await sql<{ traders: bigint }[]>`
    select traders from marketdata.days where day = (clock_timestamp() at time zone 'UTC')::date`;
  return Number(row?.traders ?? 0);
}
