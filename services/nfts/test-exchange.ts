import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ErrorCode, type Problem, statusOf, type TSchema } from '@ece/contract';
import { createChainClient } from '@ece/platform/chain/client';
import { createSender } from '@ece/platform/chain/create-sender';
import type { SenderOptions } from '@ece/platform/chain/send-context';
import { finalized } from '@ece/platform/chain/test-chain';
import { openContentStore } from '@ece/platform/content/index';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { type Job, startJob } from '@ece/platform/jobs/runner';
import { KeyStore } from '@ece/platform/keys/index';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { users as usersModule } from '@ece/users';
import { wallet as walletModule } from '@ece/wallet';
import { Ajv, type AnySchema } from 'ajv';
import { expect, inject } from 'vitest';
import { serviceDatabase } from '../../tests/support/service-database.ts';
import { type NftsContext, nfts as nftsModule } from './api.ts';
import { KEYS } from './key-paths.ts';

const ajv = new Ajv({ strict: false });
const log = createLogger({ level: 'silent', format: 'json' });
export const PUBLIC_URL = 'http://exchange.test';

/** Somebody with an account. */
export interface Person {
  id: string;
  handle: string;
  role: Principal['role'];
}

/** The drawing that tests use as artwork. */
export function drawing(colour = '#123456'): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9" fill="${colour}"/></svg>`,
  );
}

/** An answer to a call. */
export interface Reply<T = unknown> {
  status: number;
  body: T;
  headers: Record<string, unknown>;
  raw: Buffer;
}

/**
 * A database, keys and content of its own, on the local chain of the test run, with processes that run the
 * service on them.
 */
export async function startExchange() {
  const database = await serviceDatabase([
    usersModule.migrations,
    walletModule.migrations,
    nftsModule.migrations,
  ]);
  const { db } = database;
  const folder = await mkdtemp(join(tmpdir(), 'nfts-test-'));
  const [chain, content] = [
    createChainClient({ url: inject('chain') }),
    await openContentStore({ dir: folder }),
  ];
  const keys = new KeyStore(randomBytes(32));
  const feePayer = await keys.signer(KEYS.feePayer);
  await finalized(chain, await chain.airdrop(feePayer.address, 1_000_000_000_000n));
  const stops: (() => Promise<void>)[] = [];

  /** A process that has the service; its jobs run only when asked. */
  function startProcess(changes: Partial<NftsContext> = {}, options: Partial<SenderOptions> = {}) {
    const metrics = createMetrics();
    const shared = { db, chain, keys, log, metrics, hint: () => {} };
    const sender = createSender({ ...shared, followMs: 40, ...options });
    const users = usersModule.create({ db });
    const wallet = walletModule.create({ ...shared, sender, usdcMint: undefined, faucet: true, pollMs: 50 });
    const context: NftsContext = {
      ...shared,
      sender,
      content,
      users: users.api,
      wallet: wallet.api,
      publicUrl: PUBLIC_URL,
      defaultRoyaltyBasisPoints: 500,
      pollMs: 20,
      ...changes,
    };
    const service = nftsModule.create(context);
    const app = createApp({ log, metrics });
    app.addHook('onRequest', async (request) => {
      const person = request.headers['x-test-person'];
      if (person) request.principal = { ...JSON.parse(String(person)), sessionId: newId() };
    });
    service.routes(app);
    stops.push(() => app.close());
    const jobs: Job[] = [...sender.jobs, ...service.jobs];
    return { api: service.api, app, context, jobs, sender, users: users.api, wallet: wallet.api };
  }

  const main = startProcess();

  /** Lets the jobs of a process run by themselves; gives what ends them. */
  function run(process = main): () => Promise<void> {
    const running = process.jobs.map((job) => startJob(job, log));
    const stop = async () => void (await Promise.all(running.map((job) => job.stop())));
    stops.push(stop);
    return stop;
  }

  async function person(role: Principal['role'] = 'collector'): Promise<Person> {
    const handle = `p_${randomBytes(6).toString('hex')}`;
    const user = { id: newId(), email: `${handle}@example.org`, handle, role };
    expect((await main.users.create(user)).ok).toBe(true);
    await main.users.activate(user.id);
    return { id: user.id, handle, role };
  }

  /** Makes a call; the answer must fit `schema` where one is given. */
  async function call<T>(
    who: Person | undefined,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    input: { body?: object; key?: string; schema?: TSchema; headers?: Record<string, string> } = {},
  ): Promise<Reply<T>> {
    const answer = await main.app.inject({
      method,
      url: method === 'GET' && path.startsWith('/content') ? path : `/api/v1${path}`,
      headers: {
        ...input.headers,
        ...(who && { 'x-test-person': JSON.stringify({ accountId: who.id, role: who.role }) }),
        ...(method === 'POST' && { 'idempotency-key': input.key ?? newId() }),
      },
      ...(input.body && { payload: input.body }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    const body = isJson ? answer.json() : undefined;
    if (input.schema && answer.statusCode < 300) {
      expect(ajv.validate(input.schema as AnySchema, body), ajv.errorsText()).toBe(true);
    }
    return { status: answer.statusCode, body, headers: answer.headers, raw: answer.rawPayload };
  }

  async function stop(): Promise<void> {
    await Promise.all(stops.map((each) => each()));
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }

  return { db, chain, keys, content, main, startProcess, run, person, call, stop };
}

/** See `startExchange`. */
export type TestExchange = Awaited<ReturnType<typeof startExchange>>;

/** Checks that an answer is a problem with this code. */
export function expectProblem(reply: Reply, code: ErrorCode): Problem {
  expect({ status: reply.status, body: reply.body }).toMatchObject({
    status: statusOf(code),
    body: { code },
  });
  return reply.body as Problem;
}
