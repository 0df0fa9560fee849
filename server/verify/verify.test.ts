import { readOutcomes } from '@ece/platform/invariant-results';
import { type CheckReport, type Finding, type InvariantCheck, sqlCheck } from '@ece/platform/invariants';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { formatResults, invariantChecks, isClean, runChecks, toJson, verifyJob } from './index.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
});
afterAll(() => database.close());

const report = (...subjects: string[]): CheckReport => {
  const findings: Finding[] = subjects.map((subject) => ({ subject, problem: 'is wrong', detail: subject }));
  return { checked: 5, findings, total: findings.length };
};

/** A check across systems that gives one report after the other. */
function across(...reports: CheckReport[]): InvariantCheck {
  let next = 0;
  return {
    invariant: 'I8',
    title: 'two systems',
    acrossSystems: true,
    run: async () => reports[Math.min(next++, reports.length - 1)]!,
  };
}

const broken: InvariantCheck = {
  invariant: 'I1',
  title: 'broken',
  run: () => Promise.reject(new Error('no answer')),
};

/** Runs checks that need no database. */
async function run(...checks: InvariantCheck[]) {
  let pauses = 0;
  const results = await runChecks(checks, {
    snapshot: () => Promise.reject(new Error('not used')),
    pause: async () => void pauses++,
  });
  return { results, pauses };
}

describe('what two systems say', () => {
  test('counts only when every look finds it again', async () => {
    const { results, pauses } = await run(across(report('a', 'b'), report('b', 'c'), report('b')));
    expect(results[0]!.findings.map((finding) => finding.subject)).toEqual(['b']);
    expect(results[0]!.total).toBe(1);
    expect(pauses).toBe(2);
  });

  test('is not looked at again when the first look finds nothing, or a later one clears it', async () => {
    expect((await run(across(report()))).pauses).toBe(0);
    const { results, pauses } = await run(across(report('a'), report('b')));
    expect(results[0]!.total).toBe(0);
    expect(pauses).toBe(1);
  });
});

test('a check that cannot be made is no pass, and the others are still made', async () => {
  const { results } = await run(broken, across(report()));
  expect(isClean(results)).toBe(false);
  expect(results).toHaveLength(2);
  const text = formatResults(results);
  expect(text).toContain('NOT CHECKED broken');
  expect(text).toContain('no answer');
  expect(toJson(results)[0]).toMatchObject({ invariant: 'I1', failure: 'no answer', total: 0 });
});

test('the report shows the checks of every invariant', () => {
  const names = ['A1', ...Array.from({ length: 10 }, (_, i) => `I${i + 1}`)] as InvariantCheck['invariant'][];
  const results = names.map((invariant) => ({
    check: { ...broken, invariant, title: `check of ${invariant}.` },
    ...{ ...report(`thing of ${invariant}.`), milliseconds: 1 },
  }));
  const text = formatResults(results);
  for (const name of names) {
    expect(text).toContain(`check of ${name}.`);
    expect(text).toContain(`thing of ${name}.`);
  }
});

test('each check tells that it begins', async () => {
  const begun: string[] = [];
  await runChecks([broken, across(report())], {
    snapshot: () => Promise.reject(new Error('not used')),
    pause: async () => {},
    onStart: (check) => begun.push(check.title),
  });
  expect(begun).toEqual(['broken', 'two systems']);
});

test('the report names every finding and counts those that it leaves out', async () => {
  const { results } = await run(across({ ...report('thing 1'), total: 60 }));
  const text = formatResults(results);
  expect(text).toContain('60 FOUND');
  expect(text).toContain('thing 1 is wrong: thing 1');
  expect(text).toContain('59 more');
});

describe('the job', () => {
  const log = createLogger({ level: 'silent', format: 'json' });
  const wrong = sqlCheck('I3', 'wrong', (sql) => ({
    count: sql`select 7 as n`,
    findings: [sql`select 'account 1' as subject, 'is wrong' as problem, null as detail`],
  }));

  test('publishes findings, rows and the time of its run', async () => {
    const metrics = createMetrics();
    const checks = [...invariantChecks([], { shared: true }), wrong];
    const job = verifyJob({ db: database.db, checks, log, metrics, firstAfterMs: 0, share: 0 });
    let rounds = 1;
    while (await job.run()) rounds++;
    expect(rounds).toBe(checks.length);
    const text = await metrics.registry.metrics();
    expect(text).toContain('ece_invariant_findings{invariant="I3"} 1');
    expect(text).toContain('ece_invariant_findings{invariant="I1"} 0');
    expect(text).toMatch(/ece_invariant_checked_total\{invariant="I3"\} 7/);
    expect(text).toMatch(/ece_invariant_last_run_seconds 1\d{9}/);
    expect(text).toMatch(/ece_invariant_age_seconds \d/);
    const kept = await readOutcomes(database.db);
    expect(kept).toHaveLength(checks.length);
    expect(kept.find(({ title }) => title === 'wrong')).toMatchObject({
      ...{ invariant: 'I3', checked: 7, findings: 1, failed: false },
    });
  });

  test('rests after each check in proportion to what it took', async () => {
    let runs = 0;
    const slow: InvariantCheck = {
      invariant: 'I1',
      title: 'takes its time',
      async run(snapshot) {
        runs++;
        await snapshot((sql) => sql`select pg_sleep(0.05)`);
        return report();
      },
    };
    const job = verifyJob({
      ...{ db: database.db, checks: [slow, slow], log, metrics: createMetrics() },
      ...{ firstAfterMs: 0, share: 1000 },
    });
    expect(await job.run()).toBe(false);
    expect(await job.run()).toBe(false);
    expect(runs).toBe(1);
  });

  test('leaves it to the process that is at it already', async () => {
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    let runs = 0;
    const slow: InvariantCheck = {
      invariant: 'I1',
      title: 'slow',
      async run() {
        runs++;
        entered.resolve();
        await leave.promise;
        return report();
      },
    };
    const options = { db: database.db, checks: [slow], log, firstAfterMs: 0 };
    const job = () => verifyJob({ ...options, metrics: createMetrics() });
    const first = job().run();
    await entered.promise;
    await job().run();
    leave.resolve();
    await first;
    expect(runs).toBe(1);
    await job().run();
    expect(runs).toBe(2);
  });
});
