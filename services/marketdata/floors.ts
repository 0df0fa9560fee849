import type { PriceSpan } from '@ece/market';
import type { Sql, Tx } from '@ece/platform/db/database';
import { type CardFloor, floorsByHour, lowestFloors, type Span } from './domain/floors.ts';
import type { BucketWidth } from './domain/series.ts';

/** The floor of a card from the beginning of an hour on. Money in micro-USDC. */
export interface FloorRow {
  subject: string;
  start: Date;
  floor: bigint | null;
}

/** What the spans of cards come to: the hours in which their floors changed. */
export function floorRows(cardIds: string[], spans: PriceSpan[], since: Date | null): FloorRow[] {
  const spansOf = Map.groupBy(spans, (span) => span.cardId);
  const plain = ({ price, from, until }: PriceSpan): Span => ({
    price,
    from: from.getTime(),
    until: until?.getTime() ?? null,
  });
  return cardIds.flatMap((subject) =>
    floorsByHour((spansOf.get(subject) ?? []).map(plain), since?.getTime() ?? null).map(
      ({ start, floor }) => ({ subject, start: new Date(start), floor }),
    ),
  );
}

/** Replaces the floors of cards from an hour on, or all of them. */
export async function writeFloors(
  tx: Tx,
  cardIds: string[],
  spans: PriceSpan[],
  since: Date | null,
): Promise<void> {
  if (cardIds.length === 0) return;
  const rows = floorRows(cardIds, spans, since);
  await tx`
    delete from marketdata.floors where subject = any(${cardIds}::uuid[]) ${since ? tx`and start >= ${since}` : tx``}`;
  await tx`
    insert into marketdata.floors (subject, start, floor)
    select * from unnest(${rows.map((row) => row.subject)}::uuid[],
      ${rows.map((row) => row.start.toISOString())}::timestamptz[],
      ${rows.map((row) => row.floor?.toString() ?? null)}::bigint[])`;
}

/**
 * The floor of a card at the end of each bucket in which it changed, in order, from a time on (all where null).
 * The one that was there at that time comes first.
 */
export async function readFloors(
  sql: Sql,
  subject: string,
  bucket: BucketWidth,
  from: Date | null,
  limit: number,
): Promise<Omit<FloorRow, 'subject'>[]> {
  const rows = await sql<Omit<FloorRow, 'subject'>[]>`
    select distinct on (1) date_trunc(${bucket}, start, 'UTC') as start, floor from marketdata.floors
    where subject = ${subject} ${from ? sql`and start >= ${from}` : sql``}
    order by 1 desc, floors.start desc limit ${limit}`;
  if (!from) return rows.toReversed();
  const before = await sql<Omit<FloorRow, 'subject'>[]>`
    select ${from}::timestamptz(3) as start, floor from marketdata.floors
    where subject = ${subject} and start < ${from} order by floors.start desc limit 1`;
  const isReplaced = rows.at(-1)?.start.getTime() === from.getTime();
  return [...(isReplaced ? [] : before), ...rows.toReversed()];
}

/** The floor of a set as `readFloors` gives that of a card: the lowest of its cards. */
export async function readSetFloors(
  sql: Sql,
  setId: string,
  bucket: BucketWidth,
  from: Date | null,
  limit: number,
): Promise<Omit<FloorRow, 'subject'>[]> {
  const cards = sql`select subject from marketdata.summaries where set_id = ${setId} and kind = 'card'`;
  const before = from
    ? await sql<FloorRow[]>`
        select distinct on (subject) subject, ${from}::timestamptz(3) as start, floor from marketdata.floors
        where subject in (${cards}) and start < ${from} order by subject, floors.start desc`
    : [];
  const since = await sql<FloorRow[]>`
    select subject, start, floor from (
      select distinct on (1, 2) subject, date_trunc(${bucket}, start, 'UTC') as start, floor
      from marketdata.floors where subject in (${cards}) ${from ? sql`and start >= ${from}` : sql``}
      order by 1, 2, floors.start desc
    ) f order by start`;
  const changes = [...before, ...since].map(
    ({ subject, start, floor }): CardFloor => ({ card: subject, start: start.getTime(), floor }),
  );
  return lowestFloors(changes)
    .slice(-limit)
    .map(({ start, floor }) => ({ start: new Date(start), floor }));
}

/** Every floor of cards, by card and in order. */
export async function allFloors(sql: Sql, cardIds: string[]): Promise<FloorRow[]> {
  return await sql<FloorRow[]>`
    select subject, start, floor from marketdata.floors
    where subject = any(${cardIds}::uuid[]) order by subject, start`;
}
