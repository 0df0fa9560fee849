import type { Answer, operations } from '@ece/contract';
import { pendingTransactions } from '@ece/platform/chain/pending';
import { readOutcomes } from '@ece/platform/invariant-results';
import { consumerLag } from '@ece/platform/outbox/reader';
import { countFreezes } from '@ece/vault';
import type { AdminContext, NamedHalt } from './api.ts';
import { presentHalt } from './present.ts';
import { databaseNow } from './store.ts';

/** What an operator wants to see first. */
export async function readHealth(
  { db }: Pick<AdminContext, 'db'>,
  halts: NamedHalt[],
): Promise<Answer<typeof operations.admin.health>> {
  const [lags, chain, outcomes, frozen, now] = await Promise.all([
    consumerLag(db),
    pendingTransactions(db),
    readOutcomes(db),
    countFreezes(db),
    databaseNow(db),
  ]);
  return {
    consumers: lags.map(({ name, events, seconds }) => ({ name, events: Number(events), seconds })),
    chain,
    invariants: outcomes.map(({ at, ...outcome }) => ({ ...outcome, at: at.toISOString() })),
    findings: outcomes.reduce((sum, outcome) => sum + outcome.findings, 0),
    halts: halts.map(presentHalt),
    frozen,
    serverTime: now.toISOString(),
  };
}
