import { atomically, type Database, type Sql, type Tx } from '@ece/platform/db/database';
import type { Key } from './domain/affected.ts';

/** A thing whose documents must be made again, as it was marked last. */
export interface Mark extends Key {
  version: bigint;
}

/** How long a process may take for what it has taken, in seconds. */
const LEASE = 30;

/** Marks things, those that are marked already anew. */
export async function mark(tx: Tx, keys: Key[]): Promise<void> {
  if (keys.length === 0) return;
  const distinct = [...new Map(keys.map((key) => [`${key.kind} ${key.id}`, key])).values()];
  await tx`
    insert into search.marks as m (kind, id)
    select kind, id from unnest(${distinct.map((key) => key.kind)}::text[],
      ${distinct.map((key) => key.id)}::uuid[]) as k(kind, id)
    order by kind, id
    on conflict (kind, id) do update set version = nextval('search.tickets'), leased_until = null`;
}

/**
 * Takes the things that were marked longest ago. Others leave them alone for a while.
 * @param which what bids have changed, or all else
 */
export async function takeMarks(db: Database, which: 'bids' | 'all else', limit: number): Promise<Mark[]> {
  return await db<Mark[]>`
    with taken as (
      select kind, id from search.marks
      where (leased_until is null or leased_until < clock_timestamp()) and (kind = 'bids') = ${which === 'bids'}
      order by version limit ${limit} for update skip locked
    )
    update search.marks m set leased_until = clock_timestamp() + make_interval(secs => ${LEASE})
    from taken t where m.kind = t.kind and m.id = t.id
    returning m.kind, m.id, m.version`;
}

/** Forgets marks that have been worked off, unless they were made anew meanwhile. */
export async function forgetMarks(db: Database, marks: Mark[]): Promise<void> {
  await atomically(
    db,
    (tx) => tx`
      delete from search.marks m
      using unnest(${marks.map((each) => each.kind)}::text[], ${marks.map((each) => each.id)}::uuid[],
        ${marks.map((each) => String(each.version))}::bigint[]) as w(kind, id, version)
      where m.kind = w.kind and m.id = w.id and m.version = w.version`,
  );
}

/**
 * Draws the version of documents that are about to be made. Drawn behind the marks and before the facts are
 * read: whatever was marked by then is in every document of this or a later version.
 */
export async function drawVersion(sql: Sql): Promise<bigint> {
  const [row] = await sql<{ version: bigint }[]>`select nextval('search.tickets') as version`;
  return row!.version;
}
