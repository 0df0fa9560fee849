import type { CheckReport, Finding, InvariantCheck, Snapshot } from '@ece/platform/invariants';

/** What came of one check. */
export interface CheckResult extends CheckReport {
  check: InvariantCheck;
  milliseconds: number;
  /** Why it could not be made, for example because the chain does not answer. */
  failure?: Error;
}

export interface RunOptions {
  snapshot: Snapshot;
  /** Waits until what was under way between two systems may have arrived. */
  pause(): Promise<void>;
  /** A check begins. */
  onStart?(check: InvariantCheck): void;
}

/** How often a check across systems must find a thing, run after run, until it counts. */
const TIMES = 3;

/** Runs checks one after the other, so that they put little load on the exchange beside them. */
export async function runChecks(checks: InvariantCheck[], options: RunOptions): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    options.onStart?.(check);
    const began = performance.now();
    const report = await attempt(check, options);
    results.push({ ...report, check, milliseconds: performance.now() - began });
  }
  return results;
}

async function attempt(
  check: InvariantCheck,
  options: RunOptions,
): Promise<Omit<CheckResult, 'check' | 'milliseconds'>> {
  try {
    return check.acrossSystems ? await persisting(check, options) : await check.run(options.snapshot);
  } catch (error) {
    return { checked: 0, findings: [], total: 0, failure: error as Error };
  }
}

/** Keeps what each of several runs finds; the details are those of the last one. */
async function persisting(check: InvariantCheck, { snapshot, pause }: RunOptions): Promise<CheckReport> {
  let report = await check.run(snapshot);
  for (let time = 1; time < TIMES && report.total > 0; time++) {
    await pause();
    const again = await check.run(snapshot);
    const before = new Set(report.findings.map(nameOf));
    const findings = again.findings.filter((finding) => before.has(nameOf(finding)));
    report = { ...again, findings, total: findings.length > 0 ? Math.min(report.total, again.total) : 0 };
  }
  return report;
}

function nameOf({ subject, problem }: Finding): string {
  return `${subject} ${problem}`;
}

/** Whether every check was made and found nothing. */
export function isClean(results: CheckResult[]): boolean {
  return results.every((result) => result.total === 0 && !result.failure);
}
