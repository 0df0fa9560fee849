import { type entities, ok, type Result, refuse, type Static } from '@ece/contract';
import { transaction } from '@ece/platform/db/database';
import { isLoopback, isPublicAddress } from '@ece/platform/http/public-address';
import { newId } from '@ece/platform/ids/index';
import type { NotificationsContext } from '../api.ts';
import { checkUrl } from '../domain/webhook-url.ts';
import { lockLimits, MOST } from '../limits.ts';
import { webhookSecret } from './sign.ts';
import {
  countWebhooks,
  type DeliveryRow,
  failQueued,
  hasDelivery,
  insertDelivery,
  insertWebhook,
  readWebhook,
  requeue,
  rotateSecret,
  updateWebhook,
  type WebhookRow,
  writeTopics,
} from './store.ts';

export type Webhook = Static<typeof entities.Webhook>;
export type Delivery = Static<typeof entities.WebhookDelivery>;

/** Hours in which the secret before a new one signs as well. */
const OVERLAP_HOURS = 24;

/** What may be set of a webhook. */
export interface WebhookInput {
  url: string;
  topics: string[];
  types: string[] | null;
}

/** Makes a webhook. Its secret is in this answer alone. See the contract for its refusals. */
export async function createWebhook(
  context: NotificationsContext,
  accountId: string,
  { url, topics, types }: WebhookInput,
): Promise<Result<Webhook & { secret: string }>> {
  const allowed = urlAllowed(context, url);
  if (!allowed.ok) return allowed;
  const id = newId();
  const made = await transaction<WebhookRow>(context.db, async (tx) => {
    await lockLimits(tx, accountId);
    if ((await countWebhooks(tx, accountId)) >= MOST.webhooks) return refuse('limit_reached');
    await insertWebhook(tx, { id, accountId, url, types });
    await writeTopics(tx, id, toTopics(accountId, topics));
    return ok((await readWebhook(tx, accountId, id))!);
  });
  if (!made.ok) return made;
  return ok({ ...presentWebhook(made.value), secret: webhookSecret(context.secret, id, 1) });
}

/** Changes a webhook, or switches it on or off. See the contract for its refusals. */
export async function changeWebhook(
  context: NotificationsContext,
  accountId: string,
  id: string,
  change: Partial<WebhookInput> & { enabled?: boolean },
): Promise<Result<Webhook>> {
  const allowed = change.url === undefined ? ok(undefined) : urlAllowed(context, change.url);
  if (!allowed.ok) return allowed;
  return await transaction<Webhook>(context.db, async (tx) => {
    await lockLimits(tx, accountId);
    const row = await readWebhook(tx, accountId, id);
    if (!row) return refuse('not_found');
    const { url = row.url, types = row.types, enabled, topics } = change;
    await updateWebhook(tx, id, { url, types, enabled });
    if (topics) await writeTopics(tx, id, toTopics(accountId, topics));
    if (enabled === false) await failQueued(tx, [id]);
    return ok(presentWebhook((await readWebhook(tx, accountId, id))!));
  });
}

/** Gives a webhook a new secret; for a day both sign. Refusal: `not_found`. */
export async function rotateWebhookSecret(
  { db, secret }: NotificationsContext,
  accountId: string,
  id: string,
): Promise<Result<{ secret: string; previousUntil: string }>> {
  const generation = await rotateSecret(db, accountId, id, OVERLAP_HOURS);
  if (generation === undefined) return refuse('not_found');
  const row = await readWebhook(db, accountId, id);
  if (!row?.previousUntil) return refuse('not_found');
  return ok({
    secret: webhookSecret(secret, id, generation),
    previousUntil: row.previousUntil.toISOString(),
  });
}

/** Queues a message that says nothing but that the way works. Refusals: `not_found`, `webhook_disabled`. */
export async function testWebhook(
  { db }: NotificationsContext,
  accountId: string,
  id: string,
): Promise<Result<Delivery>> {
  return await transaction<Delivery>(db, async (tx) => {
    const row = await readWebhook(tx, accountId, id);
    if (!row) return refuse('not_found');
    if (row.state === 'disabled') return refuse('webhook_disabled');
    const timestamp = new Date().toISOString();
    const topic = `test:${newId()}`;
    const body = JSON.stringify({
      type: 'webhook.test',
      timestamp,
      topic,
      sequence: 0,
      data: { webhookId: id },
    });
    return ok(
      presentDelivery(await insertDelivery(tx, { webhookId: id, topic, type: 'webhook.test', body })),
    );
  });
}

/** Sends a delivery that has ended once more, with the same id. See the contract for its refusals. */
export async function replayDelivery(
  { db }: NotificationsContext,
  accountId: string,
  id: string,
  deliveryId: string,
): Promise<Result<Delivery>> {
  return await transaction<Delivery>(db, async (tx) => {
    const row = await readWebhook(tx, accountId, id);
    if (!row || !(await hasDelivery(tx, id, deliveryId))) return refuse('not_found');
    if (row.state === 'disabled') return refuse('webhook_disabled');
    const queued = await requeue(tx, id, deliveryId);
    return queued ? ok(presentDelivery(queued)) : refuse('delivery_queued');
  });
}

function urlAllowed({ webhookLoopback }: NotificationsContext, url: string): Result<undefined> {
  return checkUrl(url, {
    loopback: webhookLoopback,
    isLoopback: (host) => host === 'localhost' || isLoopback(host),
    isPublic: isPublicAddress,
  });
}

const ME = 'me';

function toTopics(accountId: string, topics: string[]): string[] {
  return topics.map((topic) => (topic === ME ? `user:${accountId}` : topic));
}

/** A webhook as the contract shows it. */
export function presentWebhook(row: WebhookRow): Webhook {
  return {
    ...{ id: row.id, url: row.url, types: row.types },
    topics: row.topics.map((topic) => (topic.startsWith('user:') ? ME : topic)),
    enabled: row.state === 'enabled',
    disabledReason: row.disabledReason,
    failingSince: row.failingSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A delivery as the contract shows it. */
export function presentDelivery(row: DeliveryRow): Delivery {
  return {
    ...{ id: row.id, type: row.type, state: row.state, tries: row.tries, status: row.status },
    topic: row.topic.startsWith('user:') ? ME : row.topic,
    ...{ sequence: Number(row.sequence), failure: row.failure, durationMs: row.durationMs },
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
