import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { withLease } from './lease.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
});
afterAll(() => database.close());

const holders = () => database.db`select name from platform.leases order by name`;

test('of many at once one works, and the next may begin when it is done', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = withLease(database.db, 'count', () => promise);
  while ((await holders()).length === 0);
  const others = await Promise.all([1, 2, 3].map(() => withLease(database.db, 'count', async () => 'other')));
  expect(others).toEqual([undefined, undefined, undefined]);
  expect(await withLease(database.db, 'sort', async () => 'sorted')).toBe('sorted');
  resolve('first');
  expect(await first).toBe('first');
  expect(await withLease(database.db, 'count', async () => 'second')).toBe('second');
  expect(await holders()).toEqual([]);
});

test('work that fails lets go', async () => {
  const failing = withLease(database.db, 'fail', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withLease(database.db, 'fail', async () => 1)).toBe(1);
});

test('what a dead process held is free once it has not been heard of', async () => {
  await database.db`insert into platform.leases values ('dead', gen_random_uuid(), clock_timestamp() + interval '1 hour')`;
  expect(await withLease(database.db, 'dead', async () => 1)).toBeUndefined();
  await database.db`update platform.leases set until = clock_timestamp() - interval '1 microsecond'`;
  expect(await withLease(database.db, 'dead', async () => 1)).toBe(1);
});

test('a process that stood still takes nothing from who went on without it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = withLease(database.db, 'slow', () => promise);
  while ((await holders()).length === 0);
  const own = async () =>
    (await database.db`select holder from platform.leases where name = 'slow'`)[0]!.holder;
  const before = await own();
  await database.db`update platform.leases set until = clock_timestamp() - interval '1 second'`;
  const next = Promise.withResolvers<void>();
  const taken = withLease(database.db, 'slow', () => next.promise);
  while ((await own()) === before);
  resolve();
  await slow;
  expect((await holders()).length).toBe(1);
  next.resolve();
  await taken;
  expect(await holders()).toEqual([]);
});
