import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveTo } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import {
  DATABASE,
  ensureCluster,
  type Place,
  PORT,
  placeFor,
  ROLE,
  type Setting,
  SHARED_ROOT,
  serverEnvironment,
  writeConfiguration,
} from './cluster.ts';
import { EmbeddedPostgresError, explainFailure, messageOf } from './errors.ts';
import { type FileLock, lockFile } from './lock.ts';
import {
  clearLeftovers,
  isPostmasterOf,
  readPostmaster,
  SOCKET_DIR_PREFIX,
  stopPostmaster,
} from './postmaster.ts';

export { EmbeddedPostgresError, type PostgresProblem } from './errors.ts';

/** How to reach a server; the options fit the `postgres` driver as they are. */
export interface PostgresConnection {
  /** Folder of the unix socket. */
  host: string;
  port: number;
  user: string;
  database: string;
}

/** A running server that this process has started. */
export interface EmbeddedPostgres {
  connection: PostgresConnection;
  /**
   * The same as a URL in libpq's form, the socket folder percent-encoded as the host. The `postgres` driver does
   * not decode it: give the driver `connection`.
   */
  url: string;
  pid: number;
  logFile: string;
  /** Settles when the server has ended, whether it was asked to or not. */
  exited: Promise<void>;
  /** Ends all sessions and shuts the server down; bounded in time, safe to call twice. */
  stop(): Promise<void>;
}

/** What `startPostgres` takes. */
export interface StartOptions {
  /** Folder for the database; made when missing. */
  dataDir: string;
  /** Told what takes a moment, as a short phrase. */
  onProgress?: (message: string) => void;
  /** PostgreSQL settings that differ from the defaults. */
  settings?: Record<string, Setting>;
  /** Folder of the socket of a server that has ended, to be found there again; nobody may use it. */
  socketDir?: string;
}

/** Longest path that fits a unix socket's address on every system (104 bytes with the closing zero on macOS). */
const LONGEST_SOCKET_PATH = 103;
const LOCK_PATIENCE_MS = 3000;
const START_PATIENCE_MS = 300_000;
const START_ATTEMPTS = 40;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts PostgreSQL on a data folder, making the database when the folder is new and clearing away whatever
 * a killed start has left. The server listens on a unix socket only, and lets in only the user who runs this
 * process.
 * @throws EmbeddedPostgresError with a message for the person at the keyboard
 */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const progress = options.onProgress ?? (() => {});
  const place = attempt('use the data folder', () => placeFor(resolve(options.dataDir)));
  const lock = await takeLock(place.home, progress);
  if (!lock) {
    throw new EmbeddedPostgresError(
      'data_in_use',
      `Another running exchange uses the data folder ${options.dataDir}. Stop it first, or choose another folder with --data.`,
    );
  }
  let socketDir: string | undefined;
  try {
    const binaries = findBinaries(place.account, place.account ? SHARED_ROOT : place.home);
    await clearLeftovers(place.clusterDir);
    if (!existsSync(place.clusterDir)) progress('creating the database');
    await ensureCluster(place, binaries, options.settings?.fsync !== false);
    socketDir = makeSocketDir(place, options.socketDir);
    writeConfiguration(place, socketDir, options.settings ?? {});
    const child = await launch(place, binaries, progress);
    return handle(place, child, socketDir, lock);
  } catch (error) {
    if (socketDir) rmSync(socketDir, { recursive: true, force: true });
    lock.release();
    if (error instanceof EmbeddedPostgresError) throw error;
    throw explainFailure('start PostgreSQL', messageOf(error), error);
  }
}

/** Takes the lock of a data folder; one whose parent was killed a moment ago gets the time to shut down. */
async function takeLock(home: string, progress: (message: string) => void): Promise<FileLock | undefined> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (let reported = false; ; reported = true) {
    const lock = attempt('lock the data folder', () => lockFile(join(home, 'lock')));
    if (lock || performance.now() > deadline) return lock;
    if (!reported) progress('waiting for another exchange to let go of the data folder');
    await sleep(50);
  }
}

/** Finds the server that another process runs on a data folder; undefined when none is up. */
export function findRunningPostgres(dataDir: string): PostgresConnection | undefined {
  const link = join(dataDir, 'cluster');
  if (!existsSync(link)) return undefined;
  const clusterDir = realpathSync(link);
  const found = readPostmaster(clusterDir);
  if (!found?.ready || !isPostmasterOf(clusterDir, found.pid)) return undefined;
  return { host: found.socketDir, port: found.port, user: ROLE, database: DATABASE };
}

/**
 * Deletes the database of a data folder and the folder itself; stops a server that a killed start has left.
 * @throws EmbeddedPostgresError `data_in_use` when a live process uses it
 */
export async function removePostgres(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const link = join(realpathSync(dataDir), 'cluster');
  if (existsSync(link)) {
    const clusterDir = realpathSync(link);
    const home = resolve(clusterDir, '..');
    const lock = attempt('lock the data folder', () => lockFile(join(home, 'lock')));
    if (!lock) {
      throw new EmbeddedPostgresError(
        'data_in_use',
        `A running exchange uses the data folder ${dataDir}. Stop it first.`,
      );
    }
    try {
      await clearLeftovers(clusterDir);
      attempt('delete the database', () => rmSync(home, { recursive: true, force: true }));
    } finally {
      lock.release();
    }
  }
  attempt('delete the database', () => rmSync(dataDir, { recursive: true, force: true }));
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw explainFailure(what, messageOf(error), error);
  }
}

/** The socket lives beside the data when its path fits, and otherwise in a folder of its own that nobody can guess. */
function makeSocketDir(place: Place, former?: string): string {
  let socketDir = join(place.home, 'socket');
  if (Buffer.byteLength(`${socketDir}/.s.PGSQL.${PORT}`) <= LONGEST_SOCKET_PATH) {
    rmSync(socketDir, { recursive: true, force: true });
    mkdirSync(socketDir, { mode: 0o700 });
  } else if (former) {
    // Its name has been public meanwhile: one that somebody else has made is refused.
    socketDir = former;
    mkdirSync(socketDir, { mode: 0o700 });
  } else {
    const short = tmpdir().length <= 60 ? tmpdir() : '/tmp';
    socketDir = mkdtempSync(join(realpathSync(short), SOCKET_DIR_PREFIX));
  }
  giveTo(place.account, socketDir);
  return socketDir;
}

function openLog(place: Place): { path: string; descriptor: number } {
  const path = join(place.home, 'postgresql.log');
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return { path, descriptor: openSync(path, 'a', 0o640) };
}

async function launch(
  place: Place,
  binaries: Binaries,
  progress: (message: string) => void,
): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    const log = openLog(place);
    const logStart = fstatSync(log.descriptor).size;
    const child = spawn(binaries.postgres, ['-D', place.clusterDir], {
      ...place.account,
      cwd: '/',
      env: serverEnvironment(),
      stdio: ['ignore', log.descriptor, log.descriptor],
      // Its own session: Ctrl-C in the terminal must reach only Node, which finishes what is in flight first.
      detached: true,
    });
    closeSync(log.descriptor);
    const failure = await untilReady(place, child, progress);
    if (failure === undefined) {
      child.unref();
      return child;
    }
    const said = readFileSync(log.path).subarray(logStart).toString('utf8');
    // Sessions of a killed server take a moment to notice; until then its shared memory counts as in use.
    if (!/pre-existing shared memory block/.test(said) || tries === START_ATTEMPTS) {
      throw explainFailure('start PostgreSQL', `${said}\n${failure}`);
    }
    await sleep(250);
  }
}

/** Waits until the server takes connections; gives the reason when it ends or stays silent instead. */
async function untilReady(
  place: Place,
  child: ChildProcess,
  progress: (message: string) => void,
): Promise<string | undefined> {
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure = `PostgreSQL ended with ${signal ?? `code ${code}`}`;
  });
  const started = performance.now();
  let reported = false;
  while (failure === undefined) {
    const state = readPostmaster(place.clusterDir);
    if (state?.ready && state.pid === child.pid) return undefined;
    const waited = performance.now() - started;
    if (!reported && waited > 2000) {
      progress('PostgreSQL is recovering from an unclean stop');
      reported = true;
    }
    if (waited > START_PATIENCE_MS) {
      child.kill('SIGKILL');
      failure = `PostgreSQL was not ready after ${START_PATIENCE_MS / 1000} s`;
    }
    await sleep(10);
  }
  return failure;
}

function handle(place: Place, child: ChildProcess, socketDir: string, lock: FileLock): EmbeddedPostgres {
  const pid = child.pid;
  if (pid === undefined) throw new Error('a server that is ready has a process id');
  const exited = new Promise<void>((settle) => {
    if (child.exitCode !== null || child.signalCode !== null) settle();
    else child.once('exit', () => settle());
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await stopPostmaster(place.clusterDir, pid);
    if (lstatSync(socketDir, { throwIfNoEntry: false })) rmSync(socketDir, { recursive: true, force: true });
    lock.release();
  };
  return {
    connection: { host: socketDir, port: PORT, user: ROLE, database: DATABASE },
    url: `postgres://${ROLE}@${encodeURIComponent(socketDir)}:${PORT}/${DATABASE}`,
    pid,
    logFile: join(place.home, 'postgresql.log'),
    exited,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
