import { atomically } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import { recordFollowing } from '../telemetry/spans.ts';
import { eachOf } from './each-of.ts';
import { isUnreachable } from './rpc.ts';
import type { SendContext } from './send-context.ts';
import * as store from './send-store.ts';
import type { Purpose } from './sender.ts';

/** Per purpose: signed and not yet broadcast. More would let blockhashes, good for a minute, run out in the queue. */
const QUEUE = 200;
/** Per purpose: on their way altogether; each costs a part of a status question at every look. */
const FLIGHT = 2_000;
const BATCH = 64;
const CONCURRENCY = 8;
const EVERY_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** With the longest pause between them, about a day. */
const MAX_POSTPONED = 3_000;

/** Signs what is requested and stores it; nothing is broadcast here. */
export function signJob(context: SendContext): Job {
  const { db, log, purposes, wake, leaseMs = 20_000 } = context;
  const limits = { batch: BATCH, queue: QUEUE, flight: FLIGHT, leaseMs };

  /** Gives up on a request; its earlier signatures, if any, have all expired. */
  async function giveUp(purpose: Purpose, request: store.Requested, reason: string): Promise<void> {
    const ended = await atomically(db, async (tx) => {
      if (!(await store.endRequest(tx, request, reason))) return false;
      await purpose.onFailed(tx, { reference: request.reference, reason });
      return true;
    });
    if (ended) context.count(purpose.name, 'failed');
  }

  async function later(purpose: Purpose, request: store.Requested, reason: string): Promise<void> {
    if (request.postponed >= MAX_POSTPONED) return await giveUp(purpose, request, reason);
    const pause = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** Math.min(request.postponed, 10));
    await store.postpone(db, request, pause, reason);
  }

  /** Builds many at once; undefined where that is impossible or fails, and each is built by itself. */
  async function buildMany(purpose: Purpose, requests: store.Requested[]) {
    try {
      return await purpose.buildMany?.(requests.map((request) => request.reference));
    } catch (error) {
      if (isUnreachable(error)) throw error;
      log.warn({ err: error, purpose: purpose.name }, 'signing many failed; one by one now');
      return undefined;
    }
  }

  async function sign(purpose: Purpose, requests: store.Requested[]): Promise<void> {
    if (requests.length === 0) return;
    const many = await buildMany(purpose, requests);
    const signed: Parameters<typeof store.storeSigned>[1] = [];
    let unreachable: unknown;
    await eachOf([...requests.entries()], CONCURRENCY, async ([index, request]) => {
      try {
        const built = many?.[index] ?? (await purpose.build(request.reference));
        if (built.ok) signed.push({ request, transaction: built.value });
        else if (built.error.code === 'not_yet') await later(purpose, request, built.error.detail);
        else await giveUp(purpose, request, `${built.error.code}: ${built.error.detail}`);
      } catch (error) {
        if (isUnreachable(error)) {
          unreachable = error;
          return;
        }
        log.error({ err: error, purpose: purpose.name, reference: request.reference }, 'signing failed');
        await later(purpose, request, 'The transaction could not be built.');
      }
    });
    // Committed here, before anybody may broadcast it.
    await store.storeSigned(db, signed);
    if (signed.length > 0) wake();
    if (unreachable) throw unreachable;
  }

  return {
    name: 'chain.sign',
    everyMs: EVERY_MS,
    async run() {
      let claimed = 0;
      for (const name of await store.purposesWaiting(db, [...purposes.keys()])) {
        const purpose = purposes.get(name)!;
        const requests = await store.claimRequested(db, name, limits);
        claimed += requests.length;
        const traces = requests.map(({ trace }) => trace);
        await recordFollowing(`chain.sign ${name}`, traces, () => sign(purpose, requests));
      }
      return claimed > 0;
    },
  };
}
