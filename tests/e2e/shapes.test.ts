import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type RoleName, roleNames } from '../../server/roles.ts';
import { type TestDatabase, testDatabase } from '../setup/database.ts';
import { freePort, type ServerProcess, startServer } from '../support/processes.ts';
import { eventually } from '../support/world.ts';

const story = fileURLToPath(new URL('../../demo/story.ts', import.meta.url));

let database: TestDatabase;
let folder: string;
let env: Record<string, string>;
let servers: ServerProcess[];

beforeEach(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'ece-shape-'));
  const { host, port, user, database: name } = database.connection;
  env = {
    ECE_DATABASE_URL: `postgres://${user}@${encodeURIComponent(host)}:${port}/${name}`,
    ECE_DATABASE_POOL: '8',
    ECE_SOLANA_URL: inject('chain'),
    ECE_SOLANA_POLL_MS: '50',
    ECE_DATA_DIR: folder,
    ECE_ADMIN_EMAIL: 'operator@demo.ece.example',
    ECE_ADMIN_PASSWORD: 'a long enough word for the operator',
    ECE_TOKEN_SECRET: randomBytes(32).toString('hex'),
    ECE_INTERNAL_SECRET: randomBytes(32).toString('hex'),
    ECE_KEYS_PASSPHRASE: 'opens the keys of this test',
    ECE_SHORTEST_AUCTION_SECONDS: '5',
    ECE_LOG_FORMAT: 'json',
    ECE_LOG_LEVEL: 'warn',
  };
  servers = [];
});

afterEach(async () => {
  const codes = await Promise.all(servers.toReversed().map((server) => server.stop()));
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
  expect(codes.every((code) => code === 0)).toBe(true);
});

/** Runs the demo's story against an exchange and gives what it printed. */
async function tell(url: string): Promise<string> {
  const child = spawn(process.execPath, [story, '--url', url], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, 'exit');
  expect(code, `${text}\n${servers.map((server) => server.output()).join('\n')}`).toBe(0);
  return text;
}

test('the story holds with everything in one process', async () => {
  const port = await freePort();
  servers.push(await startServer([], env, port));
  expect(await tell(servers[0]!.url)).toMatch(/The end: \d+ proofs held/);
}, 180_000);

test('the story holds with one process per role', async () => {
  const ports = new Map(await Promise.all(roleNames.map(async (role) => [role, await freePort()] as const)));
  for (const [role, port] of ports) {
    if (role !== 'gateway') env[`ECE_${role.toUpperCase()}_URL`] = `http://localhost:${port}`;
  }
  // In any order, as on a cluster: whoever comes first migrates, and everybody waits for whom they need.
  const byRole = new Map<RoleName, ServerProcess>();
  const start = async (role: RoleName) => {
    const server = await startServer(['--roles', role], env, ports.get(role)!, '/health/live');
    servers.push(server);
    byRole.set(role, server);
  };
  await start('auth');
  await Promise.all(roleNames.filter((role) => role !== 'auth').map(start));
  const gateway = byRole.get('gateway')!;
  await eventually(async () => (await fetch(`${gateway.url}/health/ready`)).ok);
  expect(await tell(gateway.url)).toMatch(/The end: \d+ proofs held/);

  // A role that is gone is named, and its calls are refused without hurting the others.
  const market = byRole.get('market')!;
  await market.stop();
  const after = await fetch(`${gateway.url}/health/ready`);
  expect(after.status).toBe(503);
  expect(await after.json()).toMatchObject({ notReady: ['market'] });
  const refused = await fetch(`${gateway.url}/api/v1/listings`);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'unavailable' });
  expect((await fetch(`${gateway.url}/api/v1/auctions`)).status).toBe(200);
}, 240_000);
