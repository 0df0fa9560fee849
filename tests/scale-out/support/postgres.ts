import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../support/processes.ts';
import { reach } from './reach.ts';

/** A real PostgreSQL server over TCP, of the system's packages. */
export interface PostgresServer {
  port: number;
  /** An address of a database in it, by `localhost` unless another host is named. */
  url(database?: string, host?: string): string;
  /** Starts a server that follows this one by streaming replication. */
  replica(): Promise<PostgresServer>;
  stop(): Promise<void>;
}

const ROOT = '/usr/lib/postgresql';
const version = () => readdirSync(ROOT).sort((a, b) => Number(b) - Number(a))[0]!;
const bin = (program: string) => join(ROOT, version(), 'bin', program);

/** PostgreSQL refuses to run as root; the package brings an account. */
const account = () =>
  process.getuid?.() === 0
    ? {
        uid: Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' })),
        gid: Number(execFileSync('id', ['-g', 'postgres'], { encoding: 'utf8' })),
      }
    : {};

function folderOf(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  const { uid, gid } = account();
  if (uid !== undefined) chownSync(folder, uid, gid!);
  chmodSync(folder, 0o700);
  return folder;
}

/** Starts a server of the package in a new folder; `prepare` may put files into it. */
export async function startPostgres(
  settings: string[] = [],
  prepare: (folder: string) => void = () => {},
): Promise<PostgresServer> {
  const folder = folderOf('ece-postgres-');
  execFileSync(
    bin('initdb'),
    ['-D', folder, '-U', 'ece', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    {
      ...account(),
      stdio: 'ignore',
    },
  );
  prepare(folder);
  return await run(folder, settings);
}

/** Puts a file of the server's account into its folder. */
export function writeAs(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  const { uid, gid } = account();
  if (uid !== undefined) chownSync(path, uid, gid!);
}

async function run(folder: string, settings: string[]): Promise<PostgresServer> {
  const port = await freePort();
  const own = ['listen_addresses=localhost,127.0.0.1', 'fsync=off', 'wal_keep_size=256MB', ...settings];
  const args = ['-D', folder, '-p', String(port), '-k', folder, ...own.flatMap((setting) => ['-c', setting])];
  const child = spawn(bin('postgres'), args, { ...account(), stdio: 'ignore' });
  await reach(port, () => child.exitCode === null);
  const url = (database = 'postgres', host = 'localhost') => `postgres://ece@${host}:${port}/${database}`;
  await vi.waitFor(
    () => execFileSync('pg_isready', ['-h', 'localhost', '-p', String(port)], { stdio: 'ignore' }),
    {
      timeout: 30_000,
    },
  );
  return {
    port,
    url,
    async replica() {
      const copy = folderOf('ece-replica-');
      execFileSync(
        bin('pg_basebackup'),
        ['-d', url(), '-D', copy, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
        {
          ...account(),
          stdio: 'ignore',
        },
      );
      return await run(copy, settings);
    },
    stop: () => end(child, folder),
  };
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGQUIT');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
}
