import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Goal, Run } from '../bench.ts';
import { costOf, isMet, measurePairs, median, quantile, toRow } from './measure.ts';
import { formatRows } from './report.ts';

const goal: Goal = { name: 'x', ratio: 'a ÷ b', target: 2, better: 'higher' };
const run: Run = { pairs: 4, quick: true, progress: { step() {}, update() {}, done() {} } };

test('a row has the median of the ratios, not the ratio of the medians', () => {
  const pairs = [
    { ours: 10, reference: 1 },
    { ours: 4, reference: 2 },
    { ours: 300, reference: 100 },
  ];
  expect(toRow(goal, pairs)).toEqual({
    ...{ name: 'x', target: 2, better: 'higher', pairs },
    ...{ ratio: 3, ours: 10, reference: 2, spread: [2, 10] },
  });
});

test('a target is met from its side alone', () => {
  expect(isMet({ ratio: 2, target: 2, better: 'higher' })).toBe(true);
  expect(isMet({ ratio: 1.9, target: 2, better: 'higher' })).toBe(false);
  expect(isMet({ ratio: 1.9, target: 2, better: 'lower' })).toBe(true);
  expect(isMet({ ratio: Number.NaN, target: 2, better: 'lower' })).toBe(false);
});

test('the table says of each row whether its target is met', () => {
  const pairs = [{ ours: 4, reference: 1 }];
  const text = formatRows([toRow(goal, pairs, ['a note']), toRow({ ...goal, target: 5 }, pairs)]);
  expect(text).toMatch(/x +≥ 2 +4 .* met\n +a note\n.*≥ 5 .* MISSED$/);
});

test('quantiles lie between neighbours', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([1, 2, 3, 4])).toBe(2.5);
  expect(quantile([0, 100], 0.99)).toBe(99);
  expect(quantile([], 0.5)).toBeNaN();
});

test('pairs take turns in who goes first, after one of each that does not count', async () => {
  const order: string[] = [];
  let n = 0;
  const side = (name: string) => async () => {
    order.push(name);
    return ++n;
  };
  const pairs = await measurePairs(run, 'test', { ours: side('A'), reference: side('B') });
  expect(order.join('')).toBe('BAABBAABBA');
  expect(pairs[0]).toEqual({ ours: 3, reference: 4 });
});

test.runIf(process.platform === 'linux')('CPU is that of descendants, too', async () => {
  // A child of a child works; the child itself only waits.
  const busy = 'const end = process.cpuUsage().user + 1e5; while (process.cpuUsage().user < end);';
  const script = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(busy)}]); process.stdin.resume()`;
  const child = spawn(process.execPath, ['-e', `console.log('up'); ${script}; console.log('done')`]);
  await once(child.stdout, 'data');
  const { cpu } = await costOf([child.pid!], () => once(child.stdout, 'data'));
  child.kill();
  expect(cpu).toBeGreaterThanOrEqual(0.08);
});
