import type { Answer, operations } from '@ece/contract';
import { pendingTransactions } from '@ece/platform/chain/pending';
import { readOutcomes } from '@ece/platform/invariant-results';
import { consumerLag } from '@ece/platform/outbox/reader';
import { type Presence, readPresence } from '@ece/platform/presence/presence';
import { countFreezes } from '@ece/vault';
import type { AdminContext, NamedHalt } from './api.ts';
import { presentHalt } from './present.ts';
import { databaseNow, readDatabase } from './store.ts';

/** What an operator wants to see first. */
export async function readHealth(
  { db }: Pick<AdminContext, 'db'>,
  halts: NamedHalt[],
): Promise<Answer<typeof operations.admin.health>> {
  const [lags, chain, outcomes, frozen, now, database, processes] = await Promise.all([
    consumerLag(db),
    pendingTransactions(db),
    readOutcomes(db),
    countFreezes(db),
    databaseNow(db),
    readDatabase(db),
    readPresence(db),
  ]);
  return {
    consumers: lags.map(({ name, events, seconds }) => ({ name, events: Number(events), seconds })),
    chain,
    database,
    processes: processes.map(presentProcess),
    jobs: jobsOf(processes),
    invariants: outcomes.map(({ at, ...outcome }) => ({ ...outcome, at: at.toISOString() })),
    findings: outcomes.reduce((sum, outcome) => sum + outcome.findings, 0),
    halts: halts.map(presentHalt),
    frozen,
    serverTime: now.toISOString(),
  };
}

type Health = Answer<typeof operations.admin.health>;

function presentProcess({ jobs: _, startedAt, seenAt, ...presence }: Presence): Health['processes'][number] {
  return { ...presence, startedAt: startedAt.toISOString(), seenAt: seenAt.toISOString() };
}

/** Each job once, however many processes run it; those that are gone do not count. */
function jobsOf(processes: Presence[]): Health['jobs'] {
  const runs = processes.filter(({ alive }) => alive).flatMap(({ jobs }) => jobs);
  return [...Map.groupBy(runs, ({ name }) => name)].map(([name, own]) => ({
    name,
    processes: own.length,
    runs: own.reduce((sum, job) => sum + job.runs, 0),
    failures: own.reduce((sum, job) => sum + job.failures, 0),
    failing: own.some(({ failing }) => failing),
    lastAt:
      own
        .map(({ lastAt }) => lastAt)
        .sort()
        .at(-1) ?? null,
    milliseconds: Math.max(...own.map(({ milliseconds }) => milliseconds)),
  }));
}
