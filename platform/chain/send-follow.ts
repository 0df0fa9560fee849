import { atomically } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import { recordFollowing } from '../telemetry/spans.ts';
import { eachOf } from './each-of.ts';
import type { Outcome } from './history.ts';
import { isUnreachable } from './rpc.ts';
import type { SendContext } from './send-context.ts';
import * as store from './send-store.ts';
import type { Purpose } from './sender.ts';
import type { Settlement } from './status.ts';

const BATCH = 256;
/** Each takes a connection of the pool while it records, and others need some too. */
const CONCURRENCY = 8;
const LONGEST_PAUSE_MS = 30_000;

/** Finds out what became of transactions, and tells their owner in the transaction that records it. */
export function followJob(context: SendContext): Job {
  const { db, chain, log, purposes, count, finalAfter, wake, followMs = 500, maxAttempts = 10 } = context;
  /** Transactions whose owner threw, by id: they are tried more and more seldom, and the others go on. */
  const troubled = new Map<bigint, { failures: number; until: number }>();

  async function finish(live: store.Live, state: 'final' | 'failed', outcome: Outcome): Promise<void> {
    const purpose = purposes.get(live.purpose)!;
    const { reference, signature } = live;
    const reason = outcome.err ?? '';
    const ended = await atomically(db, async (tx) => {
      const end = { state, feeLamports: outcome.fee, error: outcome.err };
      if (!(await store.end(tx, live, end))) return false;
      if (state === 'final') await purpose.onFinal(tx, { reference, signature, feeLamports: outcome.fee });
      else await purpose.onFailed(tx, { reference, reason });
      return true;
    });
    if (!ended) return;
    count(live.purpose, state, outcome.fee);
    if (state === 'final') finalAfter(live.purpose, Date.now() - live.requestedAt.getTime());
  }

  /** Records many of one purpose in one transaction; false where their owner cannot, and nothing is recorded. */
  async function finishMany(purpose: Purpose, lives: store.Live[], fees: Map<string, Outcome>) {
    const ended = lives.map((live) => ({ live, feeLamports: fees.get(live.signature)!.fee }));
    try {
      const done = await atomically(db, async (tx) => {
        const ids = await store.endFinal(tx, ended);
        const ours = ended.filter(({ live }) => ids.has(live.id));
        const finals = ours.map(({ live, feeLamports }) => ({
          reference: live.reference,
          signature: live.signature,
          feeLamports,
        }));
        if (finals.length > 0) await purpose.onFinalMany!(tx, finals);
        return ours;
      });
      const now = Date.now();
      for (const { live, feeLamports } of done) {
        count(purpose.name, 'final', feeLamports);
        finalAfter(purpose.name, now - live.requestedAt.getTime());
      }
      return true;
    } catch (error) {
      log.warn({ err: error, purpose: purpose.name }, 'recording many transactions failed; one by one now');
      return false;
    }
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

  /** Does one's work, and sets one whose owner throws aside for a while. */
  async function guarded(live: store.Live, work: () => Promise<void>): Promise<void> {
    const trouble = troubled.get(live.id);
    try {
      await recordFollowing(`chain.end ${live.purpose}`, [live.trace], work);
      troubled.delete(live.id);
    } catch (error) {
      if (isUnreachable(error)) throw error;
      const failures = (trouble?.failures ?? 0) + 1;
      const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** Math.min(failures, 10));
      troubled.set(live.id, { failures, until: performance.now() + pause });
      const { purpose, reference } = live;
      log.error({ err: error, purpose, reference, failures }, 'recording a transaction failed');
    }
  }

  /** Records finals by the many where their owner can; gives those that are left. */
  async function recordMany(finals: store.Live[], outcomes: Map<string, Outcome>): Promise<store.Live[]> {
    // One that was troubled before would take the others down with it again.
    const alone = (live: store.Live) => troubled.has(live.id) || !purposes.get(live.purpose)!.onFinalMany;
    const left = finals.filter(alone);
    const many = finals.filter((live) => !alone(live));
    for (const [name, lives] of Map.groupBy(many, (live) => live.purpose)) {
      const traces = lives.map(({ trace }) => trace);
      const done = await recordFollowing(`chain.end ${name}`, traces, () =>
        finishMany(purposes.get(name)!, lives, outcomes),
      );
      if (!done) left.push(...lives);
    }
    return left;
  }

  async function settle(rows: store.Live[]): Promise<void> {
    const settlements = await chain.settlements(rows);
    const settled = rows.filter((live) => {
      const trouble = troubled.get(live.id);
      const waits = trouble && performance.now() < trouble.until;
      return !waits && settlements.get(live.signature) !== 'pending';
    });
    if (settled.length === 0) return;
    const by = (wanted: Settlement) => settled.filter((live) => settlements.get(live.signature) === wanted);
    // A node that lags behind may not have one yet; then it is asked again at the next look.
    const landed = [...by('final'), ...by('failed')];
    const outcomes = await chain.outcomes(landed.map((live) => live.signature));
    const known = (live: store.Live) => outcomes.has(live.signature);
    const finals = await recordMany(by('final').filter(known), outcomes);
    const tasks = [
      ...by('expired').map((live) => ({ live, work: () => expire(live) })),
      ...(['final', 'failed'] as const).flatMap((state) =>
        (state === 'final' ? finals : by(state).filter(known)).map((live) => ({
          live,
          work: () => finish(live, state, outcomes.get(live.signature)!),
        })),
      ),
    ];
    await eachOf(tasks, CONCURRENCY, ({ live, work }) => guarded(live, work));
    wake();
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
