import type { Database, Sql, Tx } from '@ece/platform/db/database';
import { consumeInSql, type OrderedEvent } from '@ece/platform/outbox/reader';
import { HOUR, hourOf } from './domain/time.ts';

/** Name of the durable consumer. */
export const CONSUMER = 'marketdata';

/** What must be computed again: a card's copies and listings, or the hours and days of a sale. */
export interface Mark {
  kind: 'card' | 'sale';
  id: string;
  version: bigint;
  /** From when on a card's floors must be computed again; null: all of them. */
  since: Date | null;
}

/** A thing to mark. Where nothing else is said, everything of it must be computed again. */
type NewMark = Pick<Mark, 'kind' | 'id'> & { since?: Date };

const CARD = 'card:';
const EVENTS = 5000;
/** An event is written in the transaction that it tells of, which lasts seconds: its times lie within this. */
const MARGIN = HOUR;

/**
 * Marks what the next events concern. It reads no more of them than what and which: figures are computed from
 * the truth, so that an event that is seen twice or late does no harm.
 * @returns true when there may be more
 */
export async function markEvents(db: Database): Promise<boolean> {
  return await consumeInSql(
    db,
    CONSUMER,
    async (tx, events) => {
      const concerning = await tx<Concerning[]>`
        select topic, type, data, at from (${events}) e where starts_with(topic, ${CARD})`;
      await writeMarks(tx, concerned(concerning));
    },
    { limit: EVENTS },
  );
}

/** What is read of an event on a card's topic. */
type Concerning = Pick<OrderedEvent, 'topic' | 'type' | 'data' | 'at'>;

/** The cards and sales that events on the topics of cards concern. */
function concerned(events: Concerning[]): NewMark[] {
  return events.flatMap(({ topic, type, data, at }): NewMark[] => {
    const since = new Date(hourOf(at.getTime() - MARGIN));
    const card = { kind: 'card', id: topic.slice(CARD.length), since } as const;
    return type === 'sale.completed' ? [card, { kind: 'sale', id: String(data.saleId) }] : [card];
  });
}

/** Marks things; one that is marked already gets a new version. */
export async function writeMarks(tx: Tx, marks: NewMark[]): Promise<void> {
  if (marks.length === 0) return;
  await tx`
    insert into marketdata.marks as m (kind, id, since)
    select kind, id, min(coalesce(since, '-infinity')) from unnest(${marks.map((mark) => mark.kind)}::text[],
      ${marks.map((mark) => mark.id)}::uuid[],
      ${marks.map((mark) => mark.since?.toISOString() ?? null)}::timestamptz[]) as n(kind, id, since)
    group by kind, id order by kind, id
    on conflict (kind, id) do update
      set version = nextval('marketdata.versions'), since = least(m.since, excluded.since)`;
}

/** The marks that wait longest. */
export async function readMarks(sql: Sql, limit: number): Promise<Mark[]> {
  return await sql<Mark[]>`
    select kind, id, version, nullif(since, '-infinity') as since
    from marketdata.marks order by version limit ${limit}`;
}

/**
 * Takes marks away, except those that have got a new version meanwhile. Gives the ones that were taken. They are found
 * by place: a join of the table with itself was planned while it was empty, and read all of it for each mark.
 */
export async function takeMarks(tx: Tx, marks: Mark[]): Promise<Mark[]> {
  return await tx<Mark[]>`
    delete from marketdata.marks where ctid = any(array(
      select m.ctid from marketdata.marks m
      where m.version = any(${marks.map((mark) => mark.version.toString())}::bigint[])
      order by m.kind, m.id for update))
    returning kind, id, version, nullif(since, '-infinity') as since`;
}

/** The version of the latest mark, 0 where nothing was ever marked. */
export async function latestVersion(sql: Sql): Promise<bigint> {
  const [row] = await sql<{ version: bigint | null }[]>`select max(version) as version from marketdata.marks`;
  return row!.version ?? 0n;
}

/** How many marks wait that are not later than a version. */
export async function countMarks(sql: Sql, version: bigint): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from marketdata.marks where version <= ${version}`;
  return row!.n;
}
