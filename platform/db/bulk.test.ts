import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { withoutIndexes } from './bulk.ts';

let database: ServiceDatabase;
beforeAll(async () => {
  database = await serviceDatabase();
  await database.db.unsafe(`
    create schema shop;
    create table shop.people (id int primary key, name text, unique (name));
    create table shop.orders (id int primary key, person int not null references shop.people, total int check (total > 0));
    create index orders_large on shop.orders (total desc, id) include (person) where total > 100;
    create table shop.notes (order_id int references shop.orders on delete cascade)`);
});
afterAll(() => database.close());

const TABLES = ['shop.people', 'shop.orders'];

async function definitions(): Promise<string[]> {
  const rows = await database.db<{ text: string }[]>`
    select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as text from pg_constraint
    where connamespace = 'shop'::regnamespace
    union all
    select indexdef from pg_indexes where schemaname = 'shop' order by 1`;
  return rows.map(({ text }) => text);
}

test('indexes, keys and references are gone during the work and the same afterwards', async () => {
  const { db } = database;
  const before = await definitions();
  const steps: string[] = [];
  const result = await withoutIndexes(
    db,
    TABLES,
    async () => {
      steps.push('work');
      const during = await definitions();
      expect(during.some((text) => /PRIMARY|UNIQUE|FOREIGN|INDEX/.test(text))).toBe(false);
      expect(during.some((text) => text.includes('CHECK'))).toBe(true);
      // In an order that references would refuse.
      await db`insert into shop.orders select i, i % 10, i from generate_series(1, 1000) i`;
      await db`insert into shop.people select i, 'p' || i from generate_series(0, 9) i`;
      return 'done';
    },
    () => steps.push('remaking'),
  );
  expect([result, ...steps]).toEqual(['done', 'work', 'remaking']);
  expect(await definitions()).toEqual(before);
});

test('rows that break a key or a reference are told of', async () => {
  const { db } = database;
  const twice = withoutIndexes(db, TABLES, () => db`insert into shop.people values (1, 'another')`);
  await expect(twice).rejects.toMatchObject({ code: '23505' });
});

test('what the work throws comes out, with the indexes made again', async () => {
  const { db } = database;
  await db`delete from shop.people where name = 'another'`;
  // The test before left the tables without them.
  await db.unsafe(`
    alter table shop.people add primary key (id);
    alter table shop.orders add foreign key (person) references shop.people`);
  const before = await definitions();
  const failed = withoutIndexes(db, TABLES, async () => {
    throw new Error('no luck');
  });
  await expect(failed).rejects.toThrow('no luck');
  expect(await definitions()).toEqual(before);
});
