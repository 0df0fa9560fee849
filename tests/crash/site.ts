import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedChain, startChain } from '../../server/embedded/chain.ts';
import { type KeptPostgres, keepPostgres } from '../../server/embedded/keeper.ts';
import { removePostgres, startPostgres } from '../../server/embedded/postgres.ts';
import { roleNames } from '../../server/roles.ts';
import { freePort, type ServerProcess, startServer } from '../support/processes.ts';
import { type DatabaseProxy, openProxy } from './proxy.ts';

/** Bytes of the database's disk, where it has one of its own. */
const DISK_BYTES = 640 * 1024 * 1024;

export const OPERATOR = {
  email: 'operator@crash.ece.example',
  password: 'a long enough word for the operator',
};

const preload = (name: string) => `--import=${new URL(`./preload/${name}.ts`, import.meta.url).href}`;

/** A server that is killed and comes back at the same address. */
export class Server {
  readonly name: string;
  readonly #start: () => Promise<ServerProcess>;
  #process!: ServerProcess;
  #expected = false;
  /** Hears that it has ended though nobody has killed or stopped it. */
  onEnd: ((error: Error) => void) | undefined;

  constructor(name: string, start: () => Promise<ServerProcess>) {
    this.name = name;
    this.#start = start;
  }

  get pid(): number {
    return this.#process.child.pid!;
  }

  get running(): boolean {
    const { exitCode, signalCode } = this.#process.child;
    return exitCode === null && signalCode === null;
  }

  async start(): Promise<void> {
    this.#expected = false;
    this.#process = await this.#start();
    const { child } = this.#process;
    child.once('exit', () => {
      if (this.#expected) return;
      this.onEnd?.(new Error(`${this.name} has ended by itself:\n${this.output().slice(-3000)}`));
    });
  }

  /** Kills it without a warning, and starts another one. */
  async killAndRestart(): Promise<void> {
    this.#expected = true;
    const { child } = this.#process;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    await this.start();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.child.kill(signal);
  }

  stop(): Promise<number | null> {
    this.#expected = true;
    return this.#process.stop();
  }

  output(): string {
    return this.#process.output();
  }
}

/** An exchange of real processes on a database of its own, with a proxy between them. */
export interface Site {
  url: string;
  /** The settings of its processes, for commands that run beside them. */
  env: Record<string, string>;
  /** Everything but the feed. */
  exchange: Server;
  /** The realtime feed: it tails the outbox. */
  relay: Server;
  proxy: DatabaseProxy;
  /** Folder that the database has for itself; undefined where this machine cannot give it a disk. */
  disk: string | undefined;
  clockFile: string;
  /** PostgreSQL as it runs now; where it dies it is started again on its data. */
  postgres: KeptPostgres;
  close(): Promise<void>;
}

/** However often it is killed, it comes back; a start may fail for as long as the disk is full. */
const KEEPER = { restarts: Number.POSITIVE_INFINITY, withinMs: 1, attempts: 200, pauseMs: 250 };

/**
 * Opens a site in a new folder.
 * @param seed of the chances by which the feed is unruly
 */
export async function openSite(seed: number): Promise<Site> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ece-crash-'));
  // PostgreSQL runs as somebody else when the rig runs as root.
  chmodSync(folder, 0o711);
  const disk = mountDisk(join(folder, 'disk'));
  const dataDir = join(folder, 'disk', 'postgres');
  const start = (socketDir: string | undefined) =>
    startPostgres({
      dataDir,
      ...(socketDir && { socketDir }),
      settings: {
        shared_buffers: '64MB',
        max_wal_size: '96MB',
        min_wal_size: '32MB',
        checkpoint_timeout: '30s',
      },
    });
  const postgres = await keepPostgres(start, { ...KEEPER, notice: () => {} });
  let chain: EmbeddedChain | undefined;
  const clockFile = join(folder, 'clock');
  writeFileSync(clockFile, '0');
  const proxy = await openProxy(() => {
    const { host, port } = postgres.server().connection;
    return `${host}/.s.PGSQL.${port}`;
  });
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers) if (server.running) await server.stop();
    await proxy.close();
    await chain?.stop();
    await postgres.stop();
    await removePostgres(dataDir);
    if (disk) execFileSync('umount', [disk]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    chain = await startChain({ slotMs: 40, finalityLag: 4 });
    const [gatewayPort, feedPort] = [await freePort(), await freePort()];
    const { user, database } = postgres.server().connection;
    const env = {
      ECE_DATABASE_URL: `postgres://${user}@127.0.0.1:${proxy.port}/${database}`,
      ECE_DATABASE_POOL: '8',
      ECE_SOLANA_URL: chain.url,
      ECE_SOLANA_POLL_MS: '200',
      ECE_DATA_DIR: folder,
      ECE_REALTIME_URL: `http://localhost:${feedPort}`,
      ECE_ADMIN_EMAIL: OPERATOR.email,
      ECE_ADMIN_PASSWORD: OPERATOR.password,
      ECE_TOKEN_SECRET: 'the token secret of the crash rig, long enough',
      ECE_INTERNAL_SECRET: 'the internal secret of the crash rig, long enough',
      ECE_KEYS_PASSPHRASE: 'opens the keys of this rig',
      ECE_REQUESTS_PER_MINUTE: '1000000',
      ECE_LOG_FORMAT: 'json',
      ECE_LOG_LEVEL: 'warn',
    };
    const roles = roleNames.filter((role) => role !== 'web' && role !== 'realtime');
    const exchange = new Server('the exchange', () =>
      startServer(
        ['--roles', roles.join(',')],
        { ...env, CRASH_CLOCK: clockFile, NODE_OPTIONS: preload('clock') },
        gatewayPort,
        '/health/live',
      ),
    );
    const relay = new Server('the feed', () =>
      startServer(
        ['--roles', 'realtime'],
        { ...env, CRASH_SEED: String(seed), NODE_OPTIONS: preload('unruly-feed') },
        feedPort,
      ),
    );
    servers.push(exchange, relay);
    await Promise.all(servers.map((server) => server.start()));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void close().finally(() => process.exit(130)));
    }
    return {
      ...{ url: `http://localhost:${gatewayPort}`, env, exchange, relay },
      ...{ proxy, disk, clockFile, postgres, close },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Gives the database a small disk of its own, which can be filled; that takes root and Linux. */
function mountDisk(folder: string): string | undefined {
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'ece-crash', folder], {
      stdio: 'ignore',
    });
    return folder;
  } catch {
    return undefined;
  }
}
