import { randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { generateKeyPairSigner } from '@solana/kit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Localnet, startLocalnet } from './index.ts';
import { connect, fundedSigner, post, rawCall, signTransfer } from './testing.ts';

let localnet: Localnet;

beforeAll(async () => {
  localnet = await startLocalnet();
});

afterAll(() => localnet.close());

const methods = `getHealth getVersion getGenesisHash getSlot getBlockHeight getEpochInfo getLatestBlockhash
  isBlockhashValid getMinimumBalanceForRentExemption getBalance getAccountInfo getMultipleAccounts
  getProgramAccounts getTokenAccountsByOwner getTokenLargestAccounts getTokenAccountBalance getTokenSupply
  requestAirdrop sendTransaction simulateTransaction getSignatureStatuses getTransaction
  getSignaturesForAddress getFeeForMessage getRecentPrioritizationFees getFirstAvailableBlock`.split(/\s+/);

test.each([
  ['{', -32700],
  ['', -32700],
  ['['.repeat(100_000), -32700],
  ['null', -32600],
  ['"text"', -32600],
  ['[]', -32600],
  ['{}', -32600],
  ['{"jsonrpc":"2.0","method":"getSlot"}', -32600],
  ['{"jsonrpc":"2.0","id":{},"method":"getSlot"}', -32600],
  ['{"jsonrpc":"2.0","id":1,"method":7}', -32600],
  ['{"jsonrpc":"2.0","id":1,"method":"mineBlock"}', -32601],
  ['{"jsonrpc":"2.0","id":1,"method":"constructor"}', -32601],
  ['{"jsonrpc":"2.0","id":1,"method":"__proto__"}', -32601],
  ['{"jsonrpc":"2.0","id":1,"method":"getSlot","params":{}}', -32602],
  ['{"jsonrpc":"2.0","id":1,"method":"getSlot","params":["x"]}', -32602],
  ['{"jsonrpc":"2.0","id":1,"method":"getSlot","params":[{"commitment":"maybe"}]}', -32602],
  ['{"jsonrpc":"2.0","id":1,"method":"getSlot","params":[{"minContextSlot":1e12}]}', -32016],
  ['{"jsonrpc":"2.0","id":1,"method":"getBalance","params":["0OIl"]}', -32602],
  ['{"jsonrpc":"2.0","id":1,"method":"getBalance"}', -32602],
])('%.60s is answered with error %i', async (body, code) => {
  const answer = await post(localnet.url, body);
  expect(answer.body.error.code).toBe(code);
});

test('a batch is answered in order, each call by itself', async () => {
  const call = (id: unknown, method: string) => ({ jsonrpc: '2.0', id, method });
  const batch = [call(1, 'getHealth'), call('two', 'nothing'), 5, call(null, 'getFirstAvailableBlock')];
  const { body } = await post(localnet.url, JSON.stringify(batch));
  expect(body).toMatchObject([
    { id: 1, result: 'ok' },
    { id: 'two', error: { code: -32601 } },
    { id: null, error: { code: -32600 } },
    { id: null, result: 0 },
  ]);
  const tooMany = JSON.stringify(new Array(501).fill(call(1, 'getHealth')));
  expect((await post(localnet.url, tooMany)).body.error.code).toBe(-32600);
});

test('a body beyond a megabyte is refused, other HTTP methods too', async () => {
  expect((await post(localnet.url, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await fetch(localnet.url, { method: 'PUT', body: '{}' })).status).toBe(405);
  expect(await (await fetch(`${localnet.url}/health`)).text()).toBe('ok');
});

test('a connection that breaks off in the middle of a request does no harm', async () => {
  const socket = connectSocket(Number(new URL(localnet.url).port), '127.0.0.1');
  await new Promise<void>((resolve) => {
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"json', () => {
      socket.destroy();
      resolve();
    });
  });
  expect((await rawCall(localnet.url, 'getHealth')).result).toBe('ok');
});

test('no parameters make a method fail in an unforeseen way', async () => {
  const { address } = await generateKeyPairSigner();
  const value = fc.oneof(
    fc.constantFrom(address, '', 'base64', 'A'.repeat(2000), -1, 2 ** 53, 1.5, null, true),
    fc.jsonValue({ maxDepth: 2 }),
    fc.record(
      {
        encoding: fc.constantFrom('base64', 'base58', 'jsonParsed', 'x', 1),
        filters: fc.array(
          fc.record({ memcmp: fc.jsonValue(), dataSize: fc.integer() }, { requiredKeys: [] }),
        ),
        dataSlice: fc.record({ offset: fc.nat(), length: fc.nat() }),
        mint: fc.constantFrom(address, 'x'),
        limit: fc.integer(),
        before: fc.string(),
        accounts: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...methods),
      fc.array(value, { maxLength: 3 }),
      async (method, params) => {
        const { error } = await rawCall(localnet.url, method, params);
        expect(error?.code).not.toBe(-32603);
      },
    ),
    { numRuns: 600 },
  );
});

test('damaged transactions are refused and the chain lives on', async () => {
  const rpc = connect(localnet.url);
  const from = await fundedSigner(rpc);
  const wire = Buffer.from((await signTransfer(rpc, from, from.address, 1n)).wire, 'base64');
  for (let round = 0; round < 400; round += 1) {
    const damaged = Buffer.from(wire);
    const [at, value] = randomBytes(2);
    damaged.writeUInt8(value ?? 0, (at ?? 0) % damaged.length);
    const bytes = round % 4 === 0 ? damaged.subarray(0, (value ?? 0) % damaged.length) : damaged;
    if (bytes.equals(wire)) continue;
    const params = [bytes.toString('base64'), { encoding: 'base64' }];
    const sent = await rawCall(localnet.url, 'sendTransaction', params);
    expect([-32602, -32002, -32003]).toContain(sent.error.code);
    const simulated = await rawCall(localnet.url, 'simulateTransaction', params);
    expect(simulated.error?.code ?? -32602).toBe(-32602);
  }
  expect((await rpc.getBalance(from.address).send()).value).toBe(10_000_000_000n);
});
