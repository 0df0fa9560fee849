import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { ok, refuse } from '@ece/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/setup/database.ts';
import {
  atomically,
  type Database,
  isUniqueViolation,
  openDatabase,
  ping,
  reach,
  transaction,
} from './database.ts';

let test1: TestDatabase;
let db: Database;

beforeAll(async () => {
  test1 = await testDatabase();
  db = openDatabase(test1.connection, { max: 8, name: 'a test', statementTimeoutMs: 5000 });
  await db`create table boxes (id int primary key, n bigint not null, at timestamptz)`;
});
afterAll(async () => {
  await db.end({ timeout: 1 });
  await test1.drop();
});

const count = async (id: number) => (await db`select 1 from boxes where id = ${id}`).length;

test('large integers come as bigint and times as Date', async () => {
  await db`insert into boxes values (1, ${2n ** 62n}, ${new Date(5)})`;
  expect(await db`select n, at from boxes where id = 1`).toEqual([{ n: 2n ** 62n, at: new Date(5) }]);
  const [row] =
    await db`select current_setting('TimeZone') as zone, current_setting('application_name') as name`;
  expect(row).toEqual({ zone: 'UTC', name: 'a test' });
});

test('a refusal and an exception both roll back', async () => {
  const refused = await transaction(db, async (tx) => {
    await tx`insert into boxes values (2, 0)`;
    return refuse('price_changed', 'no');
  });
  expect(refused).toEqual(refuse('price_changed', 'no'));
  const thrown = transaction(db, async (tx) => {
    await tx`insert into boxes values (2, 0)`;
    throw new Error('a bug');
  });
  await expect(thrown).rejects.toThrow('a bug');
  expect(await count(2)).toBe(0);
  expect(await transaction(db, async (tx) => ok((await tx`insert into boxes values (2, 0)`).count))).toEqual(
    ok(1),
  );
  expect(await count(2)).toBe(1);
});

test('a transaction inside a transaction is a bug, and one after it or beside it is none', async () => {
  const nested = atomically(db, async (tx) => {
    await tx`insert into boxes values (3, 0)`;
    await atomically(db, async () => {});
  });
  await expect(nested).rejects.toThrow('inside a transaction');
  expect(await count(3)).toBe(0);
  await Promise.all([atomically(db, async () => {}), atomically(db, async () => {})]);
  await atomically(db, async () => {});
});

test('transactions that deadlock are tried again and all succeed', async () => {
  await db`insert into boxes values (10, 0), (11, 0)`;
  let attempts = 0;
  let locked = 0;
  let barrier = Promise.withResolvers<void>();
  const add = (first: number, second: number) =>
    atomically(db, async (tx) => {
      attempts++;
      await tx`update boxes set n = n + 1 where id = ${first}`;
      if (++locked === 2) barrier.resolve();
      await barrier.promise;
      await tx`update boxes set n = n + 1 where id = ${second}`;
    });
  for (let round = 0; round < 2; round++) {
    attempts = 0;
    locked = 0;
    barrier = Promise.withResolvers();
    await Promise.all([add(10, 11), add(11, 10)]);
    // One of the two is ended, on a busy machine now and then each of them.
    expect(attempts).toBeGreaterThanOrEqual(3);
  }
  expect(await db`select n from boxes where id in (10, 11)`).toEqual([{ n: 4n }, { n: 4n }]);
});

test('what always fails is tried four times and no more', async () => {
  let attempts = 0;
  const failing = atomically(db, async (tx) => {
    attempts++;
    await tx.unsafe(`do $$ begin raise exception 'lost' using errcode = '40001'; end $$`);
  });
  await expect(failing).rejects.toThrow('lost');
  expect(attempts).toBe(4);
});

test('a statement that takes too long ends', async () => {
  const quick = openDatabase(test1.connection, { max: 1, statementTimeoutMs: 50 });
  await expect(quick`select pg_sleep(10)`).rejects.toThrow('statement timeout');
  await quick.end();
});

test('a unique violation is told apart by its constraint', async () => {
  const error = await db`insert into boxes values (1, 0)`.catch((e: unknown) => e);
  expect(isUniqueViolation(error)).toBe(true);
  expect(isUniqueViolation(error, 'boxes_pkey')).toBe(true);
  expect(isUniqueViolation(error, 'other')).toBe(false);
  expect(isUniqueViolation(await db`select 1 / 0`.catch((e: unknown) => e))).toBe(false);
});

test('an address may name the folder of a socket; a server that is not there does not answer', async () => {
  const { host, port, user, database } = test1.connection;
  const named = openDatabase(`postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`, {
    max: 1,
  });
  expect(await ping(named)).toBe(true);
  await named.end();
  const gone = openDatabase('postgres://nobody@127.0.0.1:9/none', { max: 1 });
  expect(await ping(gone)).toBe(false);
  await gone.end({ timeout: 1 });
});

test('a server that is not there yet is waited for, and one that refuses us is not', async () => {
  const { host, port: behind, user, database } = test1.connection;
  let calls = 0;
  const door = createServer((client) => {
    if (++calls <= 2) return client.destroy();
    const server = connect(`${host}/.s.PGSQL.${behind}`);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.pipe(other).on('error', () => one.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const late = openDatabase(`postgres://${user}@127.0.0.1:${port}/${database}`, { max: 1 });
  await reach(late);
  expect(calls).toBe(3);
  await late.end({ timeout: 1 });
  const absent = openDatabase(`postgres://${user}@127.0.0.1:${port}/${database}_none`, { max: 1 });
  await expect(reach(absent)).rejects.toThrow(/does not exist/);
  expect(calls).toBe(4);
  await absent.end({ timeout: 1 });
  door.close();
  const gone = openDatabase({ host: '127.0.0.1', port, user, database }, { max: 1 });
  await expect(reach(gone, 0)).rejects.toThrow();
  await gone.end({ timeout: 1 });
});
