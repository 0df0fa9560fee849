import type { Rebuild } from '@ece/platform/service';
import { expect, test } from 'vitest';
import type { Progress } from './progress.ts';
import { rebuildServices } from './rebuild.ts';

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
