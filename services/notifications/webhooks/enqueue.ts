import { atomically, type Tx } from '@ece/platform/db/database';
import { consumePrepared, type OrderedEvent } from '@ece/platform/outbox/reader';
import type { NotificationsContext } from '../api.ts';
import { deliver } from '../deliver.ts';
import type { Draft } from '../domain/drafts.ts';
import { overfull, queueDeliveries, wantedBy } from './queue-store.ts';
import { disableWebhooks } from './store.ts';

/** The name of the consumer that queues events for webhooks. */
export const CONSUMER = 'webhooks';

/** Most events passed by in one transaction; most are on topics that no webhook follows. */
const EVENTS = 2000;

/** Deliveries that may wait for one webhook. */
const MOST_WAITING = 10_000;

/** The body of a message: type, timestamp and data as the Standard Webhooks specification wants them. */
function bodyOf({ type, at, topic, sequence, data }: OrderedEvent): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), topic, sequence: Number(sequence), data });
}

/**
 * Queues the next events for the webhooks that follow their topics, in one transaction with the consumer's
 * position: each event once for each webhook.
 * @returns true when there is more to do at once
 */
export async function enqueueEvents(context: NotificationsContext): Promise<boolean> {
  return await consumePrepared(context.db, {
    name: CONSUMER,
    limit: EVENTS,
    filter: (sql) => sql`exists (select 1 from notifications.webhook_topics t where t.topic = e.topic)`,
    prepare: async () => undefined,
    async handle(tx, events) {
      const wanted = await wantedBy(tx, events);
      const bodies = events.map(bodyOf);
      await queueDeliveries(
        tx,
        wanted.map(({ ordinal, webhookId }) => ({
          webhookId,
          event: events[ordinal - 1]!,
          body: bodies[ordinal - 1]!,
        })),
      );
      const full = await overfull(tx, [...new Set(wanted.map((one) => one.webhookId))], MOST_WAITING);
      await switchOff(context, tx, full, 'backlog');
    },
  });
}

const REASONS = {
  failing: 'has failed for days',
  gone: 'answered that it is gone',
  backlog: 'is too far behind',
} as const;

export type DisabledFor = keyof typeof REASONS;

/** Switches webhooks off and tells their owners. Call it last: it publishes. */
export async function switchOff(
  context: NotificationsContext,
  tx: Tx,
  webhookIds: string[],
  reason: DisabledFor,
): Promise<void> {
  const rows = await disableWebhooks(tx, webhookIds, reason);
  const at = new Date();
  const drafts = rows.map(
    ({ id, accountId, url }): Draft => ({
      ...{ accountId, type: 'webhook_disabled', at },
      // One may be switched off again later: the moment tells those apart.
      ...{ topic: `webhook:${id}`, sequence: BigInt(at.getTime()) },
      data: { webhookId: id, url, reason: REASONS[reason] },
    }),
  );
  await deliver(context, tx, drafts);
}

/** Like `switchOff`, in a transaction of its own. */
export async function switchOffNow(
  context: NotificationsContext,
  webhookId: string,
  reason: DisabledFor,
): Promise<void> {
  await atomically(context.db, (tx) => switchOff(context, tx, [webhookId], reason));
  context.hint();
}
