import type { Job } from '../jobs/runner.ts';
import { recordFollowing } from '../telemetry/spans.ts';
import { ChainError } from './rpc.ts';
import type { SendContext } from './send-context.ts';
import * as store from './send-store.ts';

const BATCH = 128;
const EVERY_MS = 250;

/** Hands stored transactions to a node, and again those that the chain does not know after a while. */
export function broadcastJob({ db, chain, log, purposes, wake, resendMs = 4_000 }: SendContext): Job {
  /** What was broadcast before is sent again only where the chain does not know it. */
  async function unknown(claimed: store.Due[]): Promise<store.Due[]> {
    const again = claimed.filter((due) => due.state === 'sent');
    if (again.length === 0) return claimed;
    const statuses = await chain.statuses(again.map((due) => due.signature));
    return claimed.filter(
      (due) => due.state === 'signed' || statuses.get(due.signature)?.state === 'unknown',
    );
  }

  async function broadcast(dues: store.Due[]): Promise<void> {
    const results = await chain.broadcastAll(dues.map((due) => due.wire));
    const sent: Parameters<typeof store.markSent>[1] = [];
    let unreachable: string | undefined;
    for (const [index, due] of dues.entries()) {
      const result = results[index]!;
      if (result.ok) sent.push({ due, error: null });
      else if (result.error.code === 'unreachable') unreachable = result.error.detail;
      else {
        log.warn({ signature: due.signature, error: result.error }, 'a node refused a transaction');
        sent.push({ due, error: `${result.error.code}: ${result.error.detail}` });
      }
    }
    await store.markSent(db, sent);
    if (unreachable) throw new ChainError('unreachable', unreachable);
  }

  return {
    name: 'chain.broadcast',
    everyMs: EVERY_MS,
    async run() {
      const limits = { batch: BATCH, againMs: resendMs };
      const claimed = await store.claimDue(db, [...purposes.keys()], limits);
      if (claimed.length === 0) return false;
      const dues = await unknown(claimed);
      const traces = dues.map(({ trace }) => trace);
      await recordFollowing('chain.broadcast', traces, () => broadcast(dues));
      // There is room for more signatures now.
      wake();
      return true;
    },
  };
}
