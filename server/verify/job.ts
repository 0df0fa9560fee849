import type { Database } from '@ece/platform/db/database';
import { withLease } from '@ece/platform/db/lease';
import { keepOutcome } from '@ece/platform/invariant-results';
import { type InvariantCheck, snapshotsOf } from '@ece/platform/invariants';
import type { Job } from '@ece/platform/jobs/runner';
import type { Logger } from '@ece/platform/log/log';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { pauseBriefly } from './pause.ts';
import { type CheckResult, runChecks } from './run.ts';

/** Milliseconds from the beginning of one round of all checks to the next, at the least. */
const ROUND_MS = 60_000;
/** How often the job looks whether the next check is due. */
const EVERY_MS = 1_000;
/** The checks may take one part in so many of the time: after each one there is a pause of this many times its length. */
const SHARE = 50;
/** Milliseconds of pause that are not worth waiting for; they are made up for later. */
const LEAST_PAUSE_MS = 500;
/** Findings of one check that the log spells out. */
const MOST_LOGGED = 5;

export interface VerifyJobOptions {
  db: Database;
  checks: InvariantCheck[];
  log: Logger;
  metrics: Metrics;
  /** Milliseconds that a start is left alone; then the first run is at the next time. */
  firstAfterMs?: number;
  /** Pauses between the checks, as a multiple of what they take. */
  share?: number;
}

/**
 * Checks the invariants all the time, every minute or, where that would be more than a fiftieth of the time, less
 * often: one check at a time in all processes, with a pause after each. A run of the job is one check, so that
 * a stop never waits for all of them. Findings are logged as errors and counted in `ece_invariant_findings`;
 * what came of each check is kept for `GET /admin/health`.
 */
export function verifyJob(options: VerifyJobOptions): Job {
  const { db, checks, log, metrics, firstAfterMs = 30_000, share = SHARE } = options;
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
  let endedAt: number | undefined;
  metrics.gauge('ece_invariant_age_seconds', 'Time since the end of the last run', [], (gauge) => {
    if (endedAt !== undefined) gauge.set((performance.now() - endedAt) / 1000);
  });
  let quietUntil = performance.now() + firstAfterMs;
  let began = 0;
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
      if (performance.now() < quietUntil) return false;
      if (waiting.length === 0) {
        waiting = [...checks];
        results = [];
        began = performance.now();
      }
      const means = { snapshot: snapshotsOf(db, { oneCore: true }), pause: pauseBriefly };
      const done = await withLease(db, 'verify', () => runChecks(waiting.slice(0, 1), means));
      if (!done) return false;
      for (const result of done) await keepOutcome(db, outcomeOf(result));
      results.push(...done);
      waiting.shift();
      const took = results.reduce((sum, result) => sum + result.milliseconds, 0);
      const due = began + took * (share + 1);
      if (waiting.length > 0) {
        const rests = due - performance.now() > LEAST_PAUSE_MS;
        if (rests) quietUntil = due;
        return !rests;
      }
      publish(results);
      quietUntil = Math.max(due, began + (share > 0 ? ROUND_MS : 0));
      duration.set(took / 1000);
      lastRun.setToCurrentTime();
      endedAt = performance.now();
      return false;
    },
  };
}

function outcomeOf({ check, checked, total, failure, milliseconds }: CheckResult) {
  const { title, invariant } = check;
  return { title, invariant, checked, findings: total, failed: failure !== undefined, milliseconds };
}
