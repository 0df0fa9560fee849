import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../tests/setup/database.ts';
import { atomically, type Database, isDatabaseDown, openDatabase, ping } from './database.ts';
import { corrected, postgres } from './driver.ts';

let home: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  home = await testDatabase();
  db = openDatabase(home.connection, { max: 1 });
  other = openDatabase(home.connection, { max: 1 });
  await db`create table said (word text)`;
});
afterAll(async () => {
  await Promise.all([db.end({ timeout: 1 }), other.end({ timeout: 1 })]);
  await home.drop();
});

const idOf = async (sql: Pick<Database, 'unsafe'>) =>
  (await sql.unsafe('select pg_backend_pid() as id'))[0]!.id as number;
/** Ends a session, and settles when it is gone. */
const end = (id: number) => other`select pg_terminate_backend(${id}, 10000)`;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A pool of one connection, with its sockets. */
function withSockets(onWrite: (written: string, socket: Socket) => void = () => {}) {
  const { host, port, user, database } = home.connection;
  const sockets: Socket[] = [];
  const socket = async () => {
    const made = connect(`${host}/.s.PGSQL.${port}`);
    sockets.push(made);
    const write = made.write.bind(made);
    made.write = ((chunk: Buffer) => {
      onWrite(chunk.toString('latin1'), made);
      return write(chunk);
    }) as Socket['write'];
    await new Promise((resolve) => made.once('connect', resolve));
    return made;
  };
  const options = { user, database, host, port, max: 1, connect_timeout: 2, socket };
  return { sql: postgres(options), sockets };
}

test('a transaction that is still busy when its connection breaks fails, and the process goes on', async () => {
  const work = atomically(db, async (tx) => {
    await tx`insert into said values ('lost')`;
    await end(await idOf(tx));
    await tx`insert into said values ('later')`;
  });
  expect(isDatabaseDown(await failure(work))).toBe(true);
  const beside = await Promise.allSettled([ping(db), db`select 1`, atomically(db, (tx) => idOf(tx))]);
  expect(beside.every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await db`select word from said`).toEqual([]);
});

test('what a transaction says after its connection broke does not come into the next one', async () => {
  const resume = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  let late: unknown;
  const first = failure(
    atomically(db, async (tx) => {
      await end(await idOf(tx));
      broken.resolve();
      await resume.promise;
      late = await failure(tx`insert into said values ('by the first')`);
      throw late;
    }),
  );
  await broken.promise;
  expect(isDatabaseDown(await first)).toBe(true);
  await atomically(db, async (tx) => {
    await tx`insert into said values ('by the second')`;
    resume.resolve();
    await expect.poll(() => late).toBeDefined();
    await tx`insert into said values ('by the second')`;
  });
  expect(isDatabaseDown(late)).toBe(true);
  expect(await db`select word from said`).toEqual([{ word: 'by the second' }, { word: 'by the second' }]);
});

test('a transaction whose connection is reset leaves its rollback to nobody', async () => {
  const { sql, sockets } = withSockets();
  const first = failure(
    sql.begin(async (tx) => {
      await tx`select 1`;
      const slow = tx`select pg_sleep(5)`.execute();
      // The error comes before the end, and the transaction hears of it in between.
      const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      setImmediate(() => sockets[0]!.destroy(reset));
      await slow;
    }),
  );
  expect(isDatabaseDown(await first)).toBe(true);
  // A statement with a value is described first: whose answer that is must be known.
  expect(await sql.begin((tx) => tx`select ${'4'} as word`)).toEqual([{ word: '4' }]);
  await sql.end();
});

test('a connection that breaks before it has written is made anew', async () => {
  const { sql, sockets } = withSockets();
  await sql`select 1`;
  const pending = failure(sql`select 2`);
  // The driver has the query after these and writes at the end of the turn. In between the socket says that it
  // is closed, as it does when another one closes first and its caller asks again at once.
  await Promise.resolve();
  await Promise.resolve();
  sockets[0]!.destroy();
  sockets[0]!.emit('close', false);
  expect(isDatabaseDown(await pending)).toBe(true);
  expect(await sql`select 3 as n`).toEqual([{ n: 3 }]);
  await sql.end();
});

test('a connection that breaks while its rows are read, or while it is kept for somebody, says so', async () => {
  const { sql, sockets } = withSockets();
  const closed = () =>
    once(sockets.at(-1)!, 'close').then(() => new Promise((resolve) => setImmediate(resolve)));
  const read = sql`select n from generate_series(1, 10) n`.cursor(1, async () => {
    sockets.at(-1)!.destroy();
    await closed();
  });
  expect(isDatabaseDown(await failure(read))).toBe(true);
  const kept = await sql.reserve();
  sockets.at(-1)!.destroy();
  await closed();
  expect(isDatabaseDown(await failure(kept`select 1`))).toBe(true);
  expect((await sql`select 1 as n`).length).toBe(1);
  await sql.end({ timeout: 1 });
});

test('rows that came before a connection broke do not come into the next answer', async () => {
  const { sql, sockets } = withSockets();
  await sql`select 1`;
  const rows = failure(sql`select n, repeat('x', 10000) from generate_series(1, 10000) n`);
  sockets[0]!.once('data', () => sockets[0]!.destroy());
  expect(isDatabaseDown(await rows)).toBe(true);
  expect((await sql`select 1 as n`).length).toBe(1);
  await sql.end();
});

test('a connection that breaks while it is greeted fails once', async () => {
  const { sql, sockets } = withSockets((written, made) => {
    if (sockets.length === 1 && written.includes('typarray')) made.destroy();
  });
  expect(isDatabaseDown(await failure(sql`select 1`))).toBe(true);
  expect((await sql`select 1 as n`).length).toBe(1);
  expect(sockets).toHaveLength(2);
  await sql.end();
});

test('a server that hangs up at once is an error, for all who wait', async () => {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gone = openDatabase(`postgres://nobody@127.0.0.1:${port}/none`, { max: 1 });
  const failures = await Promise.all(Array.from({ length: 20 }, () => failure(gone`select 1`)));
  expect(failures.every(isDatabaseDown)).toBe(true);
  expect(calls).toBe(1);
  await gone.end({ timeout: 1 });
  server.close();
});

test('a driver that the corrections do not fit is refused', () => {
  const file = new URL('../../node_modules/postgres/src/connection.js', import.meta.url);
  const source = readFileSync(file, 'utf8');
  expect(() => corrected('connection.js', source)).not.toThrow();
  expect(() => corrected('connection.js', source.replace('if (terminated)', 'if (over)'))).toThrow(
    'does not fit',
  );
});
