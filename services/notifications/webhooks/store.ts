import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';

export interface WebhookRow {
  id: string;
  accountId: string;
  url: string;
  types: string[] | null;
  topics: string[];
  state: 'enabled' | 'disabled';
  disabledReason: string | null;
  generation: number;
  /** Whether the secret before this one still signs. */
  previousUntil: Date | null;
  failingSince: Date | null;
  createdAt: Date;
}

export interface DeliveryRow {
  id: string;
  webhookId: string;
  topic: string;
  sequence: bigint;
  type: string;
  state: 'queued' | 'delivered' | 'failed';
  tries: number;
  status: number | null;
  failure: string | null;
  durationMs: number | null;
  createdAt: Date;
  endedAt: Date | null;
}

const columns = (sql: Sql) => sql`
  w.id, w.account_id as "accountId", w.url, w.types, w.state, w.disabled_reason as "disabledReason", w.generation,
  w.previous_until as "previousUntil", w.failing_since as "failingSince", w.created_at as "createdAt",
  (select coalesce(array_agg(t.topic order by t.topic), '{}') from notifications.webhook_topics t
    where t.webhook_id = w.id) as topics`;

export async function insertWebhook(
  tx: Tx,
  hook: Pick<WebhookRow, 'id' | 'accountId' | 'url' | 'types'>,
): Promise<void> {
  await tx`
    insert into notifications.webhooks (id, account_id, url, types)
    values (${hook.id}, ${hook.accountId}, ${hook.url}, ${hook.types}::text[])`;
}

/** Replaces the topics that a webhook follows. */
export async function writeTopics(tx: Tx, id: string, topics: string[]): Promise<void> {
  await tx`delete from notifications.webhook_topics where webhook_id = ${id}`;
  await tx`
    insert into notifications.webhook_topics (topic, webhook_id)
    select distinct topic, ${id}::uuid from unnest(${topics}::text[]) as t(topic)`;
}

export async function updateWebhook(
  tx: Tx,
  id: string,
  { url, types, enabled }: { url: string; types: string[] | null; enabled: boolean | undefined },
): Promise<void> {
  await tx`
    update notifications.webhooks set url = ${url}, types = ${types}::text[],
      state = case ${String(enabled)} when 'true' then 'enabled' when 'false' then 'disabled' else state end,
      disabled_reason = case ${String(enabled)} when 'true' then null
        when 'false' then 'switched_off' else disabled_reason end,
      failing_since = case ${String(enabled)} when 'true' then null else failing_since end
    where id = ${id}`;
}

/** Gives a webhook its next secret; the one before signs for some hours as well. */
export async function rotateSecret(sql: Sql, accountId: string, id: string, hours: number) {
  const [row] = await sql<{ generation: number }[]>`
    update notifications.webhooks
    set generation = generation + 1, previous_until = clock_timestamp() + make_interval(hours => ${hours})
    where id = ${id} and account_id = ${accountId} returning generation`;
  return row?.generation;
}

export async function countWebhooks(sql: Sql, accountId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from notifications.webhooks where account_id = ${accountId}`;
  return row!.n;
}

export async function readWebhook(sql: Sql, accountId: string, id: string): Promise<WebhookRow | undefined> {
  const [row] = await sql<WebhookRow[]>`
    select ${columns(sql)} from notifications.webhooks w where id = ${id} and account_id = ${accountId}`;
  return row;
}

/** An account's webhooks, newest first; there are never many. */
export async function listWebhooks(sql: Sql, accountId: string): Promise<WebhookRow[]> {
  return await sql<WebhookRow[]>`
    select ${columns(sql)} from notifications.webhooks w where account_id = ${accountId} order by id desc`;
}

export async function deleteWebhookRow(sql: Sql, accountId: string, id: string): Promise<boolean> {
  const rows = await sql`
    delete from notifications.webhooks where id = ${id} and account_id = ${accountId} returning 1`;
  return rows.length === 1;
}

/** Switches enabled webhooks off; what waits for them has failed. Gives those that were enabled. */
export async function disableWebhooks(
  tx: Tx,
  ids: string[],
  reason: string,
): Promise<{ id: string; accountId: string; url: string }[]> {
  if (ids.length === 0) return [];
  const rows = await tx<{ id: string; accountId: string; url: string }[]>`
    update notifications.webhooks set state = 'disabled', disabled_reason = ${reason}
    where id = any(${ids}::uuid[]) and state = 'enabled' returning id, account_id as "accountId", url`;
  await failQueued(
    tx,
    rows.map((row) => row.id),
  );
  return rows;
}

/** Ends what waits for webhooks that are switched off. */
export async function failQueued(tx: Tx, webhookIds: string[]): Promise<void> {
  await tx`
    update notifications.deliveries set state = 'failed', failure = 'disabled', ended_at = clock_timestamp()
    where webhook_id = any(${webhookIds}::uuid[]) and state = 'queued'`;
}

const deliveryColumns = (sql: Sql) => sql`
  id, webhook_id as "webhookId", topic, sequence, type, state, tries, status, failure,
  duration_ms as "durationMs", created_at as "createdAt", ended_at as "endedAt"`;

/** A webhook's deliveries, newest first, before an id (exclusive). */
export async function listDeliveries(
  sql: Sql,
  webhookId: string,
  filter: { state?: DeliveryRow['state']; before?: string },
  limit: number,
): Promise<DeliveryRow[]> {
  return await sql<DeliveryRow[]>`
    select ${deliveryColumns(sql)} from notifications.deliveries
    where webhook_id = ${webhookId} ${filter.state ? sql`and state = ${filter.state}` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit}`;
}

/** Queues a delivery that no event causes. */
export async function insertDelivery(
  tx: Tx,
  delivery: { webhookId: string; topic: string; type: string; body: string },
): Promise<DeliveryRow> {
  const [row] = await tx<DeliveryRow[]>`
    insert into notifications.deliveries (id, webhook_id, topic, sequence, type, body)
    values (${newId()}, ${delivery.webhookId}, ${delivery.topic}, 0, ${delivery.type}, ${delivery.body})
    returning ${deliveryColumns(tx)}`;
  return row!;
}

/** Queues a delivery that has ended once more, from its first try; undefined when it has not ended. */
export async function requeue(tx: Tx, webhookId: string, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await tx<DeliveryRow[]>`
    update notifications.deliveries set state = 'queued', tries = 0, due_at = clock_timestamp(),
      status = null, failure = null, duration_ms = null, ended_at = null
    where id = ${id} and webhook_id = ${webhookId} and state <> 'queued' returning ${deliveryColumns(tx)}`;
  return row;
}

export async function hasDelivery(sql: Sql, webhookId: string, id: string): Promise<boolean> {
  const rows = await sql`
    select 1 from notifications.deliveries where id = ${id} and webhook_id = ${webhookId}`;
  return rows.length === 1;
}
