import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atomically, type Database, openDatabase } from '@ece/platform/db/database';
import { type Replicated, replicated } from '@ece/platform/db/replica';
import { createLogger } from '@ece/platform/log/log';
import { allowLag } from '@ece/platform/telemetry/call-context';
import { createMetrics, type Metrics } from '@ece/platform/telemetry/metrics';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type PostgresServer, startPostgres, writeAs } from './support/postgres.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const log = createLogger({ level: 'silent', format: 'json' });

describe('TLS', () => {
  let folder: string;
  let server: PostgresServer;
  const opened: Database[] = [];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ece-tls-'));
    authority('ours');
    authority('another');
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ours.crt',
      '-CAkey',
      'ours.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-copy_extensions',
      'copy',
      '-out',
      'server.crt',
    );
    server = await startPostgres(['ssl=on'], (data) => {
      for (const name of ['server.key', 'server.crt'])
        writeAs(data, name, readFileSync(join(folder, name), 'utf8'));
      writeAs(data, 'pg_hba.conf', 'local all all trust\nhostssl all all all trust\n');
    });
  }, 120_000);
  afterEach(() => Promise.all(opened.splice(0).map((db) => db.end({ timeout: 1 }))));
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (query: string, host?: string) => {
    const db = openDatabase(`${server.url('postgres', host)}?${query}`, { max: 1 });
    opened.push(db);
    const [row] = await db<{ ssl: boolean }[]>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    return row!.ssl;
  };
  const root = (name: string) => `sslrootcert=${encodeURIComponent(join(folder, `${name}.crt`))}`;

  test('a server is trusted by the authority that the address names, and for the host that it names', async () => {
    expect(await ask(`sslmode=verify-full&${root('ours')}`)).toBe(true);
    expect(await ask(root('ours'))).toBe(true);
    expect(await ask(`sslmode=verify-ca&${root('ours')}`, '127.0.0.1')).toBe(true);
    await expect(ask(`sslmode=verify-full&${root('ours')}`, '127.0.0.1')).rejects.toThrow(/127\.0\.0\.1/);
  });

  test('the certificate of another authority is refused, and so is one that no authority vouches for', async () => {
    for (const query of [
      `sslmode=verify-full&${root('another')}`,
      `sslmode=verify-ca&${root('another')}`,
      'sslmode=verify-full',
    ])
      await expect(ask(query), query).rejects.toThrow(/certificate/);
    await expect(ask('')).rejects.toThrow(/pg_hba/);
    expect(() => openDatabase(`${server.url()}?sslmode=prefer&${root('ours')}`)).toThrow(
      'sslrootcert goes with',
    );
  });
});

describe('a read replica', () => {
  let main: PostgresServer;
  let copy: PostgresServer;
  let primary: Database;
  let replica: Database;
  let both: Replicated;
  let metrics: Metrics;
  beforeAll(async () => {
    main = await startPostgres();
    copy = await main.replica();
    primary = openDatabase(main.url(), { max: 3 });
    replica = openDatabase(copy.url(), { max: 3 });
    await primary`create table things (id int primary key)`;
    metrics = createMetrics();
    both = replicated({ primary, replica, mostLagMs: 500, log, metrics });
    await untilUsable(true);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([primary?.end({ timeout: 1 }), replica?.end({ timeout: 1 })]);
    await Promise.all([main?.stop(), copy?.stop()]);
  });

  const untilUsable = (usable: boolean) =>
    vi.waitFor(async () => {
      await both.look();
      expect(both.usable()).toBe(usable);
    }, PATIENCE);
  const port = async () =>
    (await both.db<{ port: number }[]>`select inet_server_port() as port, ${[1, 2]}::int[] as list`)[0]!.port;
  const insert = (id: number) => both.db`insert into things values (${id})`;

  test('answers reads that may lag; all else is asked of the primary', async () => {
    expect(await port()).toBe(main.port);
    expect(await allowLag(port)).toBe(copy.port);
    expect(await allowLag(() => Promise.all([port(), port()]))).toEqual([copy.port, copy.port]);
    const inTransaction = await allowLag(() =>
      atomically(
        both.db,
        async (tx) => (await tx<{ port: number }[]>`select inet_server_port() as port`)[0]!.port,
      ),
    );
    expect(inTransaction).toBe(main.port);
    // What has seen the primary stays with it.
    const after = await allowLag(async () => {
      const before = await port();
      await insert(1);
      return [before, await port()];
    });
    expect(after).toEqual([copy.port, main.port]);
    const locked = await allowLag(async () => {
      await both.db`select id from things for update`;
      return await port();
    });
    expect(locked).toBe(main.port);
    const parts = await allowLag(() => {
      const condition = both.db`and ${1}::int = 1`;
      return both.db<{ port: number }[]>`select inet_server_port() as port where true ${condition}`;
    });
    expect(parts[0]!.port).toBe(copy.port);
  });

  test('a replica that is too far behind is not asked until it has caught up', async () => {
    await replica`select pg_wal_replay_pause()`;
    await insert(2);
    await untilUsable(false);
    expect(await allowLag(port)).toBe(main.port);
    expect(await metrics.registry.getSingleMetricAsString('ece_replica_lag_seconds')).toMatch(
      /seconds 0\.[5-9]|seconds [1-9]/,
    );
    await replica`select pg_wal_replay_resume()`;
    await untilUsable(true);
    expect(await allowLag(port)).toBe(copy.port);
  });

  test('reads go on while it is killed, and a server that follows nobody is not asked', async () => {
    const asking = Array.from({ length: 200 }, () => allowLag(port));
    await copy.stop();
    const answers = await Promise.all([...asking, ...Array.from({ length: 50 }, () => allowLag(port))]);
    expect(answers.filter((one) => one !== main.port && one !== copy.port)).toEqual([]);
    await untilUsable(false);
    expect(await allowLag(port)).toBe(main.port);
    const wrong = replicated({ primary, replica: primary, mostLagMs: 500, log, metrics });
    await wrong.look();
    expect(wrong.usable()).toBe(false);
  });
});
