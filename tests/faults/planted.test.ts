import type { Sql } from '@ece/platform/db/database';
import {
  type InvariantCheck,
  type InvariantName,
  type Snapshot,
  snapshotsOf,
} from '@ece/platform/invariants';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type CheckResult,
  formatResults,
  invariantChecks,
  isClean,
  runChecks,
} from '../../server/verify/index.ts';
import { onChain } from './chain-faults.ts';
import { openExchange, type TestExchange } from './exchange.ts';
import { faults } from './faults.ts';
import { makeState, type State } from './state.ts';

let exchange: TestExchange;
let state: State;
let run: (snapshot: Snapshot, invariant?: InvariantName) => Promise<CheckResult[]>;
const table: string[] = [];
/** Checks that have found something. */
const bitten = new Set<string>();
let titles: string[];

beforeAll(async () => {
  exchange = await openExchange();
  state = await makeState(exchange);
  const checks = invariantChecks(exchange.instances, { shared: true, chain: exchange.chain });
  titles = checks.map((check) => check.title);
  // Nothing is on its way, so there is nothing to wait for between two looks; the chain is asked where it matters.
  run = (snapshot, invariant = 'I8') => {
    const across = (check: InvariantCheck) => invariant === 'I8' || check.invariant === invariant;
    const chosen = checks.filter((check) => !check.acrossSystems || across(check));
    return runChecks(chosen, { snapshot, pause: async () => {} });
  };
}, 240_000);
afterAll(async () => {
  await exchange?.close();
  console.log(['fault | found by | finding', ...table].join('\n'));
});

class Rollback extends Error {}

/** Runs `work` in a transaction that is rolled back, without triggers and foreign keys. */
async function undone(work: (sql: Sql) => Promise<void>): Promise<void> {
  await exchange.resources.db
    .begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await work(tx);
      throw new Rollback();
    })
    .catch((error) => {
      if (!(error instanceof Rollback)) throw error;
    });
}

/** Finds the report of the damage: by the right invariant, and with the name of the damaged thing. */
function expectFound(name: string, results: CheckResult[], invariant: InvariantName, names: string): void {
  expect(results.filter((result) => result.failure).map((result) => result.failure)).toEqual([]);
  const hit = results
    .filter((result) => result.check.invariant === invariant)
    .flatMap((result) => result.findings)
    .find((finding) => `${finding.subject} ${finding.detail}`.includes(names));
  expect(hit, `${invariant} should name ${names}:\n${formatResults(results)}`).toBeDefined();
  const hits = results.filter((result) => result.total > 0).map((result) => result.check);
  for (const check of hits) bitten.add(check.title);
  const found = new Set(hits.map((check) => check.invariant));
  table.push(`${name} | ${[...found].join(' ')} | ${hit!.subject} ${hit!.problem}: ${hit!.detail}`);
}

test('a sound exchange has no finding, and every invariant is looked at', async () => {
  const results = await run(snapshotsOf(exchange.resources.db));
  expect(isClean(results), formatResults(results)).toBe(true);
  const counts = Object.groupBy(results, (result) => result.check.invariant);
  expect(Object.keys(counts)).toEqual(['A1', 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10']);
  for (const result of results) {
    if (result.check.title !== 'replaced signatures never took effect') {
      expect(result.checked, result.check.title).toBeGreaterThan(0);
    }
  }
});

test.each(faults.map((fault) => [fault.invariant, fault.name, fault] as const))(
  '%s: %s',
  async (invariant, name, fault) => {
    await undone(async (tx) => {
      const names = await fault.plant(tx, state);
      expectFound(name, await run((read) => read(tx), invariant), invariant, names);
    });
  },
);

test.each(onChain.map((fault) => [fault.name, fault] as const))('I8: %s', async (name, fault) => {
  const { names, repair } = await fault.plant(exchange, state);
  expectFound(name, await run(snapshotsOf(exchange.resources.db)), 'I8', names);
  if (!repair) return;
  await repair();
  const results = await run(snapshotsOf(exchange.resources.db));
  expect(isClean(results), formatResults(results)).toBe(true);
});

test('no check is there that cannot find anything', () => {
  expect(titles.filter((title) => !bitten.has(title))).toEqual([]);
});
