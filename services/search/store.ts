import { atomically, type Database, type Sql, type Tx } from '@ece/platform/db/database';
import { oldestUnread } from '@ece/platform/outbox/reader';
import type { Key } from './domain/affected.ts';

/** A thing whose documents must be made again, as it was marked last. */
export interface Mark extends Key {
  version: bigint;
}

/** How long a process may take for what it has taken, in seconds. */
const LEASE = 30;

/** What each index has of its own: its reader of events, and the things whose documents must be made again. */
export interface Queue {
  consumer: string;
  marks: 'search.marks' | 'search.engine_marks';
}

/** Of the index in PostgreSQL, and of the one in Elasticsearch or OpenSearch. */
export const QUEUES = {
  postgres: { consumer: 'search', marks: 'search.marks' },
  engine: { consumer: 'search-engine', marks: 'search.engine_marks' },
} as const satisfies Record<string, Queue>;

/** Marks things, those that are marked already anew. */
export async function mark(tx: Tx, { marks }: Queue, keys: Key[]): Promise<void> {
  if (keys.length === 0) return;
  const distinct = [...new Map(keys.map((key) => [`${key.kind} ${key.id}`, key])).values()];
  await tx`
    insert into ${tx(marks)} as m (kind, id)
    select kind, id from unnest(${distinct.map((key) => key.kind)}::text[],
      ${distinct.map((key) => key.id)}::uuid[]) as k(kind, id)
    order by kind, id
    on conflict (kind, id) do update set version = nextval('search.tickets'), leased_until = null,
      marked_at = case when m.leased_until is null then m.marked_at else excluded.marked_at end`;
}

/**
 * Takes the things that were marked longest ago. Others leave them alone for a while.
 * @param which what bids have changed, or all else
 */
export async function takeMarks(
  db: Database,
  { marks }: Queue,
  which: 'bids' | 'all else',
  limit: number,
): Promise<Mark[]> {
  return await db<Mark[]>`
    with taken as (
      select kind, id from ${db(marks)}
      where (leased_until is null or leased_until < clock_timestamp()) and (kind = 'bids') = ${which === 'bids'}
      order by version limit ${limit} for update skip locked
    )
    update ${db(marks)} m set leased_until = clock_timestamp() + make_interval(secs => ${LEASE})
    from taken t where m.kind = t.kind and m.id = t.id
    returning m.kind, m.id, m.version`;
}

/** Forgets marks that have been worked off, unless they were made anew meanwhile. */
export async function forgetMarks(db: Database, { marks }: Queue, done: Mark[]): Promise<void> {
  await atomically(
    db,
    (tx) => tx`
      delete from ${tx(marks)} m using ${listed(tx, done)}
      where m.kind = w.kind and m.id = w.id and m.version = w.version`,
  );
}

/** Gives back marks that could not be worked off, so that they need not wait for the end of their lease. */
export async function releaseMarks(db: Database, { marks }: Queue, taken: Mark[]): Promise<void> {
  await db`
    update ${db(marks)} m set leased_until = null from ${listed(db, taken)}
    where m.kind = w.kind and m.id = w.id and m.version = w.version`;
}

function listed(sql: Sql, marks: Mark[]) {
  return sql`unnest(${marks.map((each) => each.kind)}::text[], ${marks.map((each) => each.id)}::uuid[],
    ${marks.map((each) => String(each.version))}::bigint[]) as w(kind, id, version)`;
}

/** How many seconds an index is behind: the age of the oldest event or mark that has not been worked off. */
export async function secondsBehind(sql: Sql, { consumer, marks }: Queue): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`
    select coalesce(extract(epoch from clock_timestamp() - min(marked_at)), 0)::float8 as seconds
    from ${sql(marks)}`;
  return Math.max(row!.seconds, await oldestUnread(sql, consumer));
}

/** Runs something while no other process runs it, of those that share the database. */
export async function exclusively<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return (await db.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('search.engine', 0))`;
    return await work();
  })) as T;
}

/**
 * Draws the version of documents that are about to be made. Drawn behind the marks and before the facts are
 * read: whatever was marked by then is in every document of this or a later version.
 */
export async function drawVersion(sql: Sql): Promise<bigint> {
  const [row] = await sql<{ version: bigint }[]>`select nextval('search.tickets') as version`;
  return row!.version;
}
