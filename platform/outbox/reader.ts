import type { PendingQuery, Row } from 'postgres';
import type { Database, Sql, Tx } from '../db/database.ts';
import { atomically } from '../db/database.ts';
import type { Relation } from '../invariants.ts';
import { isRecording, recordFollowing } from '../telemetry/spans.ts';
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

/** What a durable consumer is given. */
export interface Selection {
  /** Types of the events that it wants; without them it gets all. */
  types?: readonly string[];
  /** Most events passed by at once, those of other types included. */
  limit?: number;
}

/**
 * Gives the next events to a durable consumer and advances its position, in one transaction: what the
 * consumer writes with `tx` happens exactly once for each event. Processes that call it at once for the same
 * name take turns. A new consumer begins with the oldest event.
 * @returns true when there may be more
 */
export async function consume(
  db: Database,
  name: string,
  handle: (tx: Tx, events: OrderedEvent[]) => Promise<void>,
  selection: Selection = {},
): Promise<boolean> {
  return await consumeInSql(
    db,
    name,
    async (tx, selected) => {
      const events = await tx<OrderedEvent[]>`
        select xid::text as xid, id, topic, sequence, type, data, at from (${selected}) e order by e.xid, id`;
      if (events.length > 0) await handle(tx, inTopicOrder(events));
    },
    selection,
  );
}

/**
 * Like `consume`, for consumers that need so little of many events that they read it with a query of their own.
 * @param handle gets the events as a relation with the columns of `platform.events`
 */
export async function consumeInSql(
  db: Database,
  name: string,
  handle: (tx: Tx, events: Relation) => Promise<void>,
  { types, limit = 500 }: Selection = {},
): Promise<boolean> {
  if (!(await hasNews(db, name))) return false;
  return await atomically(db, async (tx) => {
    const position = await lockPosition(tx, name);
    if (!position) return false;
    const end = await findEnd(tx, position, limit);
    if (!end) return false;
    const selected = () =>
      tx`select * from platform.events e
        where (e.xid, e.id) > (${position.xid}::xid8, ${position.id}) and (e.xid, e.id) <= (${end.xid}::xid8, ${end.id})
          ${types ? tx`and e.type = any(${types as string[]}::text[])` : tx``}`;
    const traces = await tracesOf(tx, selected);
    await recordFollowing(`consume ${name}`, traces, () => handle(tx, selected()));
    await tx`update platform.consumers set xid = ${end.xid}::xid8, id = ${end.id} where name = ${name}`;
    return Number(end.passed) === limit;
  });
}

/** An expression for a query: up to where a consumer has handled the events; before all of them for a new one. */
function positionOf(sql: Sql, name: string): Relation {
  return sql`(
    select coalesce(max(xid), '0'::xid8), coalesce(max(id), 0) from platform.consumers where name = ${name})`;
}

/**
 * Whether a reader may see events that a consumer has not handled. Consumers look many times a second, mostly in
 * vain, so this is all that it costs: one statement, no transaction and no lock.
 */
async function hasNews(sql: Sql, name: string): Promise<boolean> {
  const [row] = await sql`
    select 1 from platform.events
    where (xid, id) > ${positionOf(sql, name)}
      and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, id limit 1`;
  return row !== undefined;
}

/** The traces in which some events were caused, a few at the most; none where this process records nothing. */
async function tracesOf(sql: Sql, events: () => Relation): Promise<string[]> {
  if (!isRecording()) return [];
  const rows = await sql<{ trace: string }[]>`
    select e.trace from (${events()}) e where e.trace is not null order by e.xid, e.id limit 100`;
  return rows.map(({ trace }) => trace);
}

/** The position of a consumer, locked; undefined while another process has it. */
async function lockPosition(tx: Tx, name: string): Promise<Position | undefined> {
  const lock = () => tx<Position[]>`
    select xid::text as xid, id from platform.consumers where name = ${name} for update skip locked`;
  const [position] = await lock();
  if (position) return position;
  const { count } = await tx`
    insert into platform.consumers (name, xid, id) values (${name}, '0', 0) on conflict do nothing`;
  return count > 0 ? (await lock())[0] : undefined;
}

/** The last of the next events behind a position that a reader may see, and how many they are. */
async function findEnd(
  sql: Sql,
  from: Position,
  limit: number,
): Promise<(Position & { passed: bigint }) | undefined> {
  const [end] = await sql<(Position & { passed: bigint })[]>`
    select xid::text as xid, id, count(*) over () as passed from (
      select xid, id from platform.events
      where (xid, id) > (${from.xid}::xid8, ${from.id}) and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by xid, id limit ${limit}) e
    order by e.xid desc, id desc limit 1`;
  return end;
}

/** Forgets a durable consumer that is not used any more; if it comes back, it begins with the oldest event. */
export async function forgetConsumer(sql: Sql, name: string): Promise<void> {
  await sql`delete from platform.consumers where name = ${name}`;
}

/** What a durable consumer does with events in two steps. */
export interface Consumption<P> {
  /** The consumer's name. */
  name: string;
  /** Which events it is given, as a condition on `platform.events e`. */
  filter(sql: Sql): PendingQuery<Row[]>;
  /** Asks neighbours what the events need, before the transaction: inside it nobody is called. */
  prepare(events: OrderedEvent[]): Promise<P>;
  /** Writes what follows from the events. */
  handle(tx: Tx, events: OrderedEvent[], prepared: P): Promise<void>;
  /** Most events passed by at once, those that the filter leaves out included. */
  limit?: number;
}

/**
 * Like `consume`, for consumers that want a part of the events and need to ask others about them. The events
 * behind the position are read first, then `prepare` runs, then `handle` in the transaction that advances the
 * position, unless another process has advanced it meanwhile. What was read cannot change: all of its
 * transactions are over.
 * @returns true when there is more to do at once
 */
export async function consumePrepared<P>(db: Database, consumption: Consumption<P>): Promise<boolean> {
  const { name, filter, limit = 500 } = consumption;
  if (!(await hasNews(db, name))) return false;
  await db`insert into platform.consumers (name, xid, id) values (${name}, '0', 0) on conflict do nothing`;
  const [from] = await db<Position[]>`
    select xid::text as xid, id from platform.consumers where name = ${name}`;
  const end = await findEnd(db, from!, limit);
  if (!end) return false;
  const selected = () => db`
    select e.xid, e.id, e.topic, e.sequence, e.type, e.data, e.at, e.trace from platform.events e
    where (e.xid, e.id) > (${from!.xid}::xid8, ${from!.id}) and (e.xid, e.id) <= (${end.xid}::xid8, ${end.id})
      and (${filter(db)})`;
  const events = inTopicOrder(
    await db<OrderedEvent[]>`
      select xid::text as xid, id, topic, sequence, type, data, at from (${selected()}) e order by e.xid, e.id`,
  );
  const traces = events.length > 0 ? await tracesOf(db, selected) : [];
  return await recordFollowing(`consume ${name}`, traces, async () => {
    const prepared = events.length > 0 ? await consumption.prepare(events) : undefined;
    return await atomically(db, async (tx) => {
      const [position] = await tx`
        select 1 from platform.consumers where name = ${name} and xid = ${from!.xid}::xid8 and id = ${from!.id}
        for update skip locked`;
      if (!position) return false;
      if (events.length > 0) await consumption.handle(tx, events, prepared as P);
      await tx`update platform.consumers set xid = ${end.xid}::xid8, id = ${end.id} where name = ${name}`;
      return Number(end.passed) === limit;
    });
  });
}

/** Events that a durable consumer has not handled yet, as a part of another query. */
export function unreadBy(sql: Sql, name: string): Relation {
  return sql`
    select e.topic, e.type, e.data from platform.events e
    where (e.xid, e.id) > ${positionOf(sql, name)}`;
}

/** The age of the oldest event that a durable consumer has not handled, in seconds; 0 where there is none. */
export async function oldestUnread(sql: Sql, name: string): Promise<number> {
  const [row] = await sql<{ seconds: number }[]>`
    select extract(epoch from clock_timestamp() - e.at)::float8 as seconds from platform.events e
    where (e.xid, e.id) > ${positionOf(sql, name)}
    order by e.xid, e.id limit 1`;
  return row?.seconds ?? 0;
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
