import type { Rebuild } from '@ece/platform/service';
import { expect, test } from 'vitest';
import type { Progress } from './progress.ts';
import { rebuildServices, rebuildTogether } from './rebuild.ts';

function world() {
  const said: string[] = [];
  const progress: Progress = {
    step: (text) => said.push(text),
    update: (done, total, what) => said.push(`${done}/${total} ${what}`),
    done: () => said.push('done'),
  };
  const derived = (rows: number) => ({
    rebuild: async (report: (done: number, total: number, what?: string) => void) => {
      report(rows, rows, 'rows');
      return rows;
    },
  });
  const services = new Map<string, { rebuild?: Rebuild }>([
    ['users', {}],
    ['charts', derived(3)],
    ['search', derived(5)],
  ]);
  return { said, progress, services };
}

test('rebuilds everything derived where nothing is named, and tells how far it is', async () => {
  const { services, progress, said } = world();
  expect(await rebuildServices(services, [], progress)).toEqual({
    ok: true,
    rebuilt: [
      { name: 'charts', rows: 3 },
      { name: 'search', rows: 5 },
    ],
  });
  expect(said).toEqual(['Rebuilding charts', '3/3 rows', 'done', 'Rebuilding search', '5/5 rows', 'done']);
});

test('rebuilds what is named, once', async () => {
  const { services, progress } = world();
  expect(await rebuildServices(services, ['search', 'search'], progress)).toEqual({
    ok: true,
    rebuilt: [{ name: 'search', rows: 5 }],
  });
});

test('rebuilds nothing when a name is not one of a read model', async () => {
  const { services, progress, said } = world();
  expect(await rebuildServices(services, ['search', 'users', 'nope'], progress)).toEqual({
    ok: false,
    problem: 'These keep nothing derived: users, nope. Those that do: charts, search.',
  });
  expect(said).toEqual([]);
});

test('rebuilds everything at the same time, and tells of all of it as one', async () => {
  const { progress, said } = world();
  const waiting: (() => void)[] = [];
  const both = Promise.withResolvers<void>();
  const part = (): { rebuild: Rebuild } => ({
    rebuild: async (report) => {
      report(1, 2, 'rows');
      waiting.push(() => report(2, 2, 'rows'));
      if (waiting.length === 2) both.resolve();
      await both.promise;
      waiting.pop()!();
      return 2;
    },
  });
  const services = new Map([
    ['charts', part()],
    ['search', part()],
  ]);
  await rebuildTogether(services, progress);
  expect(said).toEqual([
    'Building what is derived: charts, search',
    ...['25/100 undefined', '50/100 undefined', '75/100 undefined', '100/100 undefined'],
    'done',
  ]);
});
