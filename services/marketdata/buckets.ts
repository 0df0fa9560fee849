import type { Sql, Tx } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import { type CardHour, salesByHour, tradersByDay } from '@ece/vault';

/** The whole market as a subject. */
export const MARKET = '00000000-0000-0000-0000-000000000000';

/** A subject and the beginning of a bucket. */
interface Place {
  subject: string;
  start: Date;
}

const places = (sql: Sql, list: Place[]): Relation => sql`
  select distinct subject, start from unnest(${list.map((place) => place.subject)}::uuid[],
    ${list.map((place) => place.start.toISOString())}::timestamptz[]) as p(subject, start)`;

/** Buckets `b` put together: the first opens, the last closes. Those that follow one another need one sort. */
const merged = (sql: Sql, opening: Relation, closing: Relation) => sql`
  (array_agg(b.open order by ${opening}))[1] as open, min(b.opened_at) as opened_at,
  (array_agg(b.opened_by order by ${opening}))[1] as opened_by, max(b.high) as high, min(b.low) as low,
  (array_agg(b.close order by ${closing}))[count(*)] as close, max(b.closed_at) as closed_at,
  (array_agg(b.closed_by order by ${closing}))[count(*)] as closed_by,
  sum(b.volume)::bigint as volume, sum(b.sales)::bigint as sales`;

/** Buckets of one time, of several subjects. */
const mergedAcross = (sql: Sql) => merged(sql, sql`b.opened_at, b.opened_by`, sql`b.closed_at, b.closed_by`);

/** Buckets of one subject, one after the other. */
const mergedAlong = (sql: Sql) => merged(sql, sql`b.start`, sql`b.start`);

async function write(tx: Tx, width: 'hour' | 'day', rows: Relation): Promise<number> {
  const written = await tx`
    insert into marketdata.buckets (subject, width, start, open, opened_at, opened_by, high, low, close,
      closed_at, closed_by, volume, sales)
    select subject, ${width}, start, open, opened_at, opened_by, high, low, close, closed_at, closed_by, volume,
      sales
    from (${rows}) r
    on conflict (subject, width, start) do update set open = excluded.open, opened_at = excluded.opened_at,
      opened_by = excluded.opened_by, high = excluded.high, low = excluded.low, close = excluded.close,
      closed_at = excluded.closed_at, closed_by = excluded.closed_by, volume = excluded.volume,
      sales = excluded.sales`;
  return written.count;
}

/** Hours of cards, from their sales. */
export const hoursOfCards = (sql: Sql, hours?: CardHour[]): Relation => sql`
  select h.card_id as subject, h.start, h.open, h.opened_at, h.opened_by, h.high, h.low, h.close, h.closed_at,
    h.closed_by, h.volume, h.sales
  from (${salesByHour(sql, hours)}) h`;

/** Hours of sets, from those of their cards. */
export const hoursOfSets = (sql: Sql, hours?: Place[]): Relation => sql`
  select c.set_id as subject, b.start, ${mergedAcross(sql)}
  from ${hours ? sql`(${places(sql, hours)}) p join marketdata.summaries c on c.set_id = p.subject` : sql`marketdata.summaries c`}
  join marketdata.buckets b on b.subject = c.subject and b.width = 'hour' ${hours ? sql`and b.start = p.start` : sql``}
  where c.kind = 'card' group by c.set_id, b.start`;

/** Hours of the whole market, from those of its sets. */
export const hoursOfMarket = (sql: Sql, hours?: Place[]): Relation => sql`
  select ${MARKET}::uuid as subject, b.start, ${mergedAcross(sql)}
  from ${hours ? sql`(${places(sql, hours)}) p cross join marketdata.summaries c` : sql`marketdata.summaries c`}
  join marketdata.buckets b on b.subject = c.subject and b.width = 'hour' ${hours ? sql`and b.start = p.start` : sql``}
  where c.kind = 'set' group by b.start`;

/** Days, from the hours of the same subject. */
export const days = (sql: Sql, wanted?: Place[]): Relation => sql`
  select b.subject, date_trunc('day', b.start, 'UTC') as start, ${mergedAlong(sql)}
  from ${wanted ? sql`(${places(sql, wanted)}) p join` : sql``} marketdata.buckets b
  ${wanted ? sql`on b.subject = p.subject and b.start >= p.start and b.start < p.start + interval '1 day'` : sql``}
  where b.width = 'hour' group by b.subject, date_trunc('day', b.start, 'UTC')`;

/** A card's hour, and the set of the card. */
export interface SoldHour extends CardHour {
  setId: string;
  /** The beginning of the day. */
  day: Date;
}

/** Computes hours again in which cards were sold, and everything that is made of them. */
export async function writeHours(tx: Tx, hours: SoldHour[]): Promise<void> {
  if (hours.length === 0) return;
  const distinct = new Map(hours.map((hour) => [`${hour.cardId} ${hour.start.getTime()}`, hour]));
  const sold = [...distinct.values()];
  const of = (subject: (hour: SoldHour) => string) =>
    sold.map((hour) => ({ subject: subject(hour), start: hour.start }));
  await write(tx, 'hour', hoursOfCards(tx, sold));
  await write(
    tx,
    'hour',
    hoursOfSets(
      tx,
      of((hour) => hour.setId),
    ),
  );
  await write(
    tx,
    'hour',
    hoursOfMarket(
      tx,
      of(() => MARKET),
    ),
  );
  const wanted = sold.flatMap(({ cardId, setId, day }) =>
    [cardId, setId, MARKET].map((subject) => ({ subject, start: day })),
  );
  await write(tx, 'day', days(tx, wanted));
}

/** Makes every bucket anew. Gives how many there are. */
export async function rewriteBuckets(tx: Tx): Promise<number> {
  await tx`delete from marketdata.buckets`;
  const cards = await write(tx, 'hour', hoursOfCards(tx));
  await tx`analyze marketdata.buckets`;
  const sets = await write(tx, 'hour', hoursOfSets(tx));
  const market = await write(tx, 'hour', hoursOfMarket(tx));
  return cards + sets + market + (await write(tx, 'day', days(tx)));
}

/** Notes who traded on which days, and counts the traders of those days. */
export async function writeTraders(tx: Tx, traders: { day: Date; accountId: string }[]): Promise<void> {
  if (traders.length === 0) return;
  const list = traders.map(({ day }) => day.toISOString().slice(0, 10));
  await tx`
    insert into marketdata.traders (day, account_id)
    select distinct day, account_id from unnest(${list}::date[],
      ${traders.map((trader) => trader.accountId)}::uuid[]) as t(day, account_id)
    on conflict do nothing`;
  await countTraders(tx, list);
}

/** Makes the traders of every day anew. Gives how many rows there are. */
export async function rewriteTraders(tx: Tx): Promise<number> {
  await tx`delete from marketdata.traders`;
  await tx`delete from marketdata.days`;
  const written = await tx`
    insert into marketdata.traders (day, account_id) select day, account_id from (${tradersByDay(tx)}) t`;
  await countTraders(tx);
  return written.count;
}

async function countTraders(tx: Tx, list?: string[]): Promise<void> {
  await tx`
    insert into marketdata.days (day, traders)
    select day, count(*) from marketdata.traders
    ${list ? tx`where day = any(${list}::date[])` : tx``} group by day
    on conflict (day) do update set traders = excluded.traders`;
}
