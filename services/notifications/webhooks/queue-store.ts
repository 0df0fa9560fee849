import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { traceToKeep } from '@ece/platform/telemetry/spans';

/** A delivery that is due, with what sending it needs. */
export interface DueDelivery {
  id: string;
  webhookId: string;
  url: string;
  body: string;
  tries: number;
  generation: number;
  /** Whether the secret before the present one still signs. */
  twoSecrets: boolean;
  /** The place in a trace of what caused it. */
  trace: string | null;
}

/** Which enabled webhooks want which of some events. */
export async function wantedBy(
  tx: Tx,
  events: OrderedEvent[],
): Promise<{ ordinal: number; webhookId: string }[]> {
  return await tx<{ ordinal: number; webhookId: string }[]>`
    select e.ordinal::int as ordinal, w.id as "webhookId"
    from unnest(${events.map((e) => e.topic)}::text[], ${events.map((e) => e.type)}::text[],
      ${events.map((e) => e.at.toISOString())}::timestamptz[]) with ordinality as e(topic, type, at, ordinal)
    join notifications.webhook_topics t on t.topic = e.topic
    join notifications.webhooks w on w.id = t.webhook_id
    where w.state = 'enabled' and (w.types is null or e.type = any(w.types)) and e.at >= w.created_at
    order by e.ordinal, w.id`;
}

/** Queues events for webhooks; what is queued already is left out. */
export async function queueDeliveries(
  tx: Tx,
  wanted: { webhookId: string; event: OrderedEvent; body: string }[],
): Promise<void> {
  if (wanted.length === 0) return;
  await tx`
    insert into notifications.deliveries (id, webhook_id, topic, sequence, type, body, trace)
    select d.*, ${traceToKeep()}::text from unnest(${wanted.map(() => newId())}::uuid[], ${wanted.map((w) => w.webhookId)}::uuid[],
      ${wanted.map((w) => w.event.topic)}::text[], ${wanted.map((w) => w.event.sequence.toString())}::bigint[],
      ${wanted.map((w) => w.event.type)}::text[], ${wanted.map((w) => w.body)}::text[]) as d
    on conflict on constraint deliveries_once do nothing`;
}

/** Those of some webhooks for which more than `most` deliveries wait. */
export async function overfull(tx: Tx, webhookIds: string[], most: number): Promise<string[]> {
  const rows = await tx<{ id: string }[]>`
    select w.id from unnest(${webhookIds}::uuid[]) as w(id)
    where (select count(*) from (select 1 from notifications.deliveries d
      where d.webhook_id = w.id and d.state = 'queued' limit ${most + 1}) q) > ${most}`;
  return rows.map((row) => row.id);
}

/**
 * Takes deliveries that are due and counts the try: the longest waiting first, `each` of a webhook at the
 * most, and none of those named busy. Until `leaseSeconds` are over nobody else takes them.
 */
export async function claimDeliveries(
  sql: Sql,
  { limit, each, busy, leaseSeconds }: { limit: number; each: number; busy: string[]; leaseSeconds: number },
): Promise<DueDelivery[]> {
  return await sql<DueDelivery[]>`
    with waiting as (
      select id, webhook_id, due_at from notifications.deliveries
      where state = 'queued' and due_at <= (select clock_timestamp()) and webhook_id <> all(${busy}::uuid[])
      order by due_at limit 1000
    ), fair as (
      select id from (
        select id, due_at, row_number() over (partition by webhook_id order by due_at) as nth from waiting) w
      where nth <= ${each} order by due_at limit ${limit}
    ), due as (
      select id from notifications.deliveries where id in (select id from fair)
        and state = 'queued' and due_at <= clock_timestamp() for update skip locked
    )
    update notifications.deliveries d
    set tries = d.tries + 1, duration_ms = null, due_at = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    from due, notifications.webhooks w
    where d.id = due.id and w.id = d.webhook_id
    returning d.id, d.webhook_id as "webhookId", w.url, d.body, d.tries, w.generation, d.trace,
      coalesce(w.previous_until > clock_timestamp(), false) as "twoSecrets"`;
}

/** What became of a try. */
export interface Try {
  id: string;
  webhookId: string;
  status: number | null;
  failure: string | null;
  durationMs: number;
}

/** Notes that a delivery has arrived; its webhook works. Queued ones are those without an end: see `endMail`. */
export async function noteDelivered(tx: Tx, done: Try): Promise<void> {
  await tx`
    update notifications.webhooks set failing_since = null
    where id = ${done.webhookId} and failing_since is not null`;
  await tx`
    update notifications.deliveries set state = 'delivered', status = ${done.status}, failure = null,
      duration_ms = ${done.durationMs}, ended_at = clock_timestamp()
    where id = ${done.id} and ended_at is null`;
}

/**
 * Notes that a try has failed; without a pause it was the last one.
 * @returns true when nothing has been delivered to its webhook for `patienceHours`
 */
export async function noteFailed(
  tx: Tx,
  done: Try,
  pauseMs: number | undefined,
  patienceHours: number,
): Promise<boolean> {
  const [row] = await tx<{ long: boolean }[]>`
    update notifications.webhooks set failing_since = coalesce(failing_since, clock_timestamp())
    where id = ${done.webhookId}
    returning failing_since < clock_timestamp() - make_interval(hours => ${patienceHours}) as long`;
  await tx`
    update notifications.deliveries set status = ${done.status}, failure = ${done.failure},
      duration_ms = ${done.durationMs},
      state = ${pauseMs === undefined ? 'failed' : 'queued'},
      ended_at = case when ${pauseMs === undefined} then clock_timestamp() end,
      due_at = clock_timestamp() + make_interval(secs => ${(pauseMs ?? 0) / 1000})
    where id = ${done.id} and ended_at is null`;
  return row?.long ?? false;
}
