import { generateKeyPairSigner, type KeyPairSigner } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createChainClient, type SignedTransaction, settleStatus, type TransactionStatus } from './client.ts';
import { finalized, signedBy, startTestChain, type TestChain } from './test-chain.ts';

let local: TestChain;
let mint: KeyPairSigner;
let reference = 0;

beforeAll(async () => {
  local = await startTestChain();
  mint = await generateKeyPairSigner();
  const { chain, feePayer, land } = local;
  await land(chain.signTokenMintCreation({ feePayer, mint, mintAuthority: feePayer.address }));
});
afterAll(() => local.close());

async function payment(): Promise<SignedTransaction> {
  const { chain, feePayer } = local;
  const { address } = await generateKeyPairSigner();
  const input = { feePayer, mint: mint.address, authority: feePayer, toOwner: address, amount: 1n };
  return signedBy(await chain.signMintTo({ ...input, reference: `payment-${reference++}` }));
}

const settlement = async (sent: SignedTransaction) =>
  (await local.chain.settlements([sent])).get(sent.signature);

test('a transaction goes from unknown to final, and a second broadcast changes nothing', async () => {
  const { chain } = local;
  const sent = await payment();
  expect((await chain.statuses([sent.signature])).get(sent.signature)).toEqual({
    state: 'unknown',
    err: null,
    slot: null,
  });
  expect(await settlement(sent)).toBe('pending');
  const supply = (await chain.tokenSupply(mint.address)) ?? 0n;
  expect(await chain.broadcast(sent.wire)).toEqual({ ok: true, value: undefined });
  expect(await chain.broadcast(sent.wire)).toEqual({ ok: true, value: undefined });
  const seen = new Set<string>();
  await vi.waitFor(
    async () => {
      seen.add((await settlement(sent)) ?? 'missing');
      expect(seen).toContain('final');
    },
    { timeout: 10_000, interval: 5 },
  );
  expect([...seen].at(-1)).toBe('final');
  expect(seen).not.toContain('expired');
  expect((await chain.statuses([sent.signature])).get(sent.signature)).toMatchObject({
    state: 'finalized',
    err: null,
    slot: expect.any(BigInt),
  });
  expect(await chain.broadcast(sent.wire)).toEqual({ ok: true, value: undefined });
  expect(await chain.tokenSupply(mint.address, 'finalized')).toBe(supply + 1n);
});

test('a transaction that was never sent expires, and can then not be sent any more', async () => {
  const { chain } = local;
  const [never, landed] = await Promise.all([payment(), payment()]);
  expect(await chain.broadcast(landed.wire)).toMatchObject({ ok: true });
  const before = await chain.blockHeight('finalized');
  expect(before <= never.lastValidBlockHeight && (await settlement(never))).toBe('pending');
  await vi.waitFor(async () => expect(await settlement(never)).toBe('expired'), {
    timeout: 20_000,
    interval: 50,
  });
  expect(await chain.blockHeight('finalized')).toBeGreaterThan(never.lastValidBlockHeight);
  expect(await chain.broadcast(never.wire)).toMatchObject({
    ok: false,
    error: { code: 'blockhash_expired' },
  });
  expect((await chain.statuses([never.signature])).get(never.signature)?.state).toBe('unknown');
  // One that landed stays known when its block has aged, and sending it again is still a success.
  expect(await settlement(landed)).toBe('final');
  expect(await chain.broadcast(landed.wire)).toEqual({ ok: true, value: undefined });
});

test('a transaction that fails on chain is failed, costs its fee and changes no balance', async () => {
  const { chain, feePayer } = local;
  const toOwner = (await generateKeyPairSigner()).address;
  const owner = await generateKeyPairSigner();
  const input = { feePayer, authority: owner, program: 'token', mint: mint.address, decimals: 6 } as const;
  const sent = signedBy(
    await chain.signTokenTransfer({ ...input, toOwner, amount: 1n, reference: 'owns-nothing' }),
  );
  // Only what skips the check of the node gets so far; `broadcast` never does.
  const params = [sent.wire, { encoding: 'base64', skipPreflight: true }];
  await fetch(local.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params }),
  });
  await finalized(chain, sent.signature);
  expect(await settlement(sent)).toBe('failed');
  const status = (await chain.statuses([sent.signature])).get(sent.signature);
  expect(status?.err).toContain('InstructionError');
  expect(await chain.transaction(sent.signature)).toMatchObject({
    err: status?.err,
    fee: 10_000n,
    tokenChanges: [],
  });
  expect(await chain.broadcast(sent.wire)).toEqual({ ok: true, value: undefined });
});

test('statuses of many signatures come in one map, strange texts as unknown', async () => {
  const { chain } = local;
  const sent = await payment();
  await chain.broadcast(sent.wire);
  await finalized(chain, sent.signature);
  const others = await Promise.all(Array.from({ length: 10 }, payment));
  const many = Array.from({ length: 30 }, () => others.map((other) => other.signature)).flat();
  const statuses = await chain.statuses([...many, 'nonsense', sent.signature]);
  expect(statuses.size).toBe(12);
  expect(statuses.get(sent.signature)?.state).toBe('finalized');
  expect(statuses.get('nonsense')?.state).toBe('unknown');
  expect(statuses.get(others[0]!.signature)?.state).toBe('unknown');
});

test('more signatures than one request carries are all answered', async () => {
  const { chain } = local;
  const sent = await payment();
  await chain.broadcast(sent.wire);
  await finalized(chain, sent.signature);
  const { feePayer } = local;
  const strangers = await Promise.all(
    Array.from({ length: 260 }, async (_, n) =>
      signedBy(
        await chain.signMintTo({
          feePayer,
          mint: mint.address,
          authority: feePayer,
          toOwner: feePayer.address,
          amount: 1n,
          reference: `many-${n}`,
        }),
      ),
    ),
  );
  const statuses = await chain.statuses([...strangers.map((each) => each.signature), sent.signature]);
  expect(statuses.size).toBe(261);
  expect(statuses.get(sent.signature)?.state).toBe('finalized');
});

test('bytes that are no transaction, or not from us, are rejected and never throw', async () => {
  const { chain } = local;
  const { wire } = await payment();
  const bytes = Buffer.from(wire, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  for (const bad of ['', 'AAAA', '!!!', 'x'.repeat(10_000), bytes.toString('base64')]) {
    expect(await chain.broadcast(bad)).toMatchObject({ ok: false, error: { code: 'rejected' } });
  }
});

test('a fee payer without lamports is rejected', async () => {
  const { chain } = local;
  const poor = await generateKeyPairSigner();
  const input = { feePayer: poor, mint: await generateKeyPairSigner(), mintAuthority: poor.address };
  const { wire } = signedBy(await chain.signTokenMintCreation(input));
  expect(await chain.broadcast(wire)).toMatchObject({ ok: false, error: { code: 'rejected' } });
});

test('a node that is away makes a broadcast unreachable', async () => {
  const { wire } = await payment();
  const away = createChainClient({ url: 'http://127.0.0.1:9', fetchTimeoutMs: 500 });
  expect(await away.broadcast(wire)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
  expect(await away.health()).toBe(false);
});

test('settlement: expired needs an unknown signature and a finalized height beyond its last block', () => {
  const states = fc.constantFrom('unknown', 'processed', 'confirmed', 'finalized');
  const height = fc.bigInt({ min: 0n, max: 10n });
  fc.assert(
    fc.property(states, fc.boolean(), height, height, (state, failed, last, final) => {
      const status: TransactionStatus = {
        state: state as TransactionStatus['state'],
        err: failed && state !== 'unknown' ? '"X"' : null,
        slot: null,
      };
      const settled = settleStatus(status, last, final);
      expect(settled === 'expired').toBe(state === 'unknown' && final > last);
      expect(settled === 'final').toBe(state === 'finalized' && !failed);
      expect(settled === 'failed').toBe(state === 'finalized' && failed);
    }),
  );
});
