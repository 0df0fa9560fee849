import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { expect, test, vi } from 'vitest';
import { openBalancer } from '../../tests/support/balancer.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createApp } from './app.ts';
import { type Drain, drainOf } from './drain.ts';

interface Process {
  app: FastifyInstance;
  drain: Drain;
  port: number;
  calls: number;
}

async function startProcess(port = 0): Promise<Process> {
  const app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  const started: Process = { app, drain: drainOf(app.server), port, calls: 0 };
  app.get('/', async () => {
    started.calls++;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    return { ok: true };
  });
  await app.listen({ host: '127.0.0.1', port });
  started.port = (app.server.address() as AddressInfo).port;
  return started;
}

/** One call; its `connection` header. */
function call(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent }, (response) => {
      response.resume();
      if (response.statusCode !== 200) reject(new Error(`answered with ${response.statusCode}`));
      response.on('end', () => resolve(response.headers.connection));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('processes that are replaced one after the other lose no call of clients that keep connections', async () => {
  const processes = [await startProcess(), await startProcess()];
  const ports = processes.map(({ port }) => port);
  const balancer = await openBalancer(ports);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const failures: unknown[] = [];
  let answered = 0;
  let stopped = false;
  const clients = Array.from({ length: 16 }, async () => {
    while (!stopped) {
      await call(balancer.url, agent).then(
        () => answered++,
        (error) => failures.push(error),
      );
    }
  });
  const until = (count: number) =>
    vi.waitFor(() => expect(answered).toBeGreaterThanOrEqual(count), { timeout: 30_000, interval: 5 });
  await until(200);
  for (const at of [0, 1]) {
    const old = processes[at]!;
    const left = old.drain.begin(200);
    // What stands before it has seen that it is not ready.
    ports.splice(ports.indexOf(old.port), 1);
    await left;
    await old.app.close();
    processes[at] = await startProcess(old.port);
    ports.push(old.port);
    await until(answered + 200);
  }
  stopped = true;
  await Promise.all(clients);
  agent.destroy();
  await balancer.close();
  // Whoever was replaced last may have no connection yet: those that are open stay where they are.
  expect(processes[0]!.calls).toBeGreaterThan(0);
  for (const { app } of processes) await app.close();
  expect(failures).toEqual([]);
});

test('a process that is about to stop answers, and ends each connection with its answer', async () => {
  const { app, drain, port } = await startProcess();
  const agent = new Agent({ keepAlive: true });
  const url = `http://127.0.0.1:${port}`;
  expect(await call(url, agent)).toBe('keep-alive');
  expect(drain.begun).toBe(false);
  await drain.begin(0);
  expect(drain.begun).toBe(true);
  expect(await call(url, agent)).toBe('close');
  agent.destroy();
  await app.close();
});
