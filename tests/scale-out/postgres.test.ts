import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@ece/platform/db/database';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type PostgresServer, startPostgres, writeAs } from './support/postgres.ts';

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
