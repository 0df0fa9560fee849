import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Goal, Pair, Row, Run } from '../bench.ts';
import { type BenchExchange, withExchange } from '../support/exchange.ts';
import { type LoadResult, loadNotes, startLoad } from '../support/load.ts';
import { costOf, toRow } from '../support/measure.ts';

/*
 * Whether the checker of the invariants can be trusted, and what it costs.
 *
 * Faults: damage that `tests/faults` does to a real exchange, one at a time, in tables and on the chain, against each
 * of I1 to I10 and the audit trail; found is what the right invariant reports by the name of the damaged thing.
 *
 * Cost: CPU seconds of the job that checks all the time, with the sessions of the database that work for it, by
 * seconds of one core, while 50 bids a second go to 2,000 auctions. Each pair is a minute, in which the job makes
 * one round of all checks. The job runs in a process of its own here; otherwise it is that of every exchange.
 *
 * It does not measure an exchange of millions of rows: there a round takes longer than a minute, and the job's pauses
 * keep it at a fiftieth of the time.
 */
const AUCTIONS = 2_000;
const PER_SECOND = 50;
const WINDOW_SECONDS = 60;
const MOST_PAIRS = 3;

const found: Goal = {
  name: 'checker',
  ratio: 'planted faults that are found and named ÷ planted',
  target: 0.95,
  better: 'higher',
};
const cost: Goal = {
  name: 'checker: CPU',
  ratio: 'CPU of the checks that run all the time, under bids ÷ one core',
  target: 0.02,
  better: 'lower',
};

export const checker: Bench = {
  name: 'checker',
  about: 'faults that the invariants find, and what looking for them costs',
  goals: [found, cost],
  async run(run) {
    run.progress.step('Planting faults');
    const faults = await plantFaults(run.quick);
    const filling = { people: 400, auctions: run.quick ? 100 : AUCTIONS, withBids: true };
    const spent = await withExchange(filling, run.progress, (exchange) => measureCost(run, exchange));
    return [faults, spent];
  },
};

interface TestReport {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

/** Runs the tests that plant faults; a quick run has only those of two invariants. */
async function plantFaults(quick: boolean): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'ece-bench-'));
  const file = join(folder, 'faults.json');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const chosen = ['tests/faults/planted.test.ts', ...(quick ? ['-t', '^I[26]: '] : [])];
  const args = ['run', '--reporter=json', `--outputFile=${file}`, '--maxWorkers=1', ...chosen];
  try {
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'exit');
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as TestReport;
    const planted = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(
        ({ title, status }) => /^[AI]\d+: /.test(title) && (status === 'passed' || status === 'failed'),
      );
    if (planted.length === 0) throw new Error('no fault was planted');
    const missed = planted.filter(({ status }) => status === 'failed').map(({ title }) => title);
    const by = Map.groupBy(planted, ({ title }) => title.split(':', 1)[0]!);
    const counts = [...by].map(([invariant, faults]) => `${invariant} ${faults.length}`);
    return toRow(
      found,
      [{ ours: planted.length - missed.length, reference: planted.length }],
      [`faults by invariant: ${counts.join(', ')}`, ...missed.map((title) => `not found: ${title}`)],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCost(run: Run, exchange: BenchExchange): Promise<Row> {
  const seconds = run.quick ? 10 : WINDOW_SECONDS;
  const count = Math.min(run.pairs, MOST_PAIRS);
  const load = startLoad(exchange);
  const job = await startChecker(exchange);
  const auctions = { from: 0, count: exchange.auctions.length };
  const bids: LoadResult[] = [];
  const pairs: Pair[] = [];
  let ofExchange = 0;
  try {
    run.progress.step('Checking while people bid');
    for (let i = 0; i < count; i++) {
      run.progress.update(i, count, 'pairs');
      const before = await job.cpu();
      const spent = await costOf([exchange.pid], () =>
        load.run({ connections: 32, seconds, auctions, perSecond: PER_SECOND }),
      );
      bids.push(spent.value);
      ofExchange += spent.cpu;
      pairs.push({ ours: (await job.cpu()) - before, reference: spent.seconds });
    }
    run.progress.update(count, count, 'pairs');
    const own = pairs.reduce((sum, { ours }) => sum + ours, 0);
    return toRow(cost, pairs, [
      `CPU seconds and seconds; ${job.checks} checks in a round, made once a minute at the most`,
      `that is ${((100 * own) / ofExchange).toFixed(1)} % of what the exchange with its database used meanwhile`,
      ...loadNotes(bids),
    ]);
  } finally {
    load.stop();
    await job.stop();
  }
}

/** Starts the job beside an exchange. */
async function startChecker({ env }: BenchExchange) {
  const file = fileURLToPath(new URL('../support/checker-process.ts', import.meta.url));
  const child = fork(file, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the checker ended with ${code}`);
  });
  ended.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0];
  const { checks } = (await answer()) as { checks: number };
  return {
    checks,
    /** CPU seconds until now. */
    async cpu() {
      child.send({});
      return ((await answer()) as { cpu: number }).cpu;
    },
    async stop() {
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}
