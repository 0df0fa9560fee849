import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '@ece/platform/http/app';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type TestDatabase, testDatabase } from '../tests/setup/database.ts';
import { freePort, sharedSettings, startServer } from '../tests/support/processes.ts';
import { serveHealth } from './health.ts';
import { roleNames } from './roles.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

let database: TestDatabase;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'ece-serve-'));
  env = {
    ECE_ENVIRONMENT: 'development',
    ...sharedSettings(database.connection, inject('chain'), folder),
  };
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command to its end. */
async function ece(
  args: string[],
  settings: Record<string, string>,
): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, 'exit');
  return { code, text };
}

test('`ece config check` names what is wrong, or every setting, and never shows a value', async () => {
  const wrong = await ece(['config', 'check'], {
    ...env,
    ECE_PORT: 'sesame',
    ECE_PROT: 'sesame',
    ECE_ADMIN_PASSWORD: 'sesame',
  });
  expect(wrong.code).toBe(1);
  expect(wrong.text).toContain('ECE_PORT must be a whole number');
  expect(wrong.text).toContain('did you mean ECE_PORT?');
  expect(wrong.text).toContain('ECE_ADMIN_PASSWORD must have');
  expect(wrong.text).not.toContain('sesame');
  const right = await ece(['config', 'check'], env);
  expect(right.code).toBe(0);
  expect(right.text).toMatch(/ECE_KEYS_PASSPHRASE +set/);
  expect(right.text).toMatch(/ECE_ADMIN_PASSWORD +not set/);
  for (const value of Object.values(env).filter((one) => one !== 'development' && one.length > 3)) {
    expect(right.text).not.toContain(value);
  }
});

test('a process of some roles says what it lacks', async () => {
  const unknown = await ece(['serve', '--roles', 'users,shop'], env);
  expect(unknown.text).toContain('There is no role shop. The roles are users, auth,');
  const { ECE_DATABASE_URL: _, ECE_SOLANA_URL: __, ...neither } = env;
  const embedded = await ece(['serve', '--roles', 'users'], neither);
  expect(embedded.text).toContain('needs ECE_DATABASE_URL and ECE_SOLANA_URL');
  const alone = await ece(['serve', '--roles', 'auctions'], { ...env, ECE_PORT: '0' });
  expect(alone.text).toContain('where other services run: ECE_USERS_URL, ECE_NFTS_URL\n');
  expect([unknown.code, embedded.code, alone.code]).toEqual([1, 1, 1]);
  expect(unknown.text + embedded.text + alone.text).not.toMatch(/\n {4}at /);
});

test('a taken port is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { code, text } = await ece(['serve'], { ...env, ECE_PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(text).toContain(`port ${port} is taken by another program; choose one with --port`);
  expect(text).not.toMatch(/\n {4}at /);
});

test('SIGTERM lets a call in flight end, refuses new ones, and the process ends with 0', async () => {
  const port = await freePort();
  const server = await startServer(['--roles', 'users,auth'], env, port);
  const body = JSON.stringify({ email: 'ada@example.com', password: 'a long password', handle: 'ada' });
  const call = request(`${server.url}/api/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  const answered = once(call, 'response');
  call.write(body.slice(0, 10));
  // The server has the head of the call once it answers another one on the same loop.
  await fetch(`${server.url}/health/live`);
  const stopped = server.stop();
  for (;;) {
    const open = await fetch(`${server.url}/health/live`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!open) break;
  }
  call.end(body.slice(10));
  const [response] = await answered;
  expect(response.statusCode).toBe(201);
  response.resume();
  expect(await stopped).toBe(0);
});

test('a gateway names its calls everywhere, spares a process that is gone, and sends sockets away when it stops', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const [here, there] = [`http://localhost:${port}`, `http://localhost:${other}`];
  const apart = ['search', 'realtime'];
  const roles = roleNames.filter((role) => role !== 'web' && !apart.includes(role));
  const settings = {
    ...env,
    ...Object.fromEntries(roles.map((role) => [`ECE_${role.toUpperCase()}_URL`, here])),
    ...Object.fromEntries(apart.map((role) => [`ECE_${role.toUpperCase()}_URL`, there])),
    ECE_LOG_FORMAT: 'json',
    ECE_LOG_LEVEL: 'info',
  };
  const start = () => startServer(['--roles', apart.join(',')], settings, other, '/health/live');
  const [gateway, first] = await Promise.all([
    startServer(['--roles', roles.join(',')], settings, port),
    start(),
  ]);
  let asked = 0;
  const search = (headers: Record<string, string> = {}) =>
    fetch(`${here}/api/v1/search?q=never-kept-${++asked}`, { headers });
  const named = await search({ 'x-request-id': 'from-a-client' });
  expect([named.status, named.headers.get('x-request-id')]).toEqual([200, 'from-a-client']);
  for (const process of [gateway, first])
    await vi.waitFor(() => expect(process.output()).toContain('"reqId":"from-a-client"'));

  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  const open = async () =>
    (await (await fetch(`${here}/metrics`)).text()).includes(`{upstream="localhost:${other}"} 1`);
  for (let i = 0; i < 5; i++) expect((await search()).status).toBe(503);
  expect(await open()).toBe(true);
  const refused = await search();
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const second = await start();
  await vi.waitFor(async () => expect((await search()).status).toBe(200), { timeout: 30_000, interval: 100 });
  expect(await open()).toBe(false);

  const socket = new WebSocket(`${here.replace('http', 'ws')}/api/v1/realtime`);
  await once(socket, 'open');
  const told = once(socket, 'message');
  const closed = once(socket, 'close');
  expect(await gateway.stop()).toBe(0);
  expect(JSON.parse(String((await told)[0]))).toEqual({ reconnect: { afterMs: expect.any(Number) } });
  expect((await closed)[0]).toBe(1012);
  expect(await second.stop()).toBe(0);
});

test('health names what is not ready, in time also where a check hangs', async () => {
  const app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  let chain = false;
  const hangs = new Promise<boolean>(() => {});
  const checks = [
    { name: 'database', ready: async () => true },
    { name: 'chain', ready: async () => chain },
    { name: 'users', ready: () => Promise.reject(new Error('refused')) },
    { name: 'nfts', ready: () => (chain ? Promise.resolve(true) : hangs) },
  ];
  serveHealth(app, checks, createMetrics());
  expect((await app.inject('/health/live')).json()).toEqual({ status: 'ok' });
  const broken = await app.inject('/health/ready');
  expect(broken.statusCode).toBe(503);
  expect(broken.json()).toMatchObject({ status: 'not_ready', notReady: ['chain', 'users', 'nfts'] });
  chain = true;
  checks[2]!.ready = async () => true;
  const ready = await app.inject('/health/ready');
  expect([ready.statusCode, ready.json().notReady]).toEqual([200, []]);
  expect((await app.inject('/metrics')).body).toContain('ece_process_cpu_seconds_total');
  await app.close();
});
