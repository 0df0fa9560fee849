import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@ece/platform/db/database';
import { migrate } from '@ece/platform/db/migrate';
import { remote } from '@ece/platform/http/remote';
import { type Job, type RunningJob, startJob } from '@ece/platform/jobs/runner';
import { createLogger } from '@ece/platform/log/log';
import { createClient, type Ece } from '@ece/sdk';
import { inject } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { type Exchange, startExchange } from '../../server/exchange.ts';
import { openResources } from '../../server/resources.ts';
import { migrationSources, roleNames, services } from '../../server/roles.ts';
import { testDatabase } from '../setup/database.ts';
import { eventually } from './eventually.ts';
import { chosenShape, type Shape, startShape } from './shape.ts';

export { eventually } from './eventually.ts';

/** Somebody with an account. */
export interface Person {
  id: string;
  handle: string;
  accessToken: string;
  depositAddress: string;
  ece: Ece;
}

/** A whole exchange, on a database of its own and the run's chain: in this process, or in the chosen shape. */
export interface World {
  exchange: Pick<Exchange, 'url' | 'peers' | 'checks'> & {
    resources: Pick<Exchange['resources'], 'db'>;
    web?: Exchange['web'];
  };
  /** A client that is not signed in. */
  guest: Ece;
  /** Makes an account with a role. */
  person(handle: string, role?: 'collector' | 'moderator' | 'admin'): Promise<Person>;
  /** Gives people money by the faucet and waits until it is theirs. */
  fund(people: Person[], amount: string): Promise<void>;
  /** Ends the loops of all jobs: from now on they run only by `runJobs`. */
  pauseJobs(): Promise<void>;
  /** Runs every job once, in the order of their start. */
  runJobs(): Promise<void>;
  /** Ends the exchange and starts it again on the same port and data. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export const PASSWORD = 'a long enough word to sign in';

const SETTINGS = {
  ECE_SOLANA_POLL_MS: '40',
  ECE_SHORTEST_AUCTION_SECONDS: '1',
  ECE_REQUESTS_PER_MINUTE: '1000000',
};

interface WorldOptions {
  /** With its pages, which take a process of their own; then everything else is in this process. */
  web?: boolean;
}

/** Opens a world. `settings` are ECE_ variables that differ from the tests' own. */
export async function openWorld(
  settings: Record<string, string> = {},
  options: WorldOptions = {},
): Promise<World> {
  const shape = chosenShape();
  return shape && shape !== 'one' && !options.web ? openShaped(shape, settings) : openHere(settings, options);
}

async function openHere(settings: Record<string, string>, options: WorldOptions): Promise<World> {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'ece-world-'));
  const roles = options.web ? roleNames : roleNames.filter((role) => role !== 'web');
  let jobs: Job[] = [];
  let running: RunningJob[] = [];
  const start = async (port: string) => {
    const read = readConfig({ ECE_PORT: port, ECE_DATA_DIR: folder, ...SETTINGS, ...settings }, folder);
    if (!read.ok) throw new Error(read.failures.join('\n'));
    const resources = await openResources({
      config: read.config,
      log: createLogger({ level: 'error', format: 'json' }),
      database: database.connection,
      chainUrl: inject('chain'),
      publicUrl: 'http://localhost:3000',
    });
    await migrate(resources.db, migrationSources);
    [jobs, running] = [[], []];
    return startExchange(resources, roles, (job, log, onRun) => {
      const started = startJob(job, log, onRun);
      jobs.push(job);
      running.push(started);
      return started;
    });
  };
  let exchange = await start('0');
  const world: World = {
    ...peopleOf(exchange),
    async pauseJobs() {
      await Promise.all(running.map((job) => job.stop()));
    },
    async runJobs() {
      for (const job of jobs) await job.run();
    },
    async restart(meanwhile) {
      const { port } = new URL(exchange.url);
      await exchange.stop();
      await meanwhile?.();
      exchange = await start(port);
      Object.assign(world, peopleOf(exchange));
    },
    async close() {
      await exchange.stop();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** Opens a world of several processes; their services are reached as the processes reach each other. */
async function openShaped(shape: Shape, settings: Record<string, string>): Promise<World> {
  const shaped = await startShape(shape, { ...SETTINGS, ECE_SOLANA_POLL_MS: '200', ...settings });
  const db = openDatabase(shaped.database.connection, { max: 4, name: 'test' });
  const secret = shaped.env.ECE_INTERNAL_SECRET!;
  const peers = Object.fromEntries(
    services.map(({ name, methods }) => [
      name,
      remote(name, methods as never, { url: shaped.urlOf(name), secret, timeoutMs: 30_000 }),
    ]),
  ) as unknown as Exchange['peers'];
  const here = () => Promise.reject(new Error('the jobs run in other processes'));
  return {
    ...peopleOf({ url: shaped.url, peers, checks: [], resources: { db } }),
    pauseJobs: here,
    runJobs: here,
    restart: here,
    async close() {
      await db.end({ timeout: 5 });
      const codes = await shaped.stop();
      if (codes.some((code) => code !== 0)) throw new Error(`processes ended with ${codes}`);
    },
  };
}

/** The parts of a world that do not depend on its shape. */
function peopleOf(exchange: World['exchange']): Omit<World, 'pauseJobs' | 'runJobs' | 'restart' | 'close'> {
  const guest = createClient({ url: exchange.url });
  return {
    exchange,
    guest,
    async person(handle, role = 'collector') {
      const email = `${handle}@test.ece.example`;
      const id = await exchange.peers.auth.ensureAccount({ email, password: PASSWORD, handle, role });
      const ece = createClient({ url: exchange.url });
      const { accessToken } = await ece.signIn({ email, password: PASSWORD });
      const { depositAddress } = await ece.wallet.get();
      return { id, handle, accessToken, depositAddress, ece };
    },
    async fund(people, amount) {
      const transfers = await Promise.all(people.map(({ ece }) => ece.wallet.faucet({ amount })));
      await eventually(() => exchange.peers.wallet.settled(transfers.map(({ id }) => id)));
    },
  };
}
