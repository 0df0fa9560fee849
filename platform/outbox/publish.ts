import type { Sql, Tx } from '../db/database.ts';
import type { Relation } from '../invariants.ts';
import { traceToKeep } from '../telemetry/spans.ts';

/** An event to write: a topic, a type and a JSON payload. */
export interface NewEvent {
  topic: string;
  type: string;
  data: Record<string, unknown>;
}

/** A written event as readers see it. */
export interface StoredEvent extends NewEvent {
  sequence: bigint;
  at: Date;
}

/**
 * Writes events in the caller's transaction and draws each topic's next numbers. The topic rows stay locked
 * until the commit, so a topic's numbers are dense and in the order of commits. Call it last in a
 * transaction: topics come after every other row in the lock order.
 * @returns the last number drawn of each topic
 */
export async function publish(tx: Tx, events: NewEvent[]): Promise<Map<string, bigint>> {
  if (events.length === 0) return new Map();
  const counts = new Map<string, number>();
  const places = events.map(({ topic }) => {
    const place = (counts.get(topic) ?? 0) + 1;
    counts.set(topic, place);
    return place;
  });
  const before = events.map(({ topic }, index) => counts.get(topic)! - places[index]!);
  const rows = await tx<{ topic: string; sequence: bigint }[]>`
    with drawn as (
      insert into platform.topics as t (topic, sequence)
      select topic, n from unnest(${[...counts.keys()]}::text[], ${[...counts.values()]}::bigint[]) as c(topic, n)
      order by topic
      on conflict (topic) do update set sequence = t.sequence + excluded.sequence
      returning t.topic, t.sequence
    ), written as (
      insert into platform.events (topic, sequence, type, data, trace)
      select i.topic, d.sequence - i.before, i.type, i.data::jsonb, ${traceToKeep()}::text
      from unnest(${events.map((e) => e.topic)}::text[], ${before}::int[], ${events.map((e) => e.type)}::text[],
        ${events.map((e) => JSON.stringify(e.data))}::text[]) with ordinality as i(topic, before, type, data, ordinal)
      join drawn d using (topic)
      order by i.ordinal
    )
    select topic, sequence from drawn`;
  return new Map(rows.map((row) => [row.topic, row.sequence]));
}

/** Events of a topic after a number, in order, `limit` at the most. */
export async function readTopic(
  sql: Sql,
  topic: string,
  after: bigint,
  limit: number,
): Promise<StoredEvent[]> {
  return await sql<StoredEvent[]>`
    select topic, sequence, type, data, at from platform.events
    where topic = ${topic} and sequence > ${after} order by sequence limit ${limit}`;
}

/** The last numbers drawn of some topics; topics without an event are left out. */
export async function lastSequences(sql: Sql, topics: string[]): Promise<Map<string, bigint>> {
  const rows = await sql<{ topic: string; sequence: bigint }[]>`
    select topic, sequence from platform.topics where topic = any(${topics}::text[])`;
  return new Map(rows.map((row) => [row.topic, row.sequence]));
}

/** An expression for a query: the last number drawn of the topic that another expression names, or null. */
export function lastSequenceOf(sql: Sql, topic: Relation): Relation {
  return sql`(select t.sequence from platform.topics t where t.topic = ${topic})`;
}
