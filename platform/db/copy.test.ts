import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { copyRows } from './copy.ts';
import { atomically } from './database.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
  await database.db`create table copied (n int primary key, words text, amount bigint, at timestamptz)`;
});
afterAll(() => database.close());

test('rows arrive as they are, whatever their texts hold', async () => {
  const text = fc.string({ unit: 'binary' }).filter((words) => !words.includes('\0') && words.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ words: fc.option(text), amount: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
      ),
      async (drawn) => {
        const at = new Date(Date.UTC(2026, 1, 3, 4, 5, 6, 789));
        const rows = drawn.map(({ words, amount }, n) => ({ n, words, amount, at }));
        await database.db`truncate copied`;
        await atomically(database.db, (tx) =>
          copyRows(
            tx,
            'copied',
            ['n', 'words', 'amount', 'at'],
            rows.map((row) => Object.values(row)),
          ),
        );
        expect([...(await database.db`select n, words, amount, at from copied order by n`)]).toEqual(rows);
      },
    ),
    { numRuns: 50 },
  );
});

test('megabytes of rows arrive, and none where the database refuses one of them', async () => {
  const { db } = database;
  const words = 'x'.repeat(1_000);
  const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => [from + i, words]);
  await db`truncate copied`;
  await atomically(db, (tx) => copyRows(tx, 'copied', ['n', 'words'], rows(0, 5_000)));
  expect((await db`select count(*)::int as n from copied`)[0]!.n).toBe(5_000);
  const twice = atomically(db, (tx) => copyRows(tx, 'copied', ['n', 'words'], rows(4_999, 5_000)));
  await expect(twice).rejects.toThrow('duplicate key');
  expect((await db`select count(*)::int as n from copied`)[0]!.n).toBe(5_000);

  const few = atomically(db, (tx) => copyRows(tx, 'copied', ['n', 'words'], rows(4_999, 1)));
  await expect(few).rejects.toMatchObject({ code: '23505' });
  const gone = atomically(db, (tx) => copyRows(tx, 'nowhere', ['n'], [[1]]));
  await expect(gone).rejects.toMatchObject({ code: '42P01' });
});
