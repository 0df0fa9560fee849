import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { operation } from '@ece/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../tests/support/processes.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createApp } from './app.ts';
import { decode, encode, exposeInternal, INTERNAL, mayRepeat, PeerFailed, remote } from './remote.ts';
import { route } from './route.ts';

const secret = 'shown by one process to another';
const api = {
  echo: async (...values: unknown[]) => values,
  greet: async (name: string, greeting = 'hello', mark?: string) => `${greeting} ${name}${mark ?? ''}`,
  change: async () => 'changed',
  fail: async (): Promise<void> => {
    throw new Error('select secret_column from hidden_table');
  },
  hidden: async () => 'no',
};
const methods = { reads: ['echo', 'greet', 'fail'], writes: ['change'] } as const;

let app: FastifyInstance;
let url: string;
let logged = '';
let peer: Pick<typeof api, 'fail'> = api;

function openApp(): FastifyInstance {
  const destination = {
    write(text: string) {
      logged += text;
    },
  };
  return createApp({
    log: createLogger({ level: 'info', format: 'json', destination }),
    metrics: createMetrics(),
  });
}

beforeAll(async () => {
  app = openApp();
  exposeInternal(app, 'things', api, methods, secret);
  const ask = operation({
    ...{ service: 'users', summary: 'A call', method: 'GET', path: '/ask', access: 'public' },
  });
  route(app, ask, async () => {
    await peer.fail();
    return { ok: true, value: undefined };
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

test('what travels between processes keeps big integers and dates', () => {
  const value = { a: [1n, -5n, { at: new Date(0) }], b: null, c: 'x', d: 2.5, e: true, f: 2n ** 70n };
  expect(decode(encode(value))).toEqual(value);
  const stringified = { $bigint: 5, $date: null, nested: { $other: 'x' } };
  expect(decode(encode(stringified))).toEqual(stringified);
});

test('an argument that is left out takes its default there, as it does here', async () => {
  const other = remote<typeof api>('things', methods, { url, secret });
  expect(await other.greet('Ada')).toBe('hello Ada');
  expect(await other.greet('Ada', undefined, '!')).toBe('hello Ada!');
  expect(await other.greet('Ada', undefined, undefined)).toBe('hello Ada');
  expect(await other.echo(null, undefined, 1)).toHaveLength(3);
  expect((await other.echo(null))[0]).toBe(null);
});

test('an interface is reached from another process by those who know the secret', async () => {
  const other = remote<typeof api>('things', methods, { url, secret });
  expect(await other.echo(5n, { at: new Date(7) }, [])).toEqual([5n, { at: new Date(7) }, []]);
  await expect(other.fail()).rejects.toThrow('things.fail answered 500');
  const stranger = remote<typeof api>('things', methods, { url, secret: 'shown by one process to nobody.' });
  await expect(stranger.echo(1)).rejects.toThrow('answered 404');
  const hidden = remote<typeof api>('things', { reads: ['hidden'], writes: [] }, { url, secret });
  await expect(hidden.hidden()).rejects.toThrow('answered 404');
  const gone = remote<typeof api>('things', methods, { url: 'http://127.0.0.1:9', secret });
  await expect(gone.echo(1)).rejects.toThrow(PeerFailed);
  const large = { method: 'POST', url: `${INTERNAL}things/echo`, payload: 'x'.repeat(1_000_000) } as const;
  const refused = await app.inject({ ...large, headers: { 'content-type': 'application/json' } });
  expect([refused.statusCode, refused.json().code]).toEqual([404, 'not_found']);
});

test('what fails in another process is refused as unavailable, and is in the log', async () => {
  peer = remote<typeof api>('things', methods, { url, secret });
  for (const [target, words] of [
    [url, 'things.fail answered 500'],
    [`http://127.0.0.1:${await freePort()}`, 'ECONNREFUSED'],
  ] as const) {
    peer = remote<typeof api>('things', methods, { url: target, secret });
    logged = '';
    const answer = await app.inject({ url: '/api/v1/ask' });
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'unavailable']);
    expect(answer.body).not.toMatch(/things|hidden_table/);
    expect(logged).toContain(words);
  }
});

test('a call that the database cannot serve is refused as unavailable', async () => {
  const lost = Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' });
  const full = Object.assign(new Error('could not extend file'), { code: '53100' });
  const bug = Object.assign(new Error('a column is missing'), { code: '42703' });
  for (const [error, status] of [
    [lost, 503],
    [full, 503],
    [bug, 500],
  ] as const) {
    peer = { fail: () => Promise.reject(error) };
    expect((await app.inject({ url: '/api/v1/ask' })).statusCode).toBe(status);
  }
});

/** A process that closes the first connections once a call has come in, and answers on the next. */
async function closing(first: number): Promise<{ server: Server; calls: string[]; address: string }> {
  const calls: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const line = /^POST \S+\/(\w+)/.exec(chunk.toString());
      if (!line) return;
      calls.push(line[1]!);
      if (calls.length <= first) socket.end();
      else
        socket.end(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"value":"x"}',
        );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, calls, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a read is sent once more where its connection was closed before an answer, a write never', async () => {
  const expected: [number, 'greet' | 'change', string, string[]][] = [
    [1, 'greet', 'x', ['greet', 'greet']],
    [2, 'greet', 'lost', ['greet', 'greet']],
    [1, 'change', 'lost', ['change']],
  ];
  for (const [times, method, outcome, calls] of expected) {
    const other = await closing(times);
    const there = remote<typeof api>('things', methods, { url: other.address, secret });
    const result = await (method === 'greet' ? there.greet('Ada') : there.change()).catch((error) => {
      expect(error).toBeInstanceOf(PeerFailed);
      expect(mayRepeat(error.cause, true)).toBe(true);
      return 'lost';
    });
    expect([result, other.calls]).toEqual([outcome, calls]);
    other.server.close();
  }
});
