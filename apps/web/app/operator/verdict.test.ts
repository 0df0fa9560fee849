import { expect, test } from 'vitest';
import type { Health } from '../../data/types.ts';
import { processName, troublesOf } from './verdict.ts';

const NOW = '2026-11-25T12:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

const check = {
  ...{ invariant: 'I1', title: 'sums are zero', checked: 10, findings: 0, failed: false, milliseconds: 2 },
  at: ago(30),
};
const running = {
  ...{ id: 'a', host: 'one', version: '1', roles: ['gateway'], alive: true, notReady: [] },
  ...{ startedAt: ago(600), seenAt: ago(2) },
};
const well: Health = {
  consumers: [{ name: 'search', events: 3, seconds: 1 }],
  chain: { pending: 2, oldestSeconds: 4 },
  database: { bytes: 1, connections: 1, version: '18', milliseconds: 1 },
  processes: [running],
  jobs: [
    { name: 'verify', processes: 1, runs: 9, failures: 1, failing: false, lastAt: NOW, milliseconds: 1 },
  ],
  invariants: [check],
  ...{ findings: 0, halts: [], frozen: 4, serverTime: NOW },
};

test('an exchange that is well has no troubles', () => {
  expect(troublesOf(well)).toEqual([]);
  expect(troublesOf({ ...well, invariants: [] })).toEqual([]);
});

test.each<[string, Partial<Health>, object[]]>([
  ['a finding', { invariants: [{ ...check, findings: 2 }] }, [{ kind: 'findings' }]],
  ['a check that failed', { invariants: [{ ...check, failed: true }] }, [{ kind: 'unchecked' }]],
  [
    'checks that stopped',
    { invariants: [{ ...check, at: ago(660) }] },
    [{ kind: 'stale', values: { minutes: 11 } }],
  ],
  [
    'a silent process',
    { processes: [{ ...running, alive: false, notReady: ['chain'] }] },
    [{ kind: 'silent' }],
  ],
  [
    'a process that waits',
    { processes: [{ ...running, notReady: ['chain', 'web'] }] },
    [{ kind: 'waiting', values: { name: 'gateway (one)', what: 'chain, web' } }],
  ],
  [
    'a job that fails',
    { jobs: [{ ...well.jobs[0]!, failing: true }] },
    [{ kind: 'job', values: { name: 'verify' } }],
  ],
  [
    'a late reader',
    { consumers: [{ name: 'search', events: 9, seconds: 15.4 }] },
    [{ kind: 'lag', values: { seconds: 15 } }],
  ],
  [
    'a slow transaction',
    { chain: { pending: 1, oldestSeconds: 200 } },
    [{ kind: 'chain', values: { minutes: 3 } }],
  ],
])('%s is told', (_, change, troubles) => {
  expect(troublesOf({ ...well, ...change })).toMatchObject(troubles);
  expect(troublesOf({ ...well, ...change })).toHaveLength(troubles.length);
});

test('a process of many roles goes by its host', () => {
  expect(processName({ host: 'one', roles: ['gateway', 'web'] })).toBe('one');
});
