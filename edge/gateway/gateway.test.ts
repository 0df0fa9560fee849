import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Problem } from '@ece/contract';
import { signAccessToken, verifyAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { createBreakers } from '@ece/platform/http/breaker';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort } from '../../tests/support/processes.ts';
import { authenticate } from '../authenticate.ts';
import { proxyServices } from './proxy.ts';
import { proxyRealtime } from './upgrade.ts';

const tokenSecret = randomBytes(32);
const cookieOwner: Principal = { accountId: newId(), role: 'collector', sessionId: newId() };

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** The other process: keeps what reaches it, and answers as the test says. */
let seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;
let upstream: Server;
const connections = new Set<Socket>();
let feed: WebSocketServer;
let stranger: Server;
let strangerCalls = 0;
let gateway: FastifyInstance;
let url: string;

/** Circuits of their own, so that what one test breaks is whole in the next one. */
const breakers = () =>
  createBreakers({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });

const addressOf = (server: { address(): unknown }) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function open(configure: (app: FastifyInstance) => void): Promise<FastifyInstance> {
  const app = createApp({ log: createLogger({ level: 'silent', format: 'json' }), metrics: createMetrics() });
  configure(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

async function httpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  upstream = await httpServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = { method: request.method!, url: request.url!, headers: request.headers, body };
    seen.push(call);
    answer(call, response);
  });
  upstream.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  feed = new WebSocketServer({ server: upstream });
  feed.on('connection', (socket, request) => {
    socket.send(JSON.stringify(request.headers));
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  stranger = await httpServer((_request, response) => {
    strangerCalls++;
    response.end('{}');
  });
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  gateway = await open((app) => {
    authenticate(app, {
      tokenSecret,
      publicUrl: 'https://cards.example',
      principalOfSession: async () => cookieOwner,
    });
    proxyServices(app, {
      upstreams: { users: addressOf(upstream), nfts: addressOf(upstream), trades: nowhere },
      tokenSecret,
      breakers: breakers(),
    });
    proxyRealtime(app, addressOf(upstream));
  });
  url = addressOf(gateway.server);
});
afterAll(async () => {
  await gateway.close();
  for (const socket of feed.clients) socket.terminate();
  upstream.close();
  stranger.close();
});

async function call(path: string, init: RequestInit = {}, reply?: typeof answer): Promise<Response> {
  seen = [];
  answer =
    reply ?? ((_request, response) => response.setHeader('content-type', 'application/json').end('{}'));
  return await fetch(`${url}${path}`, init);
}

function users(app: FastifyInstance): void {
  app.patch('/api/v1/users/me', async (request) => request.body);
}

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(((await response.json()) as Problem).code).toBe(code);
}

test('status, body and headers of the other process come through', async () => {
  const response = await call('/api/v1/users/ada?x=1&x=2', {}, (_request, reply) => {
    reply.writeHead(404, {
      'content-type': 'application/problem+json',
      'set-cookie': ['a=1; Path=/', 'b=2; HttpOnly'],
      'x-own': 'yes',
    });
    reply.end('{"code":"not_found"}');
  });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('{"code":"not_found"}');
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; HttpOnly']);
  expect(response.headers.get('x-own')).toBe('yes');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/users/ada?x=1&x=2' });
});

test('a body arrives byte for byte, also one that is not JSON', async () => {
  const headers = {
    'content-type': 'application/json',
    cookie: 'ece_session=x',
    origin: 'https://cards.example',
  };
  for (const body of ['{"bio":"é ☃ \\u0000"}', '{ "bio" : 1.0 }', '{oops', '']) {
    const response = await call('/api/v1/users/me', { method: 'PATCH', headers, body });
    expect(response.status).toBe(200);
    expect(seen[0]!.body).toBe(body);
    expect(seen[0]!.headers['content-type']).toContain('application/json');
  }
  const image = Buffer.from([0, 1, 2, 250, 251]);
  await call('/content/bafy', {}, (_request, reply) => reply.end(image)).then(async (response) =>
    expect(Buffer.from(await response.arrayBuffer()).equals(image)).toBe(true),
  );
});

test('who calls is said by a token of its own; the cookie and the caller’s address book stay here', async () => {
  const principal: Principal = { accountId: newId(), role: 'moderator', sessionId: newId() };
  const token = await signAccessToken(tokenSecret, principal, 600);
  const ways: [Record<string, string>, Principal | undefined][] = [
    [{ authorization: `Bearer ${token}`, cookie: 'ece_session=x' }, principal],
    [{ cookie: 'ece_session=x' }, cookieOwner],
    [{}, undefined],
  ];
  for (const [headers, expected] of ways) {
    await call('/api/v1/users/ada', { headers: { ...headers, 'x-forwarded-for': '6.6.6.6' } });
    const { authorization, cookie, 'x-forwarded-for': from } = seen[0]!.headers;
    expect(cookie).toBeUndefined();
    expect(from).toBe('127.0.0.1');
    expect(authorization).not.toBe(`Bearer ${token}`);
    const carried = authorization && (await verifyAccessToken(tokenSecret, authorization.slice(7)));
    expect(carried).toEqual(expected);
  }
});

test('a process that is down is answered with a problem; one that answers 503 is not asked again', async () => {
  await expectProblem(await call('/api/v1/trade-offers'), 503, 'unavailable');
  const busy = await call('/api/v1/users/ada', {}, (_request, reply) => {
    reply.writeHead(503, { 'content-type': 'application/problem+json' }).end('{"code":"overloaded"}');
  });
  expect([busy.status, await busy.text()]).toEqual([503, '{"code":"overloaded"}']);
  expect(seen).toHaveLength(1);
  await expectProblem(
    await call('/api/v1/users/ada', {}, (_request, reply) => reply.destroy()),
    503,
    'unavailable',
  );
});

test('a body over the bound and an address that is none are refused here', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ bio: 'x'.repeat(3_000_000) });
  const inner = await open((app) => users(app));
  const between = await open((app) =>
    proxyServices(app, {
      ...{ upstreams: { users: addressOf(inner.server) }, tokenSecret, breakers: breakers() },
    }),
  );
  for (let round = 0; round < 5; round++) {
    await expectProblem(
      await fetch(`${addressOf(between.server)}/api/v1/users/me`, { method: 'PATCH', headers, body }),
      413,
      'payload_too_large',
    );
  }
  await between.close();
  await inner.close();
  await expectProblem(await call('/api/v1/nothing'), 404, 'not_found');
  await expectProblem(await call('/internal/users/handles', { method: 'POST' }), 404, 'not_found');
  expect(seen).toEqual([]);
});

/** Sends bytes and gives what comes back until the other side ends. */
async function raw(text: string): Promise<string> {
  const socket = connect((gateway.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(text);
  let back = '';
  for await (const chunk of socket) back += chunk;
  return back;
}

test('a whole address in the request line does not choose where the call goes', async () => {
  answer = (_request, response) => response.end('{}');
  seen = [];
  const target = `${addressOf(stranger)}/api/v1/users/ada?x=1`;
  const back = await raw(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expect(strangerCalls).toBe(0);
  expect(back).toContain('200 OK');
  expect(seen.map((one) => one.url)).toEqual(['/api/v1/users/ada?x=1']);
});

test('a WebSocket goes through both ways, without the cookie, and ends on both sides', async () => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/realtime`, {
    headers: { cookie: 'ece_session=x', authorization: 'Bearer abc' },
  });
  const [hello] = await once(socket, 'message');
  expect(JSON.parse(String(hello))).toMatchObject({ authorization: 'Bearer abc' });
  expect(JSON.parse(String(hello)).cookie).toBeUndefined();
  for (const size of [1, 1000, 300_000]) {
    const sent = randomBytes(size);
    socket.send(sent);
    const [data] = await once(socket, 'message');
    expect(sent.equals(data as Buffer)).toBe(true);
  }
  const [inner] = [...feed.clients];
  socket.terminate();
  await once(inner!, 'close');

  const other = new WebSocket(`${url.replace('http', 'ws')}/api/v1/realtime`);
  await once(other, 'message');
  const closed = once(other, 'close');
  for (const connection of connections) connection.resetAndDestroy();
  expect((await closed)[0]).toBe(1006);
});

async function refusal(address: string): Promise<number> {
  const socket = new WebSocket(address);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  return response.statusCode;
}

test('an upgrade elsewhere, or to a process that is down or refuses, is answered', async () => {
  expect(await refusal(`${url.replace('http', 'ws')}/api/v1/auctions`)).toBe(404);
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const lost = await open((app) => proxyRealtime(app, nowhere));
  expect(await refusal(`${addressOf(lost.server).replace('http', 'ws')}/api/v1/realtime`)).toBe(503);
  await lost.close();
  const refusing = await httpServer((_request, response) => response.writeHead(403).end());
  refusing.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'),
  );
  const between = await open((app) => proxyRealtime(app, addressOf(refusing)));
  expect(await refusal(`${addressOf(between.server).replace('http', 'ws')}/api/v1/realtime`)).toBe(403);
  await between.close();
  refusing.close();
});

test('a client that leaves before the other process has answered leaves nothing open there', async () => {
  const arrived = Promise.withResolvers<Socket>();
  const silent = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => arrived.resolve(socket));
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const between = await open((app) => proxyRealtime(app, addressOf(silent)));
  const socket = new WebSocket(`${addressOf(between.server).replace('http', 'ws')}/api/v1/realtime`);
  socket.on('error', () => {});
  const inner = await arrived.promise;
  socket.terminate();
  await once(inner, 'close');
  await between.close();
  silent.close();
});

test('a gateway that stops tells the sockets that it passes on when to come back, between two messages', async () => {
  const between = await open((app) => proxyRealtime(app, addressOf(upstream)));
  const at = `${addressOf(between.server).replace('http', 'ws')}/api/v1/realtime`;
  const sockets = [new WebSocket(at), new WebSocket(at)];
  await Promise.all(sockets.map((socket) => once(socket, 'message')));
  // One is in the middle of a message that never ends, and is cut off.
  const busy = [...feed.clients].at(-1)!;
  (busy as unknown as { _socket: Socket })._socket.write(Buffer.from([0x81, 126, 255, 255, 1]));
  const told = sockets.map(async (socket) => {
    const words: string[] = [];
    socket.on('message', (data) => words.push(String(data)));
    const [code] = await once(socket, 'close');
    return { code, words };
  });
  const echo = randomBytes(100_000).toString('base64');
  sockets[0]!.send(echo);
  await once(sockets[0]!, 'message');
  await between.close();
  const [whole, cut] = await Promise.all(told);
  expect(whole!.code).toBe(1012);
  expect(whole!.words[0]).toBe(echo);
  expect(JSON.parse(whole!.words[1]!)).toEqual({ reconnect: { afterMs: expect.any(Number) } });
  expect(cut).toEqual({ code: 1006, words: [] });
});

test('a process that does not answer is left alone for a while, then asked once', async () => {
  let silent = true;
  let calls = 0;
  const other = await httpServer((request, response) => {
    calls++;
    if (silent) request.socket.destroy();
    else response.setHeader('content-type', 'application/json').end('{}');
  });
  const between = await open((app) =>
    proxyServices(app, { upstreams: { users: addressOf(other) }, tokenSecret, breakers: breakers() }),
  );
  const ask = (method = 'PATCH') => fetch(`${addressOf(between.server)}/api/v1/users/me`, { method });
  for (let i = 0; i < 5; i++) await expectProblem(await ask(), 503, 'unavailable');
  expect(calls).toBe(5);
  const refused = await ask('GET');
  expect(refused.headers.get('retry-after')).toBe('1');
  await expectProblem(refused, 503, 'unavailable');
  expect(calls).toBe(5);
  silent = false;
  await vi.waitFor(async () => expect((await ask('GET')).status).toBe(200), { timeout: 20_000 });
  expect(calls).toBe(6);
  silent = true;
  // A read whose connection ends without an answer is sent once more.
  await expectProblem(await ask('GET'), 503, 'unavailable');
  expect(calls).toBe(8);
  await between.close();
  other.close();
});

test('an answer that does not begin in time is not waited for', async () => {
  const other = await httpServer(() => {});
  const between = await open((app) =>
    proxyServices(app, {
      ...{ upstreams: { users: addressOf(other) }, tokenSecret, breakers: breakers() },
      requestSeconds: -2,
    }),
  );
  await expectProblem(await fetch(`${addressOf(between.server)}/api/v1/users/ada`), 503, 'unavailable');
  other.closeAllConnections();
  await between.close();
  other.close();
});

test('the id of a request and its place in a trace go on to the other process, where they are well formed', async () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const answered = await call('/api/v1/users/ada', {
    headers: { 'x-request-id': 'mine-0001', traceparent, tracestate: 'x=1' },
  });
  expect(answered.headers.get('x-request-id')).toBe('mine-0001');
  expect(seen[0]!.headers).toMatchObject({ 'x-request-id': 'mine-0001', traceparent, tracestate: 'x=1' });
  const made = await call('/api/v1/users/ada', {
    headers: { 'x-request-id': 'a b', traceparent: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01` },
  });
  const id = made.headers.get('x-request-id');
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(seen[0]!.headers['x-request-id']).toBe(id);
  expect(seen[0]!.headers.traceparent).toBeUndefined();
});
