import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { authenticate } from '../authenticate.ts';
import { serveHotPages } from './hot-pages.ts';

const tokenSecret = randomBytes(32);
const person: Principal = { accountId: newId(), role: 'collector', sessionId: newId() };

let app: FastifyInstance;
let url: string;
let token: string;
let tell: (events: OrderedEvent[]) => void;
/** Calls that came to the handler, and what it does. */
let calls = 0;
let work: (call: number, reply: FastifyReply) => Promise<unknown>;

beforeAll(async () => {
  const metrics = createMetrics();
  app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics });
  serveHotPages(app, {
    listen: (listener) => {
      tell = listener;
    },
    metrics,
  });
  authenticate(app, { tokenSecret, principalOfSession: async () => person });
  app.register(async (scope) => {
    const handler = async (_: unknown, reply: FastifyReply) => await work(++calls, reply);
    for (const path of ['/listings', '/cards/:id', '/auctions', '/offers/received']) {
      scope.get(`/api/v1${path}`, handler);
    }
  });
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/api/v1`;
  token = await signAccessToken(tokenSecret, person, 60);
});
afterAll(async () => {
  // The client has opened connections that it never used, which nobody closes otherwise.
  app.server.closeAllConnections();
  await app.close();
});

beforeEach(() => {
  calls = 0;
  work = async (call) => ({ call });
  tell([{ topic: 'card:1' } as OrderedEvent]);
});

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test('an answer is given again as it was, with its validator, until something happens', async () => {
  const first = await get('/listings?limit=5');
  const second = await get('/listings?limit=5');
  expect([first.text, second.text]).toEqual(['{"call":1}', '{"call":1}']);
  for (const name of ['etag', 'content-type', 'cache-control', 'vary', 'x-content-type-options']) {
    expect(second.headers.get(name), name).toBe(first.headers.get(name));
  }
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
  expect((await get('/listings?limit=6')).text).toBe('{"call":2}');
  tell([{ topic: 'auction:1' } as OrderedEvent, { topic: `user:${person.accountId}` } as OrderedEvent]);
  expect((await get('/listings?limit=5')).text).toBe('{"call":1}');
  tell([{ topic: 'card:7' } as OrderedEvent]);
  expect((await get('/listings?limit=5')).text).toBe('{"call":3}');
});

test('who has the bytes gets 304, from what is kept and from what is made anew', async () => {
  work = async () => ({ same: true });
  const etag = (await get('/cards/1')).headers.get('etag')!;
  const kept = await get('/cards/1', { 'if-none-match': `"other", W/${etag}` });
  tell([{ topic: 'card:1' } as OrderedEvent]);
  const anew = await get('/cards/1', { 'if-none-match': etag });
  for (const { status, text, headers } of [kept, anew]) {
    expect([status, text, headers.get('etag')]).toEqual([304, '', etag]);
  }
  expect(calls).toBe(2);
  expect((await get('/cards/1', { 'if-none-match': '"other"' })).status).toBe(200);
});

test('whoever is signed in gets what is true now, and leaves nothing for others', async () => {
  const signedIn: Record<string, string>[] = [
    { authorization: `Bearer ${token}` },
    { cookie: '__Host-ece_session=1; ece_session=1' },
  ];
  for (const headers of [...signedIn, ...signedIn]) {
    const { headers: answered } = await get('/listings', headers);
    expect(answered.get('etag')).toBeNull();
  }
  expect(calls).toBe(4);
  expect((await get('/listings')).text).toBe('{"call":5}');
});

test('auctions and what only its owner may see are made for everybody', async () => {
  for (const path of ['/auctions', '/offers/received']) {
    await get(path);
    expect((await get(path)).headers.get('etag')).toBeNull();
  }
  expect(calls).toBe(4);
});

test('failures are not kept', async () => {
  work = async (call, reply) => reply.code(call === 1 ? 500 : 404).send({ call });
  expect((await get('/listings')).status).toBe(500);
  expect((await get('/listings')).status).toBe(404);
});

test('an answer that was begun before something happened is not kept', async () => {
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  work = async (call) => {
    reached.resolve();
    if (call === 1) await go.promise;
    return { call };
  };
  const old = get('/listings');
  await reached.promise;
  tell([{ topic: 'card:1' } as OrderedEvent]);
  // Who comes after the event does not wait for the answer from before it.
  expect((await get('/listings')).text).toBe('{"call":2}');
  go.resolve();
  expect((await old).text).toBe('{"call":1}');
  expect((await get('/listings')).text).toBe('{"call":2}');
});

test('of many who ask at once, one makes the answer', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => get('/listings')));
  expect(calls).toBeLessThan(50);
  const go = Promise.withResolvers<void>();
  tell([{ topic: 'card:1' } as OrderedEvent]);
  calls = 0;
  work = async (call) => {
    await go.promise;
    return { call };
  };
  const waiting = Array.from({ length: 50 }, () => get('/listings'));
  // Each of them is at the server once it answers those that came after.
  await Promise.all(Array.from({ length: 50 }, () => get('/auctions/none')));
  go.resolve();
  expect(new Set((await Promise.all(waiting)).map(({ text }) => text))).toEqual(new Set(['{"call":1}']));
  expect(all.every(({ status }) => status === 200)).toBe(true);
});

test('where the one who makes it fails or leaves, the others are answered all the same', async () => {
  const go = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  work = async (call, reply) => {
    reached.resolve();
    if (call > 1) return { call };
    await go.promise;
    return reply.code(500).send({ call });
  };
  const leaving = new AbortController();
  const leader = fetch(`${url}/listings`, { signal: leaving.signal }).catch(() => 'left');
  await reached.promise;
  const others = [get('/listings'), get('/listings')];
  await get('/auctions/none');
  leaving.abort();
  expect(await leader).toBe('left');
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
  go.resolve();
});

test('what another process answers as a stream is kept, too', async () => {
  work = async (call, reply) => {
    const text = JSON.stringify({ call });
    return reply
      .type('application/json')
      .header('content-length', text.length)
      .send(Readable.from([Buffer.from(text)]));
  };
  expect((await get('/listings')).text).toBe('{"call":1}');
  expect((await get('/listings')).text).toBe('{"call":1}');
});
