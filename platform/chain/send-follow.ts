import { atomically } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import { eachOf } from './each-of.ts';
import { isUnreachable } from './rpc.ts';
import type { SendContext } from './send-context.ts';
import * as store from './send-store.ts';

const BATCH = 256;
/** Each takes a connection of the pool while it records, and others need some too. */
const CONCURRENCY = 8;
const LONGEST_PAUSE_MS = 30_000;

/** Finds out what became of transactions, and tells their owner in the transaction that records it. */
export function followJob(context: SendContext): Job {
  const { db, chain, log, purposes, count, wake, followMs = 500, maxAttempts = 10 } = context;
  /** Transactions whose owner threw, by id: they are tried more and more seldom, and the others go on. */
  const troubled = new Map<bigint, { failures: number; until: number }>();

  async function finish(live: store.Live, state: 'final' | 'failed'): Promise<void> {
    // A node that lags behind may not have it yet; then it is asked again at the next look.
    const transaction = await chain.transaction(live.signature);
    if (!transaction) return;
    const purpose = purposes.get(live.purpose)!;
    const { reference, signature } = live;
    const reason = transaction.err ?? '';
    const ended = await atomically(db, async (tx) => {
      const outcome = { state, feeLamports: transaction.fee, error: transaction.err };
      if (!(await store.end(tx, live, outcome))) return false;
      if (state === 'final')
        await purpose.onFinal(tx, { reference, signature, feeLamports: transaction.fee });
      else await purpose.onFailed(tx, { reference, reason });
      return true;
    });
    if (ended) count(live.purpose, state, transaction.fee);
  }

  async function expire(live: store.Live): Promise<void> {
    if (live.attempts < maxAttempts) {
      if (await store.replaceExpired(db, live)) count(live.purpose, 'replaced');
      return;
    }
    const reason = `None of ${live.attempts} signatures was included in time.`;
    const ended = await atomically(db, async (tx) => {
      const outcome = { state: 'failed', feeLamports: null, error: reason } as const;
      if (!(await store.end(tx, live, outcome))) return false;
      await purposes.get(live.purpose)!.onFailed(tx, { reference: live.reference, reason });
      return true;
    });
    if (ended) count(live.purpose, 'failed');
  }

  async function settle(rows: store.Live[]): Promise<void> {
    const settlements = await chain.settlements(rows);
    const settled = rows.filter((live) => settlements.get(live.signature) !== 'pending');
    await eachOf(settled, CONCURRENCY, async (live) => {
      const trouble = troubled.get(live.id);
      if (trouble && performance.now() < trouble.until) return;
      try {
        const settlement = settlements.get(live.signature);
        if (settlement === 'expired') await expire(live);
        else if (settlement === 'final' || settlement === 'failed') await finish(live, settlement);
        troubled.delete(live.id);
      } catch (error) {
        if (isUnreachable(error)) throw error;
        const failures = (trouble?.failures ?? 0) + 1;
        const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** Math.min(failures, 10));
        troubled.set(live.id, { failures, until: performance.now() + pause });
        const { purpose, reference } = live;
        log.error({ err: error, purpose, reference, failures }, 'recording a transaction failed');
      }
    });
    if (settled.length > 0) wake();
  }

  return {
    name: 'chain.follow',
    everyMs: followMs,
    async run() {
      let after = 0n;
      for (;;) {
        const rows = await store.readLive(db, [...purposes.keys()], after, BATCH);
        if (rows.length > 0) await settle(rows);
        if (rows.length < BATCH) return false;
        after = rows.at(-1)!.id;
      }
    },
  };
}
