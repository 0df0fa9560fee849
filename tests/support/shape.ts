import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type RoleName, roleNames } from '../../server/roles.ts';
import { type TestDatabase, testDatabase } from '../setup/database.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { freePort, type ServerProcess, sharedSettings, startServer } from './processes.ts';

/** How the exchange is spread: one process, a process for each role, or two for each, some roles together. */
export type Shape = 'one' | 'roles' | 'doubled';

/** The shape that this run is for (`E2E_SHAPE`); undefined in a usual run. */
export function chosenShape(): Shape | undefined {
  const { E2E_SHAPE: word } = process.env;
  if (!word) return undefined;
  if (word !== 'one' && word !== 'roles' && word !== 'doubled') throw new Error(`there is no shape ${word}`);
  return word;
}

/** The roles under test here; the pages have tests of their own (tests/web). */
const roles = roleNames.filter((role) => role !== 'web');

/**
 * Roles that share their two processes, so that there are eight and not thirty. Those that call each other are
 * in different ones wherever that can be.
 */
const together: RoleName[][] = [
  ['auth', 'market', 'admin', 'marketdata'],
  ['users', 'trades', 'portfolio', 'realtime'],
  ['wallet', 'nfts', 'auctions'],
  ['gateway', 'notifications', 'search'],
];

/** An exchange of several processes over one database. */
export interface ShapedExchange {
  /** The way in. */
  url: string;
  /** Where each role is reached; undefined when everything is in one process. */
  urlOf(role: RoleName): string;
  servers: Map<RoleName, ServerProcess[]>;
  database: TestDatabase;
  /** The ECE_ variables that its processes run with. */
  env: Record<string, string>;
  /** What every process has written. */
  output(): string;
  /** Stops all of it and gives the exit codes. */
  stop(): Promise<(number | null)[]>;
}

/** The account that the settings make. */
export const OPERATOR = {
  email: 'operator@demo.ece.example',
  password: 'a long enough word for the operator',
};

/**
 * Starts the processes of a shape. They come up in any order, as on a cluster: whoever comes first migrates, and
 * everybody waits for whom they need.
 * @param further ECE_ variables beside the usual ones, also such as depend on the database
 */
export async function startShape(
  shape: Shape,
  further: Record<string, string> | ((database: TestDatabase) => Promise<Record<string, string>>) = {},
): Promise<ShapedExchange> {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'ece-shape-'));
  const settings = typeof further === 'function' ? await further(database) : further;
  const env = { ...settingsOf(database, folder), ...settings };
  const servers = new Map<RoleName, ServerProcess[]>();
  const balancers = new Map<RoleName, Balancer>();
  const all = () => [...new Set([...servers.values()].flat())];
  const urlOf = (role: RoleName) => balancers.get(role)?.url ?? servers.get(role)![0]!.url;
  const stop = async () => {
    const codes = await Promise.all(all().map((server) => server.stop()));
    await Promise.all([...new Set(balancers.values())].map((balancer) => balancer.close()));
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
    return codes;
  };
  try {
    if (shape === 'one') {
      servers.set('gateway', [await startServer(['--roles', roles.join(',')], env, await freePort())]);
    } else {
      const groups = shape === 'roles' ? roles.map((role) => [role]) : together;
      const count = shape === 'roles' ? 1 : 2;
      const ports = await Promise.all(
        groups.map(() => Promise.all(Array.from({ length: count }, () => freePort()))),
      );
      for (const [index, group] of groups.entries()) {
        const own = ports[index]!;
        const balancer = count > 1 ? await openBalancer(own) : undefined;
        const url = balancer?.url ?? `http://localhost:${own[0]}`;
        for (const role of group) {
          if (balancer) balancers.set(role, balancer);
          if (role !== 'gateway') env[`ECE_${role.toUpperCase()}_URL`] = url;
        }
      }
      const start = async (group: RoleName[], index: number) => {
        const begin = (port: number) => startServer(['--roles', group.join(',')], env, port, '/health/live');
        const started = await Promise.all(ports[index]!.map(begin));
        for (const role of group) servers.set(role, started);
      };
      await Promise.all(groups.map(start));
    }
    await untilReady(servers.get('gateway')!, all());
  } catch (error) {
    const output = all().map((server) => server.output());
    await stop();
    throw new Error(`the exchange did not come up: ${error}\n${output.join('\n')}`);
  }
  return {
    url: urlOf('gateway'),
    urlOf,
    servers,
    database,
    env,
    output: () =>
      all()
        .map((server) => server.output())
        .join('\n'),
    stop,
  };
}

function settingsOf({ connection }: TestDatabase, folder: string): Record<string, string> {
  return {
    ...sharedSettings(connection, inject('chain'), folder),
    // Many processes share few cores here.
    ECE_SOLANA_POLL_MS: '200',
    ECE_ADMIN_EMAIL: OPERATOR.email,
    ECE_ADMIN_PASSWORD: OPERATOR.password,
    ECE_SHORTEST_AUCTION_SECONDS: '5',
    ECE_LOG_FORMAT: 'json',
    ECE_LOG_LEVEL: 'warn',
  };
}

const PATIENCE_MS = 360_000;

async function untilReady(gateways: ServerProcess[], processes: ServerProcess[]): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (const { url } of gateways) {
    while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
      const ended = processes.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
      if (ended) throw new Error(`the process at ${ended.url} has ended`);
      if (performance.now() > end) throw new Error('it was not ready in six minutes');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
