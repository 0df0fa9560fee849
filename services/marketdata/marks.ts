import type { Database, Sql, Tx } from '@ece/platform/db/database';
import { consume, type OrderedEvent } from '@ece/platform/outbox/reader';

/** Name of the durable consumer. */
export const CONSUMER = 'marketdata';

/** What must be computed again: a card's copies and listings, or the hours and days of a sale. */
export interface Mark {
  kind: 'card' | 'sale';
  id: string;
  version: bigint;
}

const CARD = 'card:';
const EVENTS = 1000;

/**
 * Marks what the next events concern. It reads no more of them than what and which: figures are computed from
 * the truth, so that an event that is seen twice or late does no harm.
 * @returns true when there may be more
 */
export async function markEvents(db: Database): Promise<boolean> {
  const read = await consume(db, CONSUMER, (tx, events) => writeMarks(tx, concerned(events)), EVENTS);
  return read === EVENTS;
}

/** The cards and sales that events concern: everything on a card's topic concerns the card. */
function concerned(events: OrderedEvent[]): Omit<Mark, 'version'>[] {
  return events.flatMap(({ topic, type, data }): Omit<Mark, 'version'>[] => {
    if (!topic.startsWith(CARD)) return [];
    const card = { kind: 'card', id: topic.slice(CARD.length) } as const;
    return type === 'sale.completed' ? [card, { kind: 'sale', id: String(data.saleId) }] : [card];
  });
}

/** Marks things; one that is marked already gets a new version. */
export async function writeMarks(tx: Tx, marks: Omit<Mark, 'version'>[]): Promise<void> {
  if (marks.length === 0) return;
  await tx`
    insert into marketdata.marks (kind, id)
    select distinct kind, id from unnest(${marks.map((mark) => mark.kind)}::text[],
      ${marks.map((mark) => mark.id)}::uuid[]) as m(kind, id) order by kind, id
    on conflict (kind, id) do update set version = nextval('marketdata.versions')`;
}

/** The marks that wait longest. */
export async function readMarks(sql: Sql, limit: number): Promise<Mark[]> {
  return await sql<Mark[]>`select kind, id, version from marketdata.marks order by version limit ${limit}`;
}

/** Takes marks away, except those that have got a new version meanwhile. Gives the ones that were taken. */
export async function takeMarks(tx: Tx, marks: Mark[]): Promise<Mark[]> {
  return await tx<Mark[]>`
    with same as (
      select m.kind, m.id from marketdata.marks m
      join unnest(${marks.map((mark) => mark.kind)}::text[], ${marks.map((mark) => mark.id)}::uuid[],
      ${marks.map((mark) => mark.version.toString())}::bigint[]) as t(kind, id, version)
        on m.kind = t.kind and m.id = t.id and m.version = t.version
      order by m.kind, m.id for update of m
    )
    delete from marketdata.marks m using same s where m.kind = s.kind and m.id = s.id
    returning m.kind, m.id, m.version`;
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
