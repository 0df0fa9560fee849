import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { atomically } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { publish } from '@ece/platform/outbox/publish';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { Relay } from '@ece/platform/outbox/relay';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { Connection } from './connection.ts';
import { outboxOf } from './history.ts';
import { Hub } from './hub.ts';
import { LARGEST_MESSAGE, LARGEST_PAYLOAD, MOST_IN_MESSAGE, MOST_TOPICS } from './protocol.ts';
import { type Realtime, type RealtimeOptions, serveRealtime } from './server.ts';
import type { Reader } from './subscription.ts';

const log = createLogger({ level: 'silent', format: 'json' });
const tokenSecret = randomBytes(32);

let database: ServiceDatabase;
let relay: Relay;
let hub: Hub;
let app: FastifyInstance;
let url: string;
const open: Socket[] = [];

async function serve(
  target: Hub,
  options: Partial<RealtimeOptions> = {},
): Promise<{ app: FastifyInstance; url: string; realtime: Realtime }> {
  const served = createApp({ log, metrics: createMetrics() });
  const publicUrl = 'https://cards.example/';
  const realtime = serveRealtime(served, { hub: target, tokenSecret, publicUrl, ...options });
  await served.listen({ host: '127.0.0.1', port: 0 });
  const { port } = served.server.address() as AddressInfo;
  return { app: served, url: `ws://127.0.0.1:${port}/api/v1/realtime`, realtime };
}

beforeAll(async () => {
  database = await serviceDatabase();
  relay = new Relay({ db: database.db, log, idleMs: 20 });
  hub = new Hub({ outbox: outboxOf(database.db), log });
  let realtime: Realtime;
  ({ app, url, realtime } = await serve(hub));
  relay.listen((events) => realtime.deliver(events));
  await relay.start();
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.close();
  await until(() => hub.size === 0);
});
afterAll(async () => {
  await app.close();
  await relay.stop();
  await database.close();
});

interface Frame {
  topic: string;
  sequence: number;
  type: string;
  data: { n: number };
  subscribed?: { topic: string; sequence: number };
  error?: { code: string; topic?: string };
  reconnect?: { afterMs: number };
}

/** A client that keeps every frame and can wait for a condition on them. */
class Socket {
  readonly frames: Frame[] = [];
  readonly ws: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  #woken = Promise.withResolvers<void>();

  constructor(address: string, options: ClientOptions) {
    this.ws = new WebSocket(address, options);
    this.closed = new Promise((resolve) =>
      this.ws.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.ws.on('error', () => {});
    this.ws.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.#woken.resolve();
      this.#woken = Promise.withResolvers();
    });
  }

  say(message: object | string | Buffer): void {
    this.ws.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const lost = await Promise.race([this.#woken.promise, this.closed.then((close) => close)]);
      if (lost && !holds()) throw new Error(`closed with ${lost.code} ${lost.reason}`);
    }
  }

  events(topic: string): Frame[] {
    return this.frames.filter((frame) => frame.topic === topic && frame.sequence !== undefined);
  }

  async error(code: string, topic?: string): Promise<void> {
    await this.until(() =>
      this.frames.some((frame) => frame.error?.code === code && frame.error.topic === topic),
    );
  }

  async subscribe(topic: string, after?: number): Promise<number> {
    this.say({ subscribe: [{ topic, after }] });
    const before = this.frames.length;
    const found = () => this.frames.slice(before).find((frame) => frame.subscribed?.topic === topic);
    await this.until(() => found() !== undefined);
    return found()!.subscribed!.sequence;
  }

  close(): void {
    this.ws.terminate();
  }
}

async function connect(options: ClientOptions & { address?: string } = {}): Promise<Socket> {
  const { address = url, ...rest } = options;
  const socket = new Socket(address, { perMessageDeflate: false, ...rest });
  open.push(socket);
  await once(socket.ws, 'open');
  return socket;
}

/** The status of a refused upgrade. */
async function refusal(address: string, options: ClientOptions = {}): Promise<number> {
  const ws = new WebSocket(address, options);
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  return response.statusCode;
}

async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { timeout: 30_000, interval: 5 });
}

/** Lets other work of this process go first, a number of times. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

async function say(topic: string, count: number, first = 0, data: object = {}): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => ({
    topic,
    type: 'thing.done',
    data: { n: first + i, ...data },
  }));
  await atomically(database.db, (tx) => publish(tx, events));
  relay.hint();
}

const auction = () => `auction:${newId()}`;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const sequences = (frames: Frame[]) => frames.map((frame) => frame.sequence);

test('subscribers that join at random moments with random numbers get every event once and in order', async () => {
  const topics = [auction(), auction(), auction()];
  const total = 240;
  for (const topic of topics) await say(topic, 40);
  const sockets = await Promise.all(Array.from({ length: 6 }, () => connect()));
  const publishing = Promise.all(
    topics.map(async (topic) => {
      for (let n = 40; n < total; n += 4) {
        await say(topic, 4, n);
        if (Math.random() < 0.2) await turns(Math.random() * 50);
      }
    }),
  );
  const joins = Array.from({ length: 90 }, async (_, i) => {
    await turns(Math.random() * 2000);
    const topic = topics[i % topics.length]!;
    const socket = i % 3 === 0 ? await connect() : sockets[i % sockets.length]!;
    return { socket, topic, after: Math.random() < 0.3 ? undefined : Math.floor(Math.random() * 60) };
  });
  const first = new Map<string, { socket: Socket; topic: string; from: number }>();
  for (const joining of joins) {
    const { socket, topic, after } = await joining;
    const name = `${open.indexOf(socket)} ${topic}`;
    if (first.has(name)) continue;
    const from = await socket.subscribe(topic, after);
    if (after !== undefined) expect(from).toBe(after);
    first.set(name, { socket, topic, from });
  }
  await publishing;
  for (const { socket, topic, from } of first.values()) {
    await socket.until(() => socket.events(topic).at(-1)?.sequence === total || from === total);
    expect(sequences(socket.events(topic))).toEqual(numbers(from + 1, total));
  }
  expect(first.size).toBeGreaterThan(30);
});

test('history longer than a page comes whole, also while events go on', async () => {
  const topic = auction();
  await say(topic, 1700);
  const socket = await connect();
  await socket.subscribe(topic, 100);
  for (let n = 0; n < 20; n++) await say(topic, 5, n);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 1800);
  expect(sequences(socket.events(topic))).toEqual(numbers(101, 1800));
});

test('a subscriber that comes while a transaction commits does not miss it', async () => {
  const socket = await connect();
  for (let round = 0; round < 40; round++) {
    const topic = auction();
    await say(topic, 1);
    const drawn = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const writing = atomically(database.db, async (tx) => {
      await publish(tx, [{ topic, type: 'thing.done', data: { n: 2 } }]);
      drawn.resolve();
      await commit.promise;
    });
    await drawn.promise;
    if (round % 2) commit.resolve();
    const subscribed = socket.subscribe(topic, 1);
    if (round % 4 === 2) await subscribed;
    commit.resolve();
    await writing;
    relay.hint();
    await subscribed;
    await socket.until(() => socket.events(topic).length > 0);
    expect(sequences(socket.events(topic))).toEqual([2]);
  }
});

const live = (topic: string, sequence: number): OrderedEvent => ({
  topic,
  sequence: BigInt(sequence),
  type: 'thing.done',
  data: { n: sequence },
  at: new Date(),
  xid: '1',
  id: BigInt(sequence),
});

/** The numbers of the events in prepared frames. */
function numbersIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]!;
    const start = at + (short < 126 ? 2 : 4);
    const length = short < 126 ? short : bytes.readUInt16BE(at + 2);
    found.push((JSON.parse(bytes.toString('utf8', start, start + length)) as Frame).sequence);
    at = start + length;
  }
  return found;
}

/** A reader that keeps up, and keeps the numbers of what it gets. */
function readerOf(seen: number[]): Reader {
  return {
    write: (bytes) => void seen.push(...numbersIn(bytes)),
    behind: false,
    flushed: async () => {},
    cork: () => {},
    uncork: () => {},
    fail: () => {},
    lagging: undefined,
  };
}

test('numbers out of turn, doubled or delivered during the reading of history are put right', async () => {
  const own = new Hub({ outbox: outboxOf(database.db), log });
  for (let round = 0; round < 30; round++) {
    const topic = auction();
    await say(topic, 10);
    const seen: number[] = [];
    const subscription = own.register(topic, readerOf(seen));
    await own.locate([subscription]);
    own.begin(subscription, round % 8);
    own.deliver([live(topic, 9), live(topic, 10)]);
    await say(topic, 10, 10);
    own.deliver([live(topic, 12), live(topic, 11), live(topic, 11)]);
    if (round % 2) await until(() => seen.at(-1)! >= 10);
    own.deliver([live(topic, 14), live(topic, 13), live(topic, 20), live(topic, 15)]);
    await until(() => seen.at(-1) === 20);
    expect(seen).toEqual(numbers((round % 8) + 1, 20));
    own.end(subscription);
  }
  expect(own.size).toBe(0);
});

test('an event that is committed after the last page was read is sent without another one after it', async () => {
  const topic = auction();
  await say(topic, 3);
  const page = Promise.withResolvers<void>();
  let reads = 0;
  // Answers of the database reach the hub late once, as they do when the process is busy.
  const late = new Proxy(database.db, {
    apply: (target, _self, args) => {
      const query = Reflect.apply(target, undefined, args) as Promise<unknown>;
      return ++reads === 2 ? query.then(async (rows) => page.promise.then(() => rows)) : query;
    },
  });
  const own = new Hub({ outbox: outboxOf(late), log });
  const seen: number[] = [];
  const subscription = own.register(topic, readerOf(seen));
  await own.locate([subscription]);
  own.begin(subscription, 0);
  await until(() => reads > 1);
  await say(topic, 1, 3);
  own.deliver([live(topic, 4)]);
  page.resolve();
  await until(() => seen.length === 4);
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('a socket whose history cannot be read is closed so that its client asks again', async () => {
  const broken = Object.assign(() => Promise.reject(new Error('no database')), {}) as never;
  const server = await serve(new Hub({ outbox: outboxOf(broken), log }));
  const withoutNumber = await connect({ address: server.url });
  withoutNumber.say({ subscribe: [{ topic: 'market' }] });
  expect(await withoutNumber.closed).toMatchObject({ code: 1013 });
  const withNumber = await connect({ address: server.url });
  withNumber.say({ subscribe: [{ topic: 'market', after: 0 }] });
  expect(await withNumber.closed).toMatchObject({ code: 1013 });
  await server.app.close();
});

test('private topics need the token of their account', async () => {
  const accountId = newId();
  const topic = `user:${accountId}`;
  await say(topic, 3);
  const principal = (id: string) => ({ accountId: id, role: 'collector' as const, sessionId: newId() });
  const token = await signAccessToken(tokenSecret, principal(accountId), 600);
  const foreign = await signAccessToken(tokenSecret, principal(newId()), 600);
  const expired = await signAccessToken(tokenSecret, principal(accountId), -60);

  const nobody = await connect();
  nobody.say({ subscribe: [{ topic, after: 0 }] });
  await nobody.error('unauthenticated', topic);

  const other = await connect({ headers: { authorization: `Bearer ${foreign}` } });
  other.say({ subscribe: [{ topic, after: 0 }] });
  await other.error('forbidden', topic);

  const late = await connect();
  late.say({ authenticate: expired, subscribe: [{ topic, after: 0 }] });
  await late.error('unauthenticated', undefined);
  await late.error('unauthenticated', topic);
  late.say({ authenticate: token, subscribe: [{ topic, after: 1 }] });
  await late.until(() => late.events(topic).length === 2);

  const byHeader = await connect({ headers: { authorization: `Bearer ${token}` } });
  await byHeader.subscribe(topic, 0);
  await byHeader.until(() => byHeader.events(topic).length === 3);

  expect(nobody.events(topic)).toEqual([]);
  expect(other.events(topic)).toEqual([]);
  for (const bad of [expired, 'nonsense', 'a.b.c']) {
    expect(await refusal(url, { headers: { authorization: `Bearer ${bad}` } })).toBe(401);
  }
});

test('somebody who signs in as another on the same socket no longer gets the first one’s events', async () => {
  const [one, two] = [newId(), newId()];
  const tokenOf = (accountId: string) =>
    signAccessToken(tokenSecret, { accountId, role: 'collector', sessionId: newId() }, 600);
  const socket = await connect();
  socket.say({ authenticate: await tokenOf(one) });
  await socket.subscribe(`user:${one}`, 0);
  socket.say({ authenticate: await tokenOf(two) });
  await socket.subscribe(`user:${two}`, 0);
  await say(`user:${one}`, 1);
  await say(`user:${two}`, 1);
  await socket.until(() => socket.events(`user:${two}`).length === 1);
  expect(socket.events(`user:${one}`)).toEqual([]);
});

/** An identity with a session, and its token. */
async function signedIn(seconds = 600) {
  const principal = { accountId: newId(), role: 'collector' as const, sessionId: newId() };
  const token = await signAccessToken(tokenSecret, principal, seconds);
  return { ...principal, token, topic: `user:${principal.accountId}` };
}

async function endSession({ topic, sessionId }: { topic: string; sessionId: string }): Promise<void> {
  await atomically(database.db, (tx) =>
    publish(tx, [{ topic, type: 'session.ended', data: { sessionIds: [sessionId] } }]),
  );
  relay.hint();
}

test('a session that ends closes its sockets in every process, and no others', async () => {
  const person = await signedIn();
  const elsewhere = { ...person, sessionId: newId() };
  const otherToken = await signAccessToken(tokenSecret, elsewhere, 600);
  const second = await serve(hub);
  const stop = relay.listen((events) => second.realtime.deliver(events));
  const authorization = `Bearer ${person.token}`;
  const sockets = await Promise.all([
    connect({ headers: { authorization } }),
    connect({ headers: { authorization }, address: second.url }),
  ]);
  const late = await connect();
  late.say({ authenticate: person.token });
  const other = await connect({ headers: { authorization: `Bearer ${otherToken}` } });
  for (const socket of [...sockets, late, other]) await socket.subscribe(person.topic, 0);
  await endSession(person);
  for (const socket of [...sockets, late]) {
    expect(await socket.closed).toEqual({ code: 4401, reason: 'the session has ended' });
  }
  await other.until(() => other.events(person.topic).length === 1);
  expect(other.ws.readyState).toBe(WebSocket.OPEN);

  // What is left of its access token opens nothing.
  expect(await refusal(url, { headers: { authorization } })).toBe(401);
  const again = await connect();
  again.say({ authenticate: person.token });
  await again.error('unauthenticated');
  stop();
  await second.app.close();
});

test('a token that expires closes a socket with private topics; one without them goes on as nobody', async () => {
  const [one, two] = [await signedIn(-3), await signedIn(-3)];
  const socket = await connect({ headers: { authorization: `Bearer ${one.token}` } });
  await socket.subscribe(one.topic, 0);
  const open = await connect({ headers: { authorization: `Bearer ${two.token}` } });
  await open.subscribe('market');
  expect(await socket.closed).toEqual({ code: 4401, reason: 'the access token has expired' });
  await vi.waitFor(
    async () => {
      open.say({ subscribe: [{ topic: two.topic }] });
      await open.error('unauthenticated', two.topic);
    },
    { timeout: 5000, interval: 300 },
  );
  expect(open.ws.readyState).toBe(WebSocket.OPEN);
});

test('a token that is renewed in time keeps the socket and its private topics', async () => {
  const person = await signedIn(-3);
  const socket = await connect({ headers: { authorization: `Bearer ${person.token}` } });
  await socket.subscribe(person.topic, 0);
  socket.say({ authenticate: await signAccessToken(tokenSecret, person, 600) });
  const witness = await connect({ headers: { authorization: `Bearer ${person.token}` } });
  await witness.subscribe(person.topic, 0);
  await witness.closed;
  await say(person.topic, 1);
  await socket.until(() => socket.events(person.topic).length === 1);
});

test('sockets and topics of one address and of one account are bounded', async () => {
  const small = await serve(hub, {
    trustProxy: true,
    limits: { address: { sockets: 3, topics: 120 }, account: { sockets: 2, topics: 110 } },
  });
  const from = (address: string, token?: string) => ({
    address: small.url,
    headers: { 'x-forwarded-for': address, ...(token && { authorization: `Bearer ${token}` }) },
  });
  const follow = (socket: Socket, count: number) =>
    socket.say({ subscribe: Array.from({ length: count }, () => ({ topic: auction() })) });
  const refusals = (socket: Socket) => socket.frames.filter((frame) => frame.error).length;

  const sockets = await Promise.all([1, 2, 3].map(() => connect(from('203.0.113.1'))));
  const { address, headers } = from('203.0.113.1');
  expect(await refusal(address, { headers })).toBe(429);
  await connect(from('203.0.113.2'));
  follow(sockets[0]!, 100);
  follow(sockets[1]!, 25);
  await sockets[1]!.until(() => refusals(sockets[1]!) === 5);
  sockets[0]!.close();
  await vi.waitFor(async () => sockets.push(await connect(from('203.0.113.1'))));
  follow(sockets[1]!, 80);
  await sockets[1]!.until(() => sockets[1]!.frames.filter((frame) => frame.subscribed).length === 100);

  const { token } = await signedIn();
  const [first, second] = await Promise.all(
    ['203.0.113.3', '203.0.113.4'].map((a) => connect(from(a, token))),
  );
  const third = await connect(from('203.0.113.5', token));
  await third.error('too_many_requests');
  expect(await third.closed).toMatchObject({ code: 1008 });
  follow(first!, 100);
  await first!.until(() => first!.frames.length === 100);
  follow(second!, 15);
  await second!.until(() => refusals(second!) === 5);
  await small.app.close();
});

test('topics that do not exist are refused', async () => {
  const socket = await connect();
  const topics = ['auction:1', 'card:', `shop:${newId()}`, `auction:${newId()}:x`, 'MARKET', 'user:'];
  socket.say({ subscribe: topics.map((topic) => ({ topic })) });
  for (const topic of topics) await socket.error('not_found', topic);
  expect(hub.size).toBe(0);
  for (const kind of ['auction', 'card', 'set']) {
    expect(await socket.subscribe(`${kind}:${newId()}`)).toBeTypeOf('number');
  }
});

test('messages that are none are answered, and many of them close the socket', async () => {
  const socket = await connect();
  const bad = ['', 'x', '[]', '{}', 'null', '{"subscribe":[{"topic":"market","after":-1}]}', '{"other":1}'];
  for (const message of bad) socket.say(message);
  socket.say(Buffer.from('{"subscribe":[]}'));
  await socket.until(() => socket.frames.length === bad.length + 1);
  expect(socket.frames.every((frame) => frame.error?.code === 'validation_failed')).toBe(true);
  expect(await socket.subscribe('market')).toBeTypeOf('number');
  socket.say('x');
  socket.say('x');
  expect(await socket.closed).toMatchObject({ code: 1008 });
});

test('a message over the bound is refused, and one far over it closes the socket with "too big"', async () => {
  const socket = await connect();
  socket.say('x'.repeat(LARGEST_MESSAGE + 1));
  await socket.error('payload_too_large', undefined);
  expect(await socket.subscribe('market')).toBeTypeOf('number');
  socket.say('x'.repeat(LARGEST_PAYLOAD + 1));
  expect(await socket.closed).toMatchObject({ code: 1009 });
});

test('too many messages are refused, and go on to close the socket', async () => {
  const socket = await connect();
  for (let i = 0; i < 200; i++) socket.say({ unsubscribe: ['market'] });
  expect(await socket.closed).toMatchObject({ code: 1008, reason: 'too many messages' });
  expect(socket.frames.filter((frame) => frame.error?.code === 'too_many_requests')).toHaveLength(10);
});

test('a socket follows a bounded number of topics, and may replace what it follows', async () => {
  const socket = await connect();
  const topics = Array.from({ length: MOST_TOPICS }, auction);
  for (let i = 0; i < topics.length; i += MOST_IN_MESSAGE) {
    socket.say({ subscribe: topics.slice(i, i + MOST_IN_MESSAGE).map((topic) => ({ topic, after: 0 })) });
  }
  await socket.until(() => socket.frames.filter((frame) => frame.subscribed).length === MOST_TOPICS);
  const more = auction();
  socket.say({ subscribe: [{ topic: more }] });
  await socket.error('too_many_requests', more);
  await socket.subscribe(topics[0]!, 0);
  socket.say({ unsubscribe: [topics[1]!] });
  await socket.subscribe(more, 0);
  expect(hub.size).toBe(MOST_TOPICS);
});

test('what was unsubscribed is silent, and a topic may be followed anew from another number', async () => {
  const [topic, other] = [auction(), auction()];
  await say(topic, 5);
  const socket = await connect();
  await socket.subscribe(topic, 3);
  await socket.subscribe(other, 0);
  await socket.until(() => socket.events(topic).length === 2);
  socket.say({ unsubscribe: [topic, auction()] });
  await socket.subscribe(other, 0);
  await say(topic, 1, 5);
  await say(other, 1);
  await socket.until(() => socket.events(other).length === 1);
  expect(sequences(socket.events(topic))).toEqual([4, 5]);
  expect(hub.size).toBe(1);

  socket.frames.length = 0;
  await socket.subscribe(topic, 0);
  await socket.subscribe(topic, 1);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 6);
  await say(topic, 1, 6);
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 7);
  const seen = sequences(socket.events(topic));
  const start = seen.lastIndexOf(2);
  expect(seen.slice(start)).toEqual(numbers(2, 7));
  expect(seen.slice(0, start)).toEqual(numbers(1, start));
  expect(hub.size).toBe(2);
});

test('pages of other origins cannot open the feed', async () => {
  const { host } = new URL(url);
  expect(await refusal(url, { headers: { origin: 'https://evil.example' } })).toBe(403);
  expect(await refusal(url, { headers: { origin: 'null' } })).toBe(403);
  expect(await refusal(url, { headers: { origin: 'https://cards.example.evil.example' } })).toBe(403);
  await connect({ headers: { origin: 'https://cards.example' } });
  await connect({ headers: { origin: `http://${host}` } });
});

test('an upgrade elsewhere is answered instead of left open', async () => {
  expect(await refusal(url.replace('/realtime', '/auctions'))).toBe(404);
});

test('a reader that stops reading is closed, and the others are not held up', async () => {
  const topic = auction();
  const closing = vi.spyOn(Connection.prototype, 'close');
  const server = await serve(hub, { slowReaderMs: 3000 });
  const slow = await connect({ address: server.url });
  const quick = await connect({ address: server.url });
  await slow.subscribe(topic, 0);
  await quick.subscribe(topic, 0);
  slow.ws.pause();
  const padding = 'x'.repeat(10_000);
  for (let n = 0; n < 1500; n += 50) await say(topic, 50, n, { padding });
  await quick.until(() => quick.events(topic).length === 1500);
  expect(sequences(quick.events(topic))).toEqual(numbers(1, 1500));
  await vi.waitFor(() => expect(closing).toHaveBeenCalledWith(1013, 'reading too slowly'), {
    timeout: 30_000,
  });
  closing.mockRestore();
  slow.ws.resume();
  await slow.closed;
  expect(slow.events(topic).length).toBeLessThan(1500);
  expect(sequences(slow.events(topic))).toEqual(numbers(1, slow.events(topic).length));
  await server.app.close();
});

test('a long history goes out at the pace of its reader', async () => {
  const topic = auction();
  const padding = 'x'.repeat(1500);
  for (let n = 0; n < 8000; n += 500) await say(topic, 500, n, { padding });
  const socket = await connect();
  await socket.subscribe(topic, 0);
  socket.ws.pause();
  await turns(500);
  socket.ws.resume();
  await socket.until(() => socket.events(topic).at(-1)?.sequence === 8000);
  expect(sequences(socket.events(topic))).toEqual(numbers(1, 8000));
});

test('a process that stops says so, and does not wait for clients that do not answer', async () => {
  const server = await serve(hub);
  const polite = await connect({ address: server.url });
  const deaf = await connect({ address: server.url });
  await deaf.subscribe('market');
  deaf.ws.pause();
  await server.app.close();
  expect(await polite.closed).toMatchObject({ code: 1012 });
  expect(polite.frames.at(-1)?.reconnect?.afterMs).toBeLessThanOrEqual(1000);
});

test('subscriptions of a socket that is gone are forgotten', async () => {
  const socket = await connect();
  for (let i = 0; i < 20; i++) socket.say({ subscribe: [{ topic: auction() }] });
  await socket.until(() => socket.frames.length > 0);
  socket.close();
  const other = await connect();
  await other.subscribe('market');
  await until(() => hub.size === 1);
});
