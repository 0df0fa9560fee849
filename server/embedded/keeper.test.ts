import { expect, test } from 'vitest';
import { type KeeperOptions, keepPostgres } from './keeper.ts';
import type { EmbeddedPostgres } from './postgres.ts';

const options: KeeperOptions = { restarts: 2, withinMs: 60_000, attempts: 3, pauseMs: 1, notice: () => {} };

/** Servers that end when they are told to; whether a start works is up to the test. */
function servers(works: () => boolean) {
  const ends: (() => void)[] = [];
  const folders: (string | undefined)[] = [];
  const start = async (folder: string | undefined) => {
    folders.push(folder);
    if (!works()) throw new Error('it does not work');
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.push(resolve);
    const connection = { host: '/socket', port: 5432, user: 'ece', database: 'ece' };
    const server = { connection, exited: promise, stop: async () => resolve() };
    return server as unknown as EmbeddedPostgres;
  };
  return { start, folders, end: () => ends.at(-1)!() };
}

test('PostgreSQL comes back at its address, and is given up when it ends again and again', async () => {
  const { start, folders, end } = servers(() => true);
  const kept = await keepPostgres(start, options);
  for (const before of [0, 1]) {
    end();
    await kept.untilRestarted(before);
  }
  expect(folders).toEqual([undefined, '/socket', '/socket']);
  end();
  await kept.gaveUp;
  await expect(kept.untilRestarted(2)).rejects.toThrow('given up');
  await kept.stop();
});

test('a start that fails is tried again, a few times', async () => {
  let failures = 0;
  const { start, folders, end } = servers(() => failures-- <= 0);
  const kept = await keepPostgres(start, options);
  failures = 2;
  end();
  await kept.untilRestarted(0);
  expect(folders).toHaveLength(4);
  failures = 100;
  end();
  await kept.gaveUp;
  expect(folders).toHaveLength(7);
  await kept.stop();
});

test('what is stopped stays stopped', async () => {
  const { start, folders } = servers(() => true);
  const kept = await keepPostgres(start, options);
  await kept.stop();
  expect(folders).toEqual([undefined]);
});
