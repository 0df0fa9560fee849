import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type RoleName, roleNames } from '../../../server/roles.ts';
import { type TestDatabase, testDatabase } from '../../setup/database.ts';
import { type Balancer, openBalancer } from '../../support/balancer.ts';
import { freePort, type ServerProcess, sharedSettings, startServer } from '../../support/processes.ts';

/** Processes of some roles, two of each, behind an address for each role, as a cluster has them. */
export interface Fleet {
  /** The way in. */
  url: string;
  database: TestDatabase;
  /**
   * Replaces a process of a role by a new one as a rolling update does: the new one has to be ready before further
   * connections go to it and away from the old one, which is then asked to stop.
   * @returns the exit code of the old one
   */
  replace(role: RoleName, which: number): Promise<number | null>;
  output(): string;
  stop(): Promise<(number | null)[]>;
}

interface Member {
  port: number;
  server: ServerProcess;
}

/**
 * Starts two processes of each role that is named, and one of all others but the pages.
 * @param settings ECE_ variables beside the usual ones
 */
export async function startFleet(twice: RoleName[], settings: Record<string, string>): Promise<Fleet> {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'ece-fleet-'));
  const env: Record<string, string> = {
    ...sharedSettings(database.connection, inject('chain'), folder),
    ECE_SOLANA_POLL_MS: '200',
    ECE_LOG_FORMAT: 'json',
    ECE_LOG_LEVEL: 'warn',
    ...settings,
  };
  const others = roleNames.filter((role) => role !== 'web' && !twice.includes(role));
  const groups = new Map<RoleName, Member[]>(twice.map((role) => [role, []]));
  const balancers = new Map<RoleName, Balancer>();
  let rest: ServerProcess | undefined;
  const ended: ServerProcess[] = [];
  const all = () => [rest, ...[...groups.values()].flat().map(({ server }) => server)].filter((one) => !!one);
  const start = async (role: RoleName): Promise<Member> => {
    const port = await freePort();
    return { port, server: await startServer(['--roles', role], env, port) };
  };
  const stop = async () => {
    const codes = await Promise.all(all().map((server) => server.stop()));
    await Promise.all([...balancers.values()].map((balancer) => balancer.close()));
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
    return codes;
  };
  const route = (role: RoleName) => balancers.get(role)!.use(groups.get(role)!.map(({ port }) => port));
  const output = () => [...ended, ...all()].map((server) => server.output()).join('\n');
  try {
    for (const role of twice) {
      const balancer = await openBalancer([]);
      balancers.set(role, balancer);
      if (role !== 'gateway') env[`ECE_${role.toUpperCase()}_URL`] = balancer.url;
    }
    const port = await freePort();
    for (const role of others) env[`ECE_${role.toUpperCase()}_URL`] = `http://localhost:${port}`;
    rest = await startServer(['--roles', others.join(',')], env, port, '/health/live');
    // The gateway is ready when all others are.
    for (const role of twice.toSorted((a, b) => Number(a === 'gateway') - Number(b === 'gateway'))) {
      groups.set(role, await Promise.all([start(role), start(role)]));
      route(role);
    }
  } catch (error) {
    const said = output();
    await stop();
    throw new Error(`the fleet did not come up: ${error}\n${said}`);
  }
  return {
    url: balancers.get('gateway')!.url,
    database,
    async replace(role, which) {
      const members = groups.get(role)!;
      const old = members[which]!;
      members[which] = await start(role);
      route(role);
      ended.push(old.server);
      return await old.server.stop();
    },
    output,
    stop,
  };
}
