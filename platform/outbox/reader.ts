import type { Database, Sql, Tx } from '../db/database.ts';
import { atomically } from '../db/database.ts';
import type { StoredEvent } from './publish.ts';

/** A place in the order of all events. */
export interface Position {
  xid: string;
  id: bigint;
}

/** An event with its place in the order of all events. */
export interface OrderedEvent extends StoredEvent, Position {}

/**
 * Events after a position. They are read in the order of (transaction, id), only from transactions below the
 * snapshot's xmin: every one of those is over, so nothing can later appear in front of what was read, however
 * late a transaction commits after it drew its numbers. Within the batch each topic's events then stand in
 * the order of their sequence, which is the order of commits; only concurrent transactions at the border of
 * two batches may be seen swapped.
 */
export async function readAfter(sql: Sql, position: Position, limit: number): Promise<Batch> {
  const events = await sql<OrderedEvent[]>`
    select xid::text as xid, id, topic, sequence, type, data, at from platform.events
    where (xid, id) > (${position.xid}::xid8, ${position.id})
      and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.xid, id limit ${limit}`;
  const last = events.at(-1);
  return { events: inTopicOrder(events), end: last ? { xid: last.xid, id: last.id } : position };
}

/** Events, and the position behind them. */
export interface Batch {
  events: OrderedEvent[];
  end: Position;
}

/** Puts each topic's events, in the places that they hold, into the order of their sequence. */
function inTopicOrder(events: OrderedEvent[]): OrderedEvent[] {
  const byTopic = Map.groupBy(events, (event) => event.topic);
  for (const list of byTopic.values()) list.sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
  return events.map((event) => byTopic.get(event.topic)!.shift()!);
}

/** The position behind everything that a reader may see now. */
export async function currentPosition(sql: Sql): Promise<Position> {
  const [row] = await sql<{ xid: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid`;
  return { xid: row!.xid, id: -1n };
}

/**
 * Gives the next events to a durable consumer and advances its position, in one transaction: what the
 * consumer writes with `tx` happens exactly once for each event. Processes that call it at once for the same
 * name take turns. A new consumer begins with the oldest event.
 * @returns how many events were handled
 */
export async function consume(
  db: Database,
  name: string,
  handle: (tx: Tx, events: OrderedEvent[]) => Promise<void>,
  limit = 500,
): Promise<number> {
  return await atomically(db, async (tx) => {
    await tx`insert into platform.consumers (name, xid, id) values (${name}, '0', 0) on conflict do nothing`;
    const [position] = await tx<Position[]>`
      select xid::text as xid, id from platform.consumers where name = ${name} for update skip locked`;
    if (!position) return 0;
    const { events, end } = await readAfter(tx, position, limit);
    if (events.length === 0) return 0;
    await handle(tx, events);
    await tx`update platform.consumers set xid = ${end.xid}::xid8, id = ${end.id} where name = ${name}`;
    return events.length;
  });
}

/** Events that a reader could see now but a consumer has not handled; what `/metrics` shows as lag. */
export async function consumerLag(sql: Sql): Promise<{ name: string; events: bigint; seconds: number }[]> {
  return await sql<{ name: string; events: bigint; seconds: number }[]>`
    select c.name, count(e.id) as events,
      coalesce(extract(epoch from clock_timestamp() - min(e.at)), 0)::float8 as seconds
    from platform.consumers c
    left join lateral (
      select id, at from platform.events e where (e.xid, e.id) > (c.xid, c.id) order by e.xid, e.id limit 10000
    ) e on true
    group by c.name`;
}
