import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/setup/database.ts';
import { type Database, openDatabase } from './database.ts';
import { type MigrationSource, migrate } from './migrate.ts';

let database: TestDatabase;
let pools: Database[];
let folder: string;
let source: MigrationSource;

beforeEach(async () => {
  database = await testDatabase();
  pools = Array.from({ length: 3 }, () =>
    openDatabase(database.connection, { max: 2, statementTimeoutMs: 300 }),
  );
  folder = mkdtempSync(join(tmpdir(), 'ece-migrate-'));
  source = { name: 'own', folder: pathToFileURL(`${folder}/`) };
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
  await database.drop();
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const applied = async () =>
  (await pools[0]!`select name from platform.migrations order by applied_at, name`).map((row) => row.name);

test('three processes at once apply each file once, in order, however long one takes', async () => {
  write('0002-fill.sql', 'insert into t values (1); select pg_sleep(0.7);');
  write('0001-make.sql', 'create table t (n int); create index on t (n);');
  write('0010-more.sql', 'insert into t select n + 1 from t;');
  write('notes.txt', 'not SQL');
  const names = await Promise.all(pools.map((pool) => migrate(pool, [source])));
  expect(names.flat().sort()).toEqual(['own/0001-make.sql', 'own/0002-fill.sql', 'own/0010-more.sql']);
  expect(await pools[0]!`select n from t order by n`).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await migrate(pools[1]!, [source])).toEqual([]);
  await expect(pools[0]!`select pg_sleep(5)`).rejects.toThrow('statement timeout');
});

test('a file that was changed after it had been applied stops the start', async () => {
  write('0001-make.sql', 'create table t (n int);');
  await migrate(pools[0]!, [source]);
  write('0001-make.sql', 'create table t (n bigint);');
  write('0002-more.sql', 'create table u (n int);');
  await expect(migrate(pools[1]!, [source])).rejects.toThrow('own/0001-make.sql was changed');
  expect(await applied()).toEqual(['own/0001-make.sql']);
  write('0001-make.sql', 'create table t (n int);');
  expect(await migrate(pools[1]!, [source])).toEqual(['own/0002-more.sql']);
});

test('a file that fails leaves nothing behind, is named, and is applied once it is right', async () => {
  write('0001-make.sql', 'create table t (n int); insert into t values (1); insert into missing values (1);');
  await expect(migrate(pools[0]!, [source])).rejects.toThrow('own/0001-make.sql failed');
  expect(await applied()).toEqual([]);
  expect(await pools[0]!`select to_regclass('t') as t`).toEqual([{ t: null }]);
  write('0001-make.sql', 'create table t (n int);');
  expect(await migrate(pools[0]!, [source])).toEqual(['own/0001-make.sql']);
});

test('a file and the note that it was applied are one transaction', async () => {
  await migrate(pools[0]!, []);
  await pools[0]!.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'cut off'; end $$;
    create trigger cut before insert on platform.migrations for each row execute function refuse();`);
  write('0001-make.sql', 'create table t (n int);');
  await expect(migrate(pools[0]!, [source])).rejects.toThrow('cut off');
  expect(await pools[0]!`select to_regclass('t') as t`).toEqual([{ t: null }]);
  await pools[0]!`drop trigger cut on platform.migrations`;
  expect(await migrate(pools[0]!, [source])).toEqual(['own/0001-make.sql']);
});
