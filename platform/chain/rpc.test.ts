import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getBase58Decoder } from '@solana/kit';
import { afterEach, expect, test } from 'vitest';
import { ChainError, createChainClient } from './client.ts';

/* A web server whose answers are scripted: what a failing or slow provider sends. */
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answer = { status: number; body: string } | 'silence';

/** Serves the answers in turn, the last one for ever; counts the requests. */
async function serve(...answers: Answer[]): Promise<{ url: string; count: () => number }> {
  let count = 0;
  server = createServer((request, response) => {
    request.resume();
    const answer = answers[Math.min(count++, answers.length - 1)]!;
    if (answer === 'silence') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/?api-key=very-secret`, count: () => count };
}

const result = (value: unknown): Answer => ({
  status: 200,
  body: JSON.stringify({ jsonrpc: '2.0', id: 0, result: value }),
});
const busy: Answer = { status: 429, body: 'slow down' };

test('a read is repeated while the node is busy, and every request is reported', async () => {
  const { url, count } = await serve(busy, { status: 503, body: '' }, result(42));
  const seen: [string, boolean][] = [];
  const chain = createChainClient({
    url,
    onRequest: ({ method, ok, ms }) => seen.push([method, ok && ms >= 0]),
  });
  expect(await chain.slot('confirmed')).toBe(42n);
  expect(count()).toBe(3);
  expect(seen).toEqual([
    ['getSlot', false],
    ['getSlot', false],
    ['getSlot', true],
  ]);
});

test('a read gives up after three attempts and never shows the address of the node', async () => {
  const { url, count } = await serve(busy);
  const error = await createChainClient({ url })
    .slot('confirmed')
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChainError);
  expect(error).toMatchObject({ code: 'unreachable' });
  expect(String(error)).not.toContain('very-secret');
  expect(count()).toBe(3);
});

test('a refusal is not repeated', async () => {
  const { url, count } = await serve({ status: 403, body: 'no' });
  await expect(createChainClient({ url }).genesisHash()).rejects.toMatchObject({ code: 'refused' });
  expect(count()).toBe(1);
});

test('an error of the node is a refusal and not repeated', async () => {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    error: { code: -32601, message: 'Method not found' },
  });
  const { url, count } = await serve({ status: 200, body });
  await expect(createChainClient({ url }).genesisHash()).rejects.toMatchObject({ code: 'refused' });
  expect(count()).toBe(1);
});

test('a node that never answers is given up at the time limit', async () => {
  const { url, count } = await serve('silence');
  const chain = createChainClient({ url, fetchTimeoutMs: 50 });
  await expect(chain.slot('confirmed')).rejects.toMatchObject({ code: 'unreachable' });
  expect(count()).toBe(3);
  expect(await chain.health()).toBe(false);
});

test('an airdrop is never repeated', async () => {
  const { url, count } = await serve(busy);
  const chain = createChainClient({ url });
  const airdrop = chain.airdrop('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 1n);
  await expect(airdrop).rejects.toMatchObject({ code: 'unreachable' });
  expect(count()).toBe(1);
});

test('a failed answer is not remembered', async () => {
  const { url } = await serve(busy, busy, busy, result(890_880));
  const chain = createChainClient({ url });
  await expect(chain.rentFor(0)).rejects.toMatchObject({ code: 'unreachable' });
  expect(await chain.rentFor(0)).toBe(890_880n);
  expect(await chain.rentFor(0)).toBe(890_880n);
});

test('nothing expires by the word of a node that lags behind the one that gave the height', async () => {
  const sent = { signature: '1'.repeat(64), lastValidBlockHeight: 80n };
  const epoch = { absoluteSlot: 100, blockHeight: 90, epoch: 0, slotIndex: 100, slotsInEpoch: 432_000 };
  const unknownAt = (slot: number): Answer => result({ context: { slot }, value: [null] });
  const { url } = await serve(result(epoch), unknownAt(99), result(epoch), unknownAt(100));
  const chain = createChainClient({ url });
  expect([...(await chain.settlements([sent])).values()]).toEqual(['pending']);
  expect([...(await chain.settlements([sent])).values()]).toEqual(['expired']);
});

const signature = (byte: number) => getBase58Decoder().decode(new Uint8Array(64).fill(byte));

test('a node that takes no batches is asked one by one, and not for batches again', async () => {
  const refusal = { status: 200, body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}' };
  for (const first of [refusal, { status: 413, body: '' }] as Answer[]) {
    const single = result({
      slot: 5,
      blockTime: 7,
      transaction: { message: { accountKeys: [] } },
      meta: { fee: 10_000, err: null },
    });
    const { url, count } = await serve(first, single);
    const chain = createChainClient({ url });
    const signatures = [2, 3, 4].map(signature);
    const outcomes = await chain.outcomes(signatures);
    expect([...outcomes.values()].map(({ fee }) => fee)).toEqual([10_000n, 10_000n, 10_000n]);
    expect(count()).toBe(4);
    await chain.outcomes(signatures);
    expect(count()).toBe(7);
    server?.closeAllConnections();
    server?.close();
  }
});

test('an unreachable node fails a batch as a whole, and what is sent is sent once', async () => {
  const { url, count } = await serve(busy);
  const chain = createChainClient({ url });
  await expect(chain.outcomes([signature(2)])).rejects.toMatchObject({ code: 'unreachable' });
  expect(count()).toBe(3);
  expect(await chain.broadcastAll(['AA==', 'AAA='])).toMatchObject([
    { ok: false, error: { code: 'unreachable' } },
    { ok: false, error: { code: 'unreachable' } },
  ]);
  expect(count()).toBe(4);
});
