import { atomically } from '@ece/platform/db/database';
import { post } from '@ece/platform/http/outbound';
import { isLoopback, isPublicAddress } from '@ece/platform/http/public-address';
import type { Job } from '@ece/platform/jobs/runner';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { recordFollowing } from '@ece/platform/telemetry/spans';
import type { NotificationsContext } from '../api.ts';
import { DELIVERY_PAUSES, pauseAfter } from '../domain/retry.ts';
import { switchOffNow } from './enqueue.ts';
import { claimDeliveries, type DueDelivery, noteDelivered, noteFailed, type Try } from './queue-store.ts';
import { signedHeaders, webhookSecret } from './sign.ts';

/** Deliveries under way at once in this process, and of those to one webhook. */
const AT_ONCE = 32;
const AT_ONCE_EACH = 4;
const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 16 * 1024;
/** Longer than a try takes. */
const LEASE_SECONDS = 60;
/** Hours without a delivery after which a webhook whose delivery is given up is switched off. */
const PATIENCE_HOURS = 48;
const EVERY_MS = 500;

/**
 * Sends deliveries that are due, many at once, so that one slow receiver holds up nobody else. A try is
 * counted before it is made; a message may arrive twice, with the same `webhook-id`.
 */
export class WebhookSender {
  readonly #context: NotificationsContext;
  /** Deliveries under way, by webhook. */
  readonly #busy = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  #wake: (() => void) | undefined;

  constructor(context: NotificationsContext) {
    this.#context = context;
  }

  /** The job that takes deliveries as long as there is room for them. */
  job(): Job {
    return {
      name: 'notifications.webhooks.send',
      everyMs: EVERY_MS,
      started: (wake) => {
        this.#wake = wake;
      },
      run: () => this.#take(),
    };
  }

  /** Waits for the deliveries that are under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #take(): Promise<boolean> {
    const limit = AT_ONCE - this.#underWay.size;
    if (limit === 0) return false;
    const busy = [...this.#busy].flatMap(([id, count]) => (count >= AT_ONCE_EACH ? [id] : []));
    const claim = { limit, each: AT_ONCE_EACH, busy, leaseSeconds: LEASE_SECONDS };
    const due = await claimDeliveries(this.#context.db, claim);
    for (const delivery of due) this.#start(delivery);
    return false;
  }

  #start(delivery: DueDelivery): void {
    const { webhookId } = delivery;
    this.#busy.set(webhookId, (this.#busy.get(webhookId) ?? 0) + 1);
    const work = recordFollowing('webhook', [delivery.trace], () => sendOne(this.#context, delivery))
      .catch((error: unknown) =>
        // It stays queued, and is tried again when its time is over.
        this.#context.log.error({ err: error, delivery: delivery.id }, 'a delivery was not noted'),
      )
      .finally(() => {
        const left = this.#busy.get(webhookId)! - 1;
        if (left > 0) this.#busy.set(webhookId, left);
        else this.#busy.delete(webhookId);
        this.#underWay.delete(work);
        this.#wake?.();
      });
    this.#underWay.add(work);
  }
}

async function sendOne(context: NotificationsContext, delivery: DueDelivery): Promise<void> {
  const { db, metrics, webhookLoopback } = context;
  const started = performance.now();
  const answer = await post({
    url: delivery.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'ECE-Webhooks',
      ...signedHeaders(
        secretsOf(context, delivery),
        delivery.id,
        Math.floor(Date.now() / 1000),
        delivery.body,
      ),
    },
    body: delivery.body,
    timeoutMs: TIMEOUT_MS,
    maxAnswerBytes: ANSWER_BYTES,
    allows: (address) => isPublicAddress(address) || (webhookLoopback && isLoopback(address)),
  });
  const done: Try = {
    id: delivery.id,
    webhookId: delivery.webhookId,
    status: answer.ok ? answer.status : null,
    failure: failureOf(answer),
    durationMs: Math.round(performance.now() - started),
  };
  const tries = webhookTries(metrics);
  if (done.failure === null) {
    tries.inc({ result: 'delivered' });
    return await atomically(db, (tx) => noteDelivered(tx, done));
  }
  const gone = done.status === 410;
  const pause = gone ? undefined : pauseAfter(DELIVERY_PAUSES, delivery.tries, Math.random());
  tries.inc({ result: pause === undefined ? 'dead' : 'failed' });
  const long = await atomically(db, (tx) => noteFailed(tx, done, pause, PATIENCE_HOURS));
  if (gone) await switchOffNow(context, delivery.webhookId, 'gone');
  else if (pause === undefined && long) await switchOffNow(context, delivery.webhookId, 'failing');
}

/** Tries of deliveries by what became of each. */
export const webhookTries = (metrics: Metrics) =>
  metrics.counter('ece_webhook_tries_total', 'Tries of deliveries, by result', ['result'] as const);

function failureOf(answer: { ok: true; status: number } | { ok: false; code: string }): string | null {
  if (!answer.ok) return answer.code;
  if (answer.status >= 200 && answer.status < 300) return null;
  return answer.status >= 300 && answer.status < 400 ? 'redirect' : 'refused';
}

/** The present secret, and the one before as long as it signs as well. */
function secretsOf({ secret }: NotificationsContext, { webhookId, generation, twoSecrets }: DueDelivery) {
  const generations = twoSecrets ? [generation, generation - 1] : [generation];
  return generations.map((each) => webhookSecret(secret, webhookId, each));
}
