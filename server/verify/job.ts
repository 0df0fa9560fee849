import type { Database } from '@ece/platform/db/database';
import { type InvariantCheck, snapshotsOf } from '@ece/platform/invariants';
import type { Job } from '@ece/platform/jobs/runner';
import type { Logger } from '@ece/platform/log/log';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { pauseBriefly } from './pause.ts';
import { type CheckResult, runChecks } from './run.ts';

const EVERY_MS = 60_000;
/** The checks may take one part in so many of the time: after a long run the next one waits longer. */
const SHARE = 20;
/** Findings of one check that the log spells out. */
const MOST_LOGGED = 5;
/** Names the lock that lets one process check at a time. */
const LOCK = 4_230_019;

export interface VerifyJobOptions {
  db: Database;
  checks: InvariantCheck[];
  log: Logger;
  metrics: Metrics;
  /** Milliseconds that a start is left alone; then the first run is at the next time. */
  firstAfterMs?: number;
}

/**
 * Checks the invariants all the time, every minute or, where that would be a noticeable load, less often: one
 * check at a time in all processes. A run of the job is one check, so that a stop never waits for all of them.
 * Findings are logged as errors and counted in `ece_invariant_findings`.
 */
export function verifyJob({ db, checks, log, metrics, firstAfterMs = 30_000 }: VerifyJobOptions): Job {
  const label = ['invariant'] as const;
  const findings = metrics.gauge(
    'ece_invariant_findings',
    'Things that break an invariant, in the last run',
    label,
  );
  const checked = metrics.counter('ece_invariant_checked_total', 'Rows that were looked at', label);
  const failed = metrics.gauge(
    'ece_invariant_checks_failed',
    'Checks that could not be made in the last run',
    label,
  );
  const lastRun = metrics.gauge('ece_invariant_last_run_seconds', 'Unix time of the end of the last run');
  const duration = metrics.gauge('ece_invariant_run_duration_seconds', 'Time of the last run');
  let quietUntil = performance.now() + firstAfterMs;
  let waiting: InvariantCheck[] = [];
  let results: CheckResult[] = [];

  function publish(results: CheckResult[]): void {
    for (const [invariant, own] of Map.groupBy(results, (result) => result.check.invariant)) {
      findings.set(
        { invariant },
        own.reduce((sum, result) => sum + result.total, 0),
      );
      checked.inc(
        { invariant },
        own.reduce((sum, result) => sum + result.checked, 0),
      );
      failed.set({ invariant }, own.filter((result) => result.failure).length);
    }
    for (const { check, total, findings: found, failure } of results) {
      const { invariant, title } = check;
      if (failure) log.warn({ invariant, title, err: failure }, 'an invariant could not be checked');
      if (total === 0) continue;
      log.error({ invariant, title, total, findings: found.slice(0, MOST_LOGGED) }, 'an invariant is broken');
    }
  }

  return {
    name: 'verify',
    everyMs: EVERY_MS,
    async run() {
      if (waiting.length === 0) {
        if (performance.now() < quietUntil) return false;
        waiting = [...checks];
        results = [];
      }
      const options = { snapshot: snapshotsOf(db), pause: pauseBriefly };
      const done = await exclusively(db, () => runChecks(waiting.slice(0, 1), options));
      if (!done) return false;
      results.push(...done);
      waiting.shift();
      if (waiting.length > 0) return true;
      publish(results);
      const took = results.reduce((sum, result) => sum + result.milliseconds, 0);
      quietUntil = performance.now() + took * SHARE;
      duration.set(took / 1000);
      lastRun.setToCurrentTime();
      return false;
    },
  };
}

/** Does `work` unless another process is at it; then gives undefined. */
async function exclusively<T>(db: Database, work: () => Promise<T>): Promise<T | undefined> {
  const connection = await db.reserve();
  try {
    const [lock] = await connection<{ held: boolean }[]>`select pg_try_advisory_lock(${LOCK}) as held`;
    if (!lock!.held) return undefined;
    try {
      return await work();
    } finally {
      await connection`select pg_advisory_unlock(${LOCK})`;
    }
  } finally {
    connection.release();
  }
}
