import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChainClient } from '@ece/platform/chain/client';
import { finalized, signedBy } from '@ece/platform/chain/test-chain';
import { migrate } from '@ece/platform/db/migrate';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { startJob } from '@ece/platform/jobs/runner';
import { createLogger } from '@ece/platform/log/log';
import type { ServiceInstance } from '@ece/platform/service';
import { inject, vi } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { openResources, type Resources } from '../../server/resources.ts';
import { migrationSources, type Peers, services } from '../../server/roles.ts';
import { testDatabase } from '../setup/database.ts';

export interface Person {
  id: string;
  handle: string;
  role: Principal['role'];
}

/** All services of the exchange on a database of their own and the chain of the test run. */
export interface TestExchange {
  resources: Resources;
  peers: Peers;
  instances: ServiceInstance<object>[];
  chain: ChainClient;
  person(role?: Principal['role']): Promise<Person>;
  /** Makes a call that must succeed, and gives its answer. */
  call<T = { id: string }>(
    who: Person,
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<T>;
  /** Reads what must be there, as anybody. */
  get<T>(path: string): Promise<T>;
  /** Broadcasts what a builder signed and waits until it is final. */
  land(built: Parameters<typeof signedBy>[0]): Promise<string>;
  /** Ends the jobs: from here on nothing changes by itself. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Waits for a condition that the jobs bring about. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(
    async () => {
      if (!(await condition())) throw new Error('the condition does not hold');
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Opens the exchange with its jobs running. */
export async function openExchange(): Promise<TestExchange> {
  const { connection, drop } = await testDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'ece-faults-'));
  const log = createLogger({ level: 'silent', format: 'json' });
  const read = readConfig(
    {
      ECE_DATA_DIR: dataDir,
      ECE_KEYS_PASSPHRASE: randomBytes(16).toString('hex'),
      ECE_SOLANA_POLL_MS: '30',
      ECE_SHORTEST_AUCTION_SECONDS: '1',
    },
    dataDir,
  );
  if (!read.ok) throw new Error(read.failures.join('; '));
  const resources = await openResources({
    config: read.config,
    log,
    database: connection,
    chainUrl: inject('chain'),
    publicUrl: 'http://exchange.test',
  });
  await migrate(resources.db, migrationSources);
  const app = createApp({ log, metrics: resources.metrics });
  app.addHook('onRequest', async (request) => {
    const person = request.headers['x-test-person'];
    if (person) request.principal = { ...JSON.parse(String(person)), sessionId: newId() };
  });
  const made: Record<string, object> = {};
  const instances: ServiceInstance<object>[] = [];
  for (const service of services) {
    const instance = await service.create(resources, made as unknown as Peers);
    made[service.name] = instance.api;
    instances.push(instance);
    instance.routes(app);
  }
  const peers = made as unknown as Peers;
  const { chain, sender } = await resources.chainParts();
  const jobs = [...instances.flatMap((instance) => instance.jobs), ...sender.jobs];
  const running = jobs.map((job) => startJob(job, log));
  const rest = async () => void (await Promise.all(running.map((job) => job.stop())));

  return {
    ...{ resources, peers, instances, chain, rest },
    async person(role = 'collector') {
      const handle = `p_${randomBytes(6).toString('hex')}`;
      const id = newId();
      await peers.users.create({ id, email: `${handle}@example.org`, handle, role });
      await peers.users.activate(id);
      return { id, handle, role };
    },
    async call<T>(who: Person, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
      const response = await app.inject({
        method,
        url: `/api/v1${path}`,
        headers: {
          'x-test-person': JSON.stringify({ accountId: who.id, role: who.role }),
          ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        },
        ...(body && { payload: body }),
      });
      if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.body}`);
      return response.json() as T;
    },
    async get<T>(path: string): Promise<T> {
      const response = await app.inject({ method: 'GET', url: `/api/v1${path}` });
      if (response.statusCode !== 200) throw new Error(`GET ${path}: ${response.body}`);
      return response.json() as T;
    },
    async land(built) {
      const { wire, signature } = signedBy(built);
      const sent = await chain.broadcast(wire);
      if (!sent.ok) throw new Error(sent.error.detail);
      await finalized(chain, signature);
      return signature;
    },
    async close() {
      await rest();
      await app.close();
      await resources.close();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
