import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { testDatabase } from '../../tests/setup/database.ts';
import { atomically, type Database, openDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { platformMigrations } from '../db/platform-migrations.ts';
import { newId } from '../ids/index.ts';
import { startJob } from '../jobs/runner.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { type ChainClient, createChainClient, tokenAccountAddress } from './client.ts';
import { createSender } from './create-sender.ts';
import type { SenderOptions } from './send-context.ts';
import { readReplacedSignatures } from './send-store.ts';
import type { Purpose, Sender } from './sender.ts';
import { finalized, signedBy } from './test-chain.ts';

const log = createLogger({ level: 'silent', format: 'json' });
const TAKEN = { ok: true as const, value: undefined };
let drop: () => Promise<void>;
let db: Database;
let chain: ChainClient;
let feePayer: KeyPairSigner;
let mint: string;

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  db = openDatabase(made.connection);
  await migrate(db, [platformMigrations]);
  await db`create table effects (reference text, signature text, fee bigint, failed text)`;
  chain = createChainClient({ url: inject('chain') });
  feePayer = await generateKeyPairSigner();
  await finalized(chain, await chain.airdrop(feePayer.address, 1_000_000_000_000n));
  const mintKey = await generateKeyPairSigner();
  mint = mintKey.address;
  const creation = signedBy(
    await chain.signTokenMintCreation({ feePayer, mint: mintKey, mintAuthority: feePayer.address }),
  );
  await chain.broadcast(creation.wire);
  await finalized(chain, creation.signature);
});
afterAll(async () => {
  await db.end({ timeout: 1 });
  await drop();
});

/** The wallet of one test: each payment of the test brings it 1. */
let receiver: string;
let purposeName: string;
let metrics: Metrics;
beforeEach(async () => {
  receiver = (await generateKeyPairSigner()).address;
  purposeName = newId();
  metrics = createMetrics();
});

function payment(changes: Partial<Purpose> = {}): Purpose {
  const toOwner = receiver;
  return {
    name: purposeName,
    build: (reference) =>
      chain.signMintTo({ feePayer, mint, authority: feePayer, toOwner, amount: 1n, reference }),
    async onFinal(tx, { reference, signature, feeLamports }) {
      await tx`insert into effects (reference, signature, fee) values (${reference}, ${signature}, ${feeLamports})`;
    },
    async onFailed(tx, { reference, reason }) {
      await tx`insert into effects (reference, failed) values (${reference}, ${reason})`;
    },
    ...changes,
  };
}

/** The sender of one process that does not run by itself. */
function process(changes: Partial<Purpose> = {}, options: Partial<SenderOptions> = {}): Sender {
  const sender = createSender({ db, chain, log, metrics, leaseMs: 2_000, resendMs: 500, ...options });
  sender.register(payment(changes));
  return sender;
}

async function request(sender: Sender, count: number): Promise<string[]> {
  const references = Array.from({ length: count }, newId);
  await atomically(db, (tx) => sender.request(tx, purposeName, references));
  return references;
}

const job = (sender: Sender, name: string) => sender.jobs.find((each) => each.name === `chain.${name}`)!;

async function run(sender: Sender, ...names: string[]): Promise<void> {
  for (const name of names) await job(sender, name).run();
}

/** Runs every job of the senders until the requests have ended. */
async function drain(senders: Sender[], references: string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      await Promise.all(senders.map((sender) => run(sender, 'sign', 'broadcast', 'follow').catch(() => {})));
      const found = await senders[0]!.find(db, purposeName, references);
      const open = found.filter(({ state }) => state !== 'final' && state !== 'failed');
      expect({ found: found.length, open }).toEqual({ found: references.length, open: [] });
    },
    { timeout: 40_000, interval: 20 },
  );
}

const effects = (references: string[]) =>
  db<{ reference: string; signature: string | null; fee: bigint | null; failed: string | null }[]>`
    select * from effects where reference = any(${references})`;

async function received(): Promise<bigint | null> {
  const account = await tokenAccountAddress(receiver, mint, 'token');
  return (await chain.tokenBalances([account], 'finalized'))[0] ?? null;
}

/** Every request had its effect once, here and on chain. */
async function expectPaidOnce(references: string[]): Promise<void> {
  const rows = await effects(references);
  expect(rows.map((row) => row.reference).sort()).toEqual([...references].sort());
  expect(rows.every((row) => row.signature !== null && row.failed === null)).toBe(true);
  expect(await received()).toBe(BigInt(references.length));
}

describe('on its way', () => {
  test('requests become final once each, with their fee', async () => {
    const sender = process();
    const references = await request(sender, 5);
    await atomically(db, (tx) => sender.request(tx, purposeName, references));
    await drain([sender], references);
    await expectPaidOnce(references);
    expect((await effects(references)).every((row) => row.fee === 5_000n)).toBe(true);
    const text = await metrics.registry.metrics();
    expect(text).toContain(`ece_chain_transactions_total{purpose="${purposeName}",result="final"} 5`);
    expect(text).toContain('ece_chain_fees_lamports_total 25000');
    expect(text).toContain(`ece_chain_finality_duration_seconds_count{purpose="${purposeName}"} 5`);
  });

  test('a request whose transaction is rolled back was never made', async () => {
    const sender = process();
    const reference = newId();
    const failing = atomically(db, async (tx) => {
      await sender.request(tx, purposeName, [reference]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await sender.find(db, purposeName, [reference])).toEqual([]);
  });

  test('three processes at once pay each request once', async () => {
    const senders = [process(), process(), process()];
    const references = await request(senders[0]!, 120);
    await drain(senders, references);
    await expectPaidOnce(references);
  });

  test('the running loops need no push, and a wake makes them look at once', async () => {
    const sender = process({}, { followMs: 20 });
    const running = sender.jobs.map((each) =>
      startJob({ ...each, everyMs: Math.min(each.everyMs, 60_000) }, log),
    );
    const references = await request(sender, 3);
    sender.wake();
    await vi.waitFor(async () => expect(await effects(references)).toHaveLength(3), { timeout: 10_000 });
    await Promise.all(running.map((each) => each.stop()));
    await expectPaidOnce(references);
  });

  test('what waits for something else is asked again, and then paid', async () => {
    let asked = 0;
    const sender = process({
      build: async (reference) =>
        ++asked < 3 ? { ok: false, error: { code: 'not_yet', detail: 'wait' } } : payment().build(reference),
    });
    const references = await request(sender, 1);
    await drain([sender], references);
    expect(asked).toBe(3);
    await expectPaidOnce(references);
  });

  test('what can never be built fails once', async () => {
    const senders = [1, 2].map(() =>
      process({
        build: async () => ({ ok: false, error: { code: 'invalid_address', detail: 'no wallet' } }),
      }),
    );
    const references = await request(senders[0]!, 2);
    await drain(senders, references);
    expect((await effects(references)).map((row) => row.failed)).toEqual(
      references.map(() => 'invalid_address: no wallet'),
    );
  });
});

describe('many at once', () => {
  test('they are built and recorded together, once each', async () => {
    const together = vi.fn();
    const sender = process({
      buildMany: (references) => Promise.all(references.map((each) => payment().build(each))),
      async onFinalMany(tx, done) {
        together(done.length);
        for (const each of done) await payment().onFinal(tx, each);
      },
      onFinal: () => Promise.reject(new Error('not one by one')),
    });
    const references = await request(sender, 40);
    await drain([sender, sender], references);
    await expectPaidOnce(references);
    expect(together.mock.calls.length).toBeLessThan(20);
  });

  test('one that cannot be done with the others does not hold them up', async () => {
    let victim = '';
    const sender = process({
      async buildMany(references) {
        if (references.includes(victim)) throw new Error('a bug');
        return Promise.all(references.map((each) => payment().build(each)));
      },
      async onFinalMany(tx, done) {
        for (const each of done) await payment().onFinal(tx, each);
        if (done.some((each) => each.reference === victim)) throw new Error('another bug');
      },
    });
    const references = await request(sender, 9);
    victim = references[4]!;
    await drain([sender], references);
    await expectPaidOnce(references);
  });
});

describe('killed at any point', () => {
  test('after the signature was stored, before any broadcast', async () => {
    const first = process();
    const references = await request(first, 3);
    await run(first, 'sign');
    const signed = await first.find(db, purposeName, references);
    expect(signed.map((each) => each.state)).toEqual(['signed', 'signed', 'signed']);
    const second = process();
    await drain([second], references);
    await expectPaidOnce(references);
    const sent = await second.find(db, purposeName, references);
    expect(new Set(sent.map((each) => each.signature))).toEqual(
      new Set(signed.map((each) => each.signature)),
    );
  });

  test('after building, before the signature is stored', async () => {
    const built = vi.fn();
    const first = process(
      {
        async build(reference) {
          built(await payment().build(reference));
          return new Promise(() => {});
        },
      },
      { leaseMs: 300 },
    );
    const references = await request(first, 3);
    void run(first, 'sign');
    await vi.waitFor(() => expect(built).toHaveBeenCalledTimes(3));
    await drain([process()], references);
    await expectPaidOnce(references);
  });

  test('not killed but slow: a signature that comes after another process has paid is dropped', async () => {
    const { promise: others, resolve: paid } = Promise.withResolvers<void>();
    const building = vi.fn(async (reference: string) => {
      await others;
      return payment().build(reference);
    });
    const slow = process({ build: building }, { leaseMs: 100 });
    const references = await request(slow, 3);
    const signing = run(slow, 'sign');
    await vi.waitFor(() => expect(building).toHaveBeenCalledTimes(3));
    const second = process();
    await drain([second], references);
    const before = await second.find(db, purposeName, references);
    paid();
    await signing;
    expect(await second.find(db, purposeName, references)).toEqual(before);
    await expectPaidOnce(references);
  });

  test('after the broadcast, before it is noted', async () => {
    const dying = {
      ...chain,
      async broadcastAll(wires: readonly string[]): Promise<never> {
        await chain.broadcastAll(wires);
        throw new Error('killed');
      },
    };
    const first = process({}, { chain: dying });
    const references = await request(first, 3);
    await run(first, 'sign');
    await expect(run(first, 'broadcast')).rejects.toThrow('killed');
    await drain([process()], references);
    await expectPaidOnce(references);
  });

  test('while the end is recorded', async () => {
    const first = process({
      async onFinal(tx, done) {
        await payment().onFinal(tx, done);
        throw new Error('killed');
      },
    });
    const references = await request(first, 3);
    await run(first, 'sign', 'broadcast');
    const sent = await first.find(db, purposeName, references);
    await finalized(chain, ...sent.map((each) => each.signature!));
    await run(first, 'follow');
    expect(await effects(references)).toEqual([]);
    await drain([process()], references);
    await expectPaidOnce(references);
  });

  test('one owner that throws does not hold up the others', async () => {
    let victim = '';
    const sender = process({
      async onFinal(tx, done) {
        if (done.reference === victim) throw new Error('a bug');
        await payment().onFinal(tx, done);
      },
    });
    const [first, ...others] = await request(sender, 9);
    victim = first!;
    await drain([sender], others);
    expect(await effects([first!, ...others])).toHaveLength(8);
    await drain([process()], [first!]);
    await expectPaidOnce([first!, ...others]);
  });
});

describe('when a signature does not land', () => {
  test('an expired one is replaced, kept for the record, and paid once', async () => {
    const silent = { ...chain, broadcastAll: async (wires: readonly string[]) => wires.map(() => TAKEN) };
    const first = process({}, { chain: silent });
    const references = await request(first, 3);
    await run(first, 'sign', 'broadcast');
    const lost = (await first.find(db, purposeName, references)).map((each) => each.signature!);
    await vi.waitFor(
      async () => {
        await run(first, 'follow');
        const now = await first.find(db, purposeName, references);
        expect(now.map((each) => each.state)).toEqual(['requested', 'requested', 'requested']);
      },
      { timeout: 20_000, interval: 50 },
    );
    await drain([process()], references);
    await expectPaidOnce(references);
    const replaced = await readReplacedSignatures(db, 0n, 100);
    const kept = replaced.filter((row) => row.purpose === purposeName).flatMap((row) => row.signatures);
    expect(kept.sort()).toEqual(lost.sort());
    const statuses = await chain.statuses(lost);
    expect([...statuses.values()].map((status) => status.state)).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('after the last attempt has expired it fails, once, with two processes looking', async () => {
    const silent = { ...chain, broadcastAll: async (wires: readonly string[]) => wires.map(() => TAKEN) };
    const senders = [1, 2].map(() => process({}, { chain: silent, maxAttempts: 1 }));
    const references = await request(senders[0]!, 2);
    await drain(senders, references);
    const rows = await effects(references);
    expect(rows.map((row) => row.failed)).toEqual([
      'None of 1 signatures was included in time.',
      'None of 1 signatures was included in time.',
    ]);
    expect(await received()).toBeNull();
  });

  test('one that fails on chain ends as failed, with its fee counted', async () => {
    const stranger = await generateKeyPairSigner();
    const sender = process(
      {
        build: (reference) =>
          chain.signMintTo({ feePayer, mint, authority: stranger, toOwner: receiver, amount: 1n, reference }),
      },
      { chain: { ...chain, broadcastAll: broadcastUnchecked } },
    );
    const references = await request(sender, 1);
    await drain([sender], references);
    const [row] = await effects(references);
    expect(row).toMatchObject({ signature: null, failed: expect.stringContaining('InstructionError') });
    expect(await metrics.registry.metrics()).toContain('ece_chain_fees_lamports_total 10000');
  });

  test('one that a node refuses stays safe until it has expired', async () => {
    const stranger = await generateKeyPairSigner();
    const sender = process(
      {
        build: (reference) =>
          chain.signMintTo({ feePayer, mint, authority: stranger, toOwner: receiver, amount: 1n, reference }),
      },
      { maxAttempts: 1 },
    );
    const references = await request(sender, 1);
    await run(sender, 'sign', 'broadcast', 'follow');
    expect(await sender.find(db, purposeName, references)).toMatchObject([{ state: 'sent' }]);
    expect(await effects(references)).toEqual([]);
    await drain([sender], references);
    expect(await effects(references)).toMatchObject([{ failed: expect.any(String), signature: null }]);
  });
});

/** Sends without the node's own trial run, so that a transaction that fails is included all the same. */
async function broadcastUnchecked(wires: readonly string[]) {
  for (const wire of wires) {
    const params = [wire, { encoding: 'base64', skipPreflight: true }];
    await fetch(inject('chain'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params }),
    });
  }
  return wires.map(() => TAKEN);
}
