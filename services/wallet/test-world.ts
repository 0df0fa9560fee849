import { randomBytes, randomUUID } from 'node:crypto';
import type { OperationOptions } from '@ece/contract';
import { type ChainClient, createChainClient, tokenAccountAddress } from '@ece/platform/chain/client';
import { createSender } from '@ece/platform/chain/create-sender';
import type { SenderOptions } from '@ece/platform/chain/send-context';
import type { Sender } from '@ece/platform/chain/sender';
import { finalized, signedBy } from '@ece/platform/chain/test-chain';
import type { Database } from '@ece/platform/db/database';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { KeyStore } from '@ece/platform/keys/index';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { Ajv } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { vi } from 'vitest';
import { serviceDatabase } from '../../tests/support/service-database.ts';
import { type WalletApi, type WalletContext, wallet } from './api.ts';
import { KEYS } from './wallets.ts';

const log = createLogger({ level: 'silent', format: 'json' });

/** One process of the exchange that runs nothing by itself. */
export interface WalletProcess {
  api: WalletApi;
  sender: Sender;
  /** Runs jobs once, in order, by the last part of their names; all of them where none is named. */
  run(...names: string[]): Promise<void>;
  call(
    person: string | undefined,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    key?: string,
  ): Promise<Answer>;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A database, keys and a real local chain, on which processes of the wallet service are started. */
export interface World {
  db: Database;
  chain: ChainClient;
  keys: KeyStore;
  start(changes?: Partial<WalletContext>, sending?: Partial<SenderOptions>): WalletProcess;
  /** Runs every job of the processes until a condition holds. */
  until(processes: WalletProcess[], condition: () => Promise<boolean>): Promise<void>;
  /** USDC of a wallet in finalized blocks, in micro-USDC. */
  usdcOf(address: string): Promise<bigint>;
  /** A new wallet of somebody outside, with SOL for fees and some USDC. */
  outsider(usdc: bigint): Promise<KeyPairSigner>;
  /** Sends USDC between wallets past the exchange, and waits until it is final. */
  pay(from: KeyPairSigner, to: string, amount: bigint): Promise<string>;
  close(): Promise<void>;
}

/** Opens a world of its own on a local chain that runs already. */
export async function openWorld(url: string): Promise<World> {
  const { db, close } = await serviceDatabase([wallet.migrations]);
  const chain = createChainClient({ url });
  const keys = new KeyStore(randomBytes(32));
  const mint = (await keys.signer(KEYS.usdcMint)).address;
  const apps: FastifyInstance[] = [];

  function start(changes: Partial<WalletContext> = {}, sending: Partial<SenderOptions> = {}): WalletProcess {
    const metrics = createMetrics();
    const sender = createSender({ db, chain, log, metrics, leaseMs: 2_000, resendMs: 500, ...sending });
    const hint = () => {};
    const { api, jobs, routes } = wallet.create({
      ...{ db, chain, sender, keys, log, metrics, hint, usdcMint: undefined, faucet: true, pollMs: 20 },
      ...changes,
    });
    const all = [...jobs, ...sender.jobs];
    // Most processes of a test answer no call.
    let app: FastifyInstance | undefined;
    const answering = () => {
      if (app) return app;
      app = createApp({ log, metrics });
      app.addHook('onRequest', async (request) => {
        const accountId = request.headers['x-account'];
        if (accountId) request.principal = { accountId, role: 'collector', sessionId: '' } as Principal;
      });
      routes(app);
      apps.push(app);
      return app;
    };
    return {
      api,
      sender,
      async run(...names) {
        const chosen =
          names.length === 0 ? all : names.map((name) => all.find((job) => job.name.endsWith(name))!);
        for (const job of chosen) await job.run();
      },
      async call(person, method, path, body, key = randomUUID()) {
        const response = await answering().inject({
          method,
          url: `/api/v1${path}`,
          headers: {
            ...(person && { 'x-account': person }),
            ...(method === 'POST' && { 'idempotency-key': key }),
          },
          ...(body && { payload: body }),
        });
        return { status: response.statusCode, body: response.json() };
      },
    };
  }

  async function until(processes: WalletProcess[], condition: () => Promise<boolean>): Promise<void> {
    await vi.waitFor(
      async () => {
        await Promise.all(processes.map((each) => each.run()));
        if (!(await condition())) throw new Error('the condition does not hold');
      },
      { timeout: 40_000, interval: 20 },
    );
  }

  async function usdcOf(address: string): Promise<bigint> {
    const account = await tokenAccountAddress(address, mint, 'token');
    return (await chain.tokenBalances([account], 'finalized'))[0] ?? 0n;
  }

  async function land(built: Parameters<typeof signedBy>[0]): Promise<string> {
    const { signature, wire } = signedBy(built);
    const sent = await chain.broadcast(wire);
    if (!sent.ok) throw new Error(sent.error.detail);
    await finalized(chain, signature);
    return signature;
  }

  async function outsider(usdc: bigint): Promise<KeyPairSigner> {
    const feePayer = await generateKeyPairSigner();
    await finalized(chain, await chain.airdrop(feePayer.address, 1_000_000_000n));
    if (usdc > 0n) {
      const authority = await keys.signer(KEYS.usdcAuthority);
      const payment = { feePayer, authority, mint, toOwner: feePayer.address, amount: usdc };
      await land(await chain.signMintTo({ ...payment, reference: newId() }));
    }
    return feePayer;
  }

  async function pay(from: KeyPairSigner, to: string, amount: bigint): Promise<string> {
    const feePayer = await keys.signer(KEYS.feePayer);
    const transfer = { authority: from, program: 'token', mint, toOwner: to, amount, decimals: 6 } as const;
    return land(await chain.signTokenTransfer({ feePayer, ...transfer, reference: newId() }));
  }

  const preparing = start();
  await until([preparing], async () => (await chain.tokenSupply(mint, 'finalized')) !== undefined);
  return {
    ...{ db, chain, keys, start, until, usdcOf, outsider, pay },
    async close() {
      await Promise.all(apps.map((app) => app.close()));
      await close();
    },
  };
}

const ajv = new Ajv({ strict: false });

/** What is wrong with an answer by the contract; nothing when it fits. */
export function problems(operation: OperationOptions, answer: Answer): unknown {
  if (answer.status !== (operation.status ?? 200)) return answer.body;
  const validate = ajv.compile(operation.response as object);
  return validate(answer.body) ? undefined : validate.errors;
}
