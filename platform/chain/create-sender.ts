import { broadcastJob } from './send-broadcast.ts';
import type { SendContext, SenderOptions } from './send-context.ts';
import { followJob } from './send-follow.ts';
import { signJob } from './send-sign.ts';
import * as store from './send-store.ts';
import type { Purpose, Sender } from './sender.ts';

/** Makes a process's sender; see `Sender`. Any number of processes may have one for the same database. */
export function createSender(options: SenderOptions): Sender {
  const { db, metrics } = options;
  const purposes = new Map<string, Purpose>();
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const each of wakers) each();
  };
  const results = metrics.counter(
    'ece_chain_transactions_total',
    'Chain transactions by what became of them: final, failed, or a signature that expired and was replaced',
    ['purpose', 'result'] as const,
  );
  const fees = metrics.counter('ece_chain_fees_lamports_total', 'Lamports paid as fees');
  metrics.gauge(
    'ece_chain_transactions_pending',
    'Chain transactions that have not ended',
    ['purpose'] as const,
    async (gauge) => {
      gauge.reset();
      for (const { purpose, pending } of await store.countPending(db))
        gauge.set({ purpose }, Number(pending));
    },
  );
  const count = (purpose: string, result: string, feeLamports = 0n) => {
    results.inc({ purpose, result });
    fees.inc(Number(feeLamports));
  };
  const finality = metrics.histogram(
    'ece_chain_finality_duration_seconds',
    'Time from the request of a transaction until it was final',
    ['purpose'] as const,
    [0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 900],
  );
  const finalAfter = (purpose: string, milliseconds: number) =>
    finality.observe({ purpose }, milliseconds / 1000);
  const context: SendContext = { ...options, purposes, count, finalAfter, wake };
  const started = (waker: () => void) => void wakers.add(waker);
  return {
    request: store.insertRequests,
    register(purpose) {
      if (purposes.has(purpose.name)) throw new Error(`the purpose ${purpose.name} is registered twice`);
      purposes.set(purpose.name, purpose);
    },
    find: store.findRequests,
    wake,
    jobs: [{ ...signJob(context), started }, { ...broadcastJob(context), started }, followJob(context)],
  };
}
