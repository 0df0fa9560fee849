import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, canEnter, giveTo, ownUserName, serverAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, explainFailure, messageOf } from './errors.ts';

/** The one role and the one database of the embedded server. */
export const ROLE = 'ece';
export const DATABASE = 'ece';
export const PORT = 5432;

/** Where data and programs go when the account that PostgreSQL runs as cannot reach the asked-for folder. */
export const SHARED_ROOT = '/var/lib/ece';

const MAJOR_VERSION = '18';

/** Where a cluster lives, and who runs it. */
export interface Place {
  /** Folder that holds the cluster, the log and the lock. */
  home: string;
  /** PostgreSQL's own data directory inside it. */
  clusterDir: string;
  /** Link in the asked-for folder that leads to `clusterDir` when `home` is elsewhere. */
  link: string | undefined;
  account: Account | undefined;
}

export type Setting = string | number | boolean;

const DEFAULT_SETTINGS: Record<string, Setting> = {
  shared_buffers: '256MB',
  max_connections: 200,
  fsync: true,
  synchronous_commit: true,
  wal_compression: true,
  random_page_cost: 1.1,
  jit: false,
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // A failed statement is reported to its caller; in this file it would repeat personal data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
};

/** Decides where the cluster of a data folder lives. Creates the folder, and follows an earlier decision. */
export function placeFor(dataDir: string): Place {
  mkdirSync(dataDir, { recursive: true });
  const asked = join(realpathSync(dataDir), 'cluster');
  if (lstatSync(asked, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const clusterDir = readlinkSync(asked);
    if (!existsSync(clusterDir)) {
      throw new EmbeddedPostgresError(
        'failed',
        `The database files of ${dataDir} were kept in ${clusterDir}, and that folder is gone. ` +
          'Bring it back, or start from nothing with "ece reset".',
      );
    }
    return { home: dirname(clusterDir), clusterDir, link: asked, account: serverAccount(clusterDir) };
  }
  const account = serverAccount(asked);
  if (!account || canEnter(dirname(asked), account)) {
    return { home: dirname(asked), clusterDir: asked, link: undefined, account };
  }
  const name = createHash('sha256').update(dirname(asked)).digest('hex').slice(0, 16);
  const home = join(SHARED_ROOT, name);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return { home, clusterDir: join(home, 'cluster'), link: asked, account };
}

/**
 * Makes the cluster unless it is there already; one that is half made is made anew.
 * @param durable whether the new files are forced to the disk, which takes a moment
 */
export async function ensureCluster(place: Place, binaries: Binaries, durable: boolean): Promise<void> {
  const { clusterDir, link } = place;
  if (link && !lstatSync(link, { throwIfNoEntry: false })) setAside(clusterDir);
  if (existsSync(clusterDir)) {
    const version = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
    if (version === MAJOR_VERSION) return;
    throw new EmbeddedPostgresError(
      'wrong_version',
      `The data in ${clusterDir} belongs to PostgreSQL ${version}; this is PostgreSQL ${MAJOR_VERSION}.`,
    );
  }
  const unfinished = `${clusterDir}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(place.account, unfinished);
  try {
    await initialise(unfinished, place.account, binaries, durable);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  renameSync(unfinished, clusterDir);
  if (link) symlinkSync(clusterDir, link);
}

/** A cluster whose data folder was thrown away is out of use, but never ours to delete. */
function setAside(clusterDir: string): void {
  if (existsSync(clusterDir)) renameSync(clusterDir, `${clusterDir}.old-${Date.now()}`);
}

async function initialise(
  dir: string,
  account: Account | undefined,
  binaries: Binaries,
  durable: boolean,
): Promise<void> {
  // The builtin provider sorts and folds case the same way on every machine; the C locale exists everywhere.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const trust = ['--auth-local=peer', '--auth-host=reject'];
  const initdb = ['-D', dir, '-U', ROLE, ...locale, ...trust, '--data-checksums', '--no-instructions'];
  if (!durable) initdb.push('--no-sync');
  await run(binaries.initdb, initdb, account);
  const single = ['--single', '-D', dir, '-c', 'log_min_messages=warning', 'postgres'];
  await run(binaries.postgres, single, account, `CREATE DATABASE ${DATABASE};\n`);
}

function run(program: string, args: string[], account: Account | undefined, input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', env: serverEnvironment() });
    let said = '';
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', (error) => reject(explainFailure('set up the database', messageOf(error), error)));
    child.on('close', (code) => {
      // Single-user mode reports a failed statement only in words.
      if (code === 0 && !/^.*(ERROR|FATAL):/m.test(said)) resolve();
      else reject(explainFailure('set up the database', said));
    });
    // A program that dies before it has read its input is reported by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** The environment of PostgreSQL's programs: nothing of the caller's that could change what they do. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
}

/** Writes PostgreSQL's configuration files; done at each start, so that they always fit this version. */
export function writeConfiguration(
  place: Place,
  socketDir: string,
  overrides: Record<string, Setting>,
): void {
  const settings = {
    ...DEFAULT_SETTINGS,
    ...overrides,
    listen_addresses: '',
    port: PORT,
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}\n`);
  // The kernel tells PostgreSQL who is at the other end of the socket: only the user who started it gets in.
  write(place, 'postgresql.conf', lines.join(''));
  write(place, 'pg_hba.conf', 'local all all peer map=ece\n');
  write(place, 'pg_ident.conf', `ece "${ownUserName().replaceAll('"', '""')}" ${ROLE}\n`);
}

function write(place: Place, name: string, text: string): void {
  const path = join(place.clusterDir, name);
  writeFileSync(path, text, { mode: 0o600 });
  giveTo(place.account, path);
}

function quote(value: Setting): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
