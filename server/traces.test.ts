import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../tests/setup/database.ts';
import { type OtlpReceiver, openReceiver, type ReceivedSpan } from '../tests/support/otlp-receiver.ts';
import { freePort, type ServerProcess, sharedSettings, startServer } from '../tests/support/processes.ts';
import { roleNames } from './roles.ts';

let database: TestDatabase;
let receiver: OtlpReceiver;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  [database, receiver] = await Promise.all([testDatabase(), openReceiver()]);
  folder = mkdtempSync(join(tmpdir(), 'ece-traces-'));
  env = {
    ...sharedSettings(database.connection, inject('chain'), folder),
    ECE_TRACES_SAMPLE: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  };
});
afterAll(async () => {
  await database.drop();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const roles = roleNames.filter((role) => role !== 'web');
const PARENT = 'b'.repeat(16);

/** Registers somebody and lets the faucet pay; gives the traces of both calls once they have come whole. */
async function trade(url: string, who: string): Promise<ReceivedSpan[][]> {
  const call = async (digit: string, path: string, body: object, headers: Record<string, string> = {}) => {
    const traceId = digit.repeat(32);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-${PARENT}-01`, ...headers },
      body: JSON.stringify(body),
    });
    expect(response.status, await response.clone().text()).toBeLessThan(300);
    await vi.waitFor(
      () => {
        const spans = receiver.spans.filter((span) => span.traceId === traceId);
        const ids = new Set(spans.map(({ spanId }) => spanId));
        const roots = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId ?? ''));
        expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual([PARENT]);
      },
      { timeout: 30_000, interval: 50 },
    );
    const spans = receiver.spans.filter((span) => span.traceId === traceId);
    return { spans, answer: (await response.json()) as { accessToken: string } };
  };
  const person = { email: `${who}@example.com`, password: 'hunter2 and more words', handle: who };
  const digits = who === 'alone' ? ['1', '2'] : ['3', '4'];
  const registered = await call(digits[0]!, '/auth/register', person);
  const { accessToken } = registered.answer;
  const paid = await call(
    digits[1]!,
    '/wallet/faucet',
    { amount: '10' },
    {
      authorization: `Bearer ${accessToken}`,
      'idempotency-key': `faucet-${who}`,
    },
  );
  return [registered.spans, paid.spans];
}

const namesOf = (spans: ReceivedSpan[]) => spans.map(({ name }) => name);

test('the spans of a call make one tree in one process', async () => {
  const port = await freePort();
  const server = await startServer(['--roles', roles.join(',')], env, port);
  const [registered] = await trade(server.url, 'alone');
  expect(namesOf(registered!)).toEqual(expect.arrayContaining(['POST /api/v1/auth/register', 'transaction']));
  expect(await server.stop()).toBe(0);
});

test('they make one tree from the gateway through services to the database, too', async () => {
  const [port, other] = [await freePort(), await freePort()];
  const [here, there] = [`http://localhost:${port}`, `http://localhost:${other}`];
  const apart = ['auth', 'wallet'];
  const settings = {
    ...env,
    ...Object.fromEntries(
      roles.map((role) => [`ECE_${role.toUpperCase()}_URL`, apart.includes(role) ? there : here]),
    ),
  };
  const rest = roles.filter((role) => !apart.includes(role));
  const servers: ServerProcess[] = await Promise.all([
    startServer(['--roles', rest.join(',')], settings, port),
    startServer(['--roles', apart.join(',')], settings, other, '/health/live'),
  ]);
  const [registered, paid] = await trade(here, 'apart');
  for (const spans of [registered!, paid!]) {
    const instances = new Set(spans.map(({ resource }) => resource['service.instance.id']));
    expect(instances.size).toBe(2);
    expect(namesOf(spans)).toContain('transaction');
  }
  const [registration, payment] = [registered![0]!.traceId, paid![0]!.traceId];
  await vi.waitFor(
    () => {
      const led = (traceId: string) => namesOf(receiver.spans.filter((span) => span.traceId === traceId));
      expect(led(registration)).toContain('consume search');
      const steps = ['chain.sign wallet.faucet', 'chain.broadcast', 'chain sendTransaction'];
      expect(led(payment)).toEqual(expect.arrayContaining([...steps, 'chain.end wallet.faucet']));
    },
    { timeout: 60_000, interval: 100 },
  );
  expect(namesOf(registered!).filter((name) => name === 'POST /api/v1/auth/register')).toHaveLength(2);
  expect(namesOf(registered!)).toContain('POST /internal/users/:method');
  for (const server of servers) expect(await server.stop()).toBe(0);
  for (const word of ['hunter2', '@example.com', 'ece_session=', 'Bearer ', env.ECE_INTERNAL_SECRET!])
    expect(receiver.raw()).not.toContain(word);
});
