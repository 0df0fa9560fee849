import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postgres } from '@ece/platform/db/driver';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { explainFailure } from './errors.ts';
import {
  type EmbeddedPostgres,
  findRunningPostgres,
  type PostgresConnection,
  removePostgres,
  startPostgres,
} from './postgres.ts';
import { isPostmasterOf } from './postmaster.ts';

const isRoot = process.getuid?.() === 0;
const settings = { shared_buffers: '32MB' };
let root: string;
let shared: string;

beforeAll(() => {
  root = mkdtempSync(join(realpathSync(tmpdir()), 'ece embedded '));
  chmodSync(root, 0o711);
  shared = join(root, 'shared data');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, settings });
  onTestFinished(() => server.stop());
  return server;
}

async function query(connection: PostgresConnection, statement: string): Promise<unknown[]> {
  const sql = postgres({ ...connection, max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(statement))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const numbers = (connection: PostgresConnection) =>
  query(connection, 'select count(*)::int as count from kept').then((rows) => rows[0]);

test('data stays from one start to the next, in a folder with spaces in its name', async () => {
  const first = await start(shared);
  await query(first.connection, 'create table kept as select generate_series(1, 100) as n');
  expect(findRunningPostgres(shared)).toEqual(first.connection);
  await first.stop();
  expect(findRunningPostgres(shared)).toBeUndefined();
  expect(existsSync(first.connection.host)).toBe(false);

  const second = await start(shared);
  expect(await numbers(second.connection)).toEqual({ count: 100 });
});

test('text is UTF-8, sorted and folded alike on every machine, and nothing listens on the network', async () => {
  const { connection } = await start(shared);
  const rows = await query(
    connection,
    `select lower('ÀÉ') as lower, to_tsvector('simple', 'ÜBER')::text as words,
            current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
            current_setting('listen_addresses') as network,
            (select datlocale from pg_database where datname = current_database()) as locale`,
  );
  expect(rows).toEqual([
    { lower: 'àé', words: "'über':1", checksums: 'on', fsync: 'on', network: '', locale: 'C.UTF-8' },
  ]);
});

test('a server killed in full flight comes back with every acknowledged row', async () => {
  const server = await start(shared);
  const before = (await numbers(server.connection)) as { count: number };
  await query(server.connection, 'insert into kept select generate_series(1, 50)');
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await server.stop();
  const again = await start(shared);
  expect(await numbers(again.connection)).toEqual({ count: before.count + 50 });
});

test('a server whose parent was killed is cleared away by the next start', async () => {
  const program = fileURLToPath(new URL('fixtures/hold.ts', import.meta.url));
  const parent = fork(program, [shared], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [orphan] = (await once(parent, 'message')) as [number];
  const clusterDir = join(shared, 'cluster');
  expect(isPostmasterOf(clusterDir, orphan)).toBe(true);

  await expect(startPostgres({ dataDir: shared, settings })).rejects.toMatchObject({ code: 'data_in_use' });
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(isPostmasterOf(clusterDir, orphan)).toBe(true);

  const server = await start(shared);
  expect(isPostmasterOf(clusterDir, orphan)).toBe(false);
  expect(await numbers(server.connection)).toMatchObject({ count: expect.any(Number) });
});

test('a stale postmaster.pid that names somebody else neither blocks the start nor harms them', async () => {
  const stale = `${process.pid}\n${shared}/cluster\n0\n5432\n/tmp\n\n\nready\n`;
  writeFileSync(join(shared, 'cluster', 'postmaster.pid'), stale);
  expect(findRunningPostgres(shared)).toBeUndefined();
  const server = await start(shared);
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a second start in the same process is refused while the first one lives', async () => {
  await start(shared);
  await expect(startPostgres({ dataDir: shared, settings })).rejects.toMatchObject({ code: 'data_in_use' });
  await expect(removePostgres(shared)).rejects.toMatchObject({ code: 'data_in_use' });
});

test('a half-made cluster is made anew, and a path too long for a socket works', async () => {
  const deep = join(root, 'a'.repeat(60), 'b'.repeat(60));
  mkdirSync(join(deep, 'cluster.new', 'base'), { recursive: true });
  writeFileSync(join(deep, 'cluster.new', 'PG_VERSION'), '18\n');
  const server = await start(deep);
  expect(server.connection.host.length).toBeLessThan(90);
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(existsSync(server.connection.host)).toBe(false);
  await removePostgres(deep);
  expect(existsSync(deep)).toBe(false);
});

test('data of another major version is refused', async () => {
  const other = join(root, 'other');
  mkdirSync(join(other, 'cluster'), { recursive: true });
  writeFileSync(join(other, 'cluster', 'PG_VERSION'), '17\n');
  await expect(startPostgres({ dataDir: other })).rejects.toMatchObject({ code: 'wrong_version' });
});

test.runIf(isRoot)(
  'as root, data beneath a private folder is kept where PostgreSQL can reach it',
  async () => {
    const home = join(root, 'private');
    mkdirSync(home, { mode: 0o700 });
    const dataDir = join(home, 'data');
    const server = await start(dataDir);
    await query(server.connection, 'create table kept as select 7 as n');
    await server.stop();
    const again = await start(dataDir);
    expect(await numbers(again.connection)).toEqual({ count: 1 });
    const elsewhere = realpathSync(join(dataDir, 'cluster'));
    expect(elsewhere).toMatch(/^\/var\/lib\/ece\//);
    await again.stop();
    await removePostgres(dataDir);
    expect(existsSync(elsewhere)).toBe(false);
    expect(existsSync(dataDir)).toBe(false);
  },
);

test('failures name their cause', () => {
  const code = (said: string) => explainFailure('start PostgreSQL', said).code;
  expect(code('could not extend file: No space left on device')).toBe('disk_full');
  expect(code("EACCES: permission denied, mkdir '/x'")).toBe('permission');
  expect(code('something else')).toBe('failed');
});
