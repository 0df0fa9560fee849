import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { cpuOfAll, formatCosts, keepCosts } from './step-costs.ts';

test('each step has its own time, CPU and rows, and everything is passed on', () => {
  const heard: string[] = [];
  let cpu = 10;
  const progress = keepCosts(
    {
      step: (text) => heard.push(`step ${text}`),
      update: (done, total, what) => heard.push(`${done}/${total} ${what}`),
      done: () => heard.push('done'),
    },
    () => cpu,
  );
  progress.step('one');
  progress.update(1, 3, 'things');
  cpu = 12.5;
  progress.step('two');
  progress.update(1, 7);
  cpu = 13;
  progress.done();
  progress.done();
  expect(heard).toEqual(['step one', '1/3 things', 'step two', '1/7 ', 'done', 'done']);
  expect(progress.costs()).toMatchObject([
    { name: 'one', cpu: 2.5, rows: { count: 3, what: 'things' } },
    { name: 'two', cpu: 0.5, rows: undefined },
  ]);
});

test('the table has a line for each step and their sum', () => {
  const text = formatCosts([
    { name: 'Drawing', seconds: 12.34, cpu: 11, rows: { count: 3600, what: 'cards' } },
    { name: 'Waiting', seconds: 1, cpu: 0.04, rows: undefined },
  ]);
  expect(text.split('\n')).toEqual([
    '  step       time     CPU  rows',
    '  Drawing  12.3 s  11.0 s  3,600 cards',
    '  Waiting   1.0 s   0.0 s',
    '  total    13.3 s  11.0 s',
  ]);
});

test.runIf(process.platform === 'linux')('CPU is that of ended children, too', () => {
  const before = cpuOfAll();
  const busy = 'const end = process.cpuUsage().user + 3e5; while (process.cpuUsage().user < end);';
  spawnSync(process.execPath, ['-e', busy]);
  expect(cpuOfAll() - before).toBeGreaterThanOrEqual(0.25);
});
