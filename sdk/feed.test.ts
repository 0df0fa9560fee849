import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { outboxOf } from '@ece/edge/realtime/history';
import { Hub } from '@ece/edge/realtime/hub';
import { serveRealtime } from '@ece/edge/realtime/server';
import { atomically } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { createApp } from '@ece/platform/http/app';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { publish } from '@ece/platform/outbox/publish';
import { Relay } from '@ece/platform/outbox/relay';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../tests/support/service-database.ts';
import { eventually } from '../tests/support/world.ts';
import { type Feed, openFeed, pauseBefore } from './feed.ts';

const log = createLogger({ level: 'silent', format: 'json' });
const tokenSecret = randomBytes(32);
let database: ServiceDatabase;
let relay: Relay;
let server: FastifyInstance;
let port = 0;
let feed: Feed | undefined;

async function serve(): Promise<void> {
  const hub = new Hub({ outbox: outboxOf(database.db), log });
  relay = new Relay({ db: database.db, log, idleMs: 20 });
  server = createApp({ log, metrics: createMetrics() });
  const realtime = serveRealtime(server, { hub, tokenSecret, publicUrl: 'http://localhost' });
  relay.listen((events) => realtime.deliver(events));
  await relay.start();
  await server.listen({ host: '127.0.0.1', port });
  port = (server.server.address() as AddressInfo).port;
}
async function stop(): Promise<void> {
  await server.close();
  await relay.stop();
}

beforeAll(async () => {
  database = await serviceDatabase();
  await serve();
});
afterEach(() => feed?.close());
afterAll(async () => {
  await stop();
  await database.close();
});

const say = (topic: string, count: number) =>
  atomically(database.db, (tx) =>
    publish(
      tx,
      Array.from({ length: count }, () => ({ topic, type: 'auction.opened', data: {} })),
    ),
  );
const numbers = (to: number) => Array.from({ length: to }, (_, i) => i + 1);

interface Heard {
  feed: Feed;
  events: Map<string, number[]>;
  subscribed: string[];
  errors: string[];
  states: string[];
}

function listen(token: () => Promise<string | undefined> = async () => undefined): Heard {
  const heard = {
    events: new Map<string, number[]>(),
    subscribed: [] as string[],
    errors: [] as string[],
    states: [] as string[],
  };
  feed = openFeed(`http://127.0.0.1:${port}/api/v1`, token, {
    event: ({ topic, sequence }) => {
      const list = heard.events.get(topic) ?? [];
      heard.events.set(topic, list);
      list.push(sequence);
    },
    subscribed: (topic) => heard.subscribed.push(topic),
    error: ({ code }) => heard.errors.push(code),
    state: (state) => heard.states.push(state),
  });
  return { feed, ...heard };
}

test('a feed comes back after restarts and asks for what it missed, also for private topics', async () => {
  const accountId = newId();
  const [auction, mine] = [`auction:${newId()}`, `user:${accountId}`];
  let tokens = 0;
  const heard = listen(() => {
    tokens++;
    return signAccessToken(tokenSecret, { accountId, role: 'collector', sessionId: newId() }, 60);
  });
  heard.feed.subscribe(auction);
  heard.feed.subscribe(mine, 0);
  await eventually(async () => heard.subscribed.length === 2);
  let total = 0;
  for (let round = 0; round < 2; round++) {
    await say(auction, 5);
    await say(mine, 5);
    await stop();
    await say(auction, 5);
    await say(mine, 5);
    await serve();
    await say(auction, 5);
    await say(mine, 5);
    total += 15;
    await eventually(async () => [auction, mine].every((topic) => heard.events.get(topic)?.at(-1) === total));
  }
  expect(heard.events.get(auction)).toEqual(numbers(30));
  expect(heard.events.get(mine)).toEqual(numbers(30));
  expect(heard.errors).toEqual([]);
  expect(tokens).toBeGreaterThanOrEqual(3);
  expect(heard.states.filter((state) => state === 'connected')).toHaveLength(3);
});

test('a feed that follows more topics than one message takes comes back with all of them', async () => {
  const topics = Array.from({ length: 230 }, () => `auction:${newId()}`);
  const heard = listen();
  // What is followed before the connection is there goes along when it opens.
  for (const topic of topics) heard.feed.subscribe(topic);
  await eventually(async () => heard.subscribed.length === topics.length);
  await stop();
  await serve();
  await eventually(async () => heard.subscribed.length === topics.length * 2);
  await say(topics.at(-1)!, 1);
  await eventually(async () => heard.events.has(topics.at(-1)!));
  // As many at once on an open connection, and as many given up, are few messages as well.
  for (const topic of topics) heard.feed.unsubscribe(topic);
  const others = topics.map(() => `auction:${newId()}`);
  for (const topic of others) heard.feed.subscribe(topic);
  await eventually(async () => heard.subscribed.length === topics.length * 3);
  await say(topics[0]!, 1);
  await say(others.at(-1)!, 1);
  await eventually(async () => heard.events.has(others.at(-1)!));
  expect(heard.events.has(topics[0]!)).toBe(false);
  expect(heard.errors).toEqual([]);
  expect(heard.states).toEqual(['connected', 'reconnecting', 'connected']);
});

test('a topic that is followed anew from an earlier number comes whole from there', async () => {
  const topic = `auction:${newId()}`;
  await say(topic, 10);
  const seen: number[] = [];
  let again = false;
  const own = openFeed(`http://127.0.0.1:${port}/api/v1`, async () => undefined, {
    event({ sequence }) {
      seen.push(sequence);
      // The frames behind this one are on their way already.
      if (sequence !== 11 || again) return;
      again = true;
      own.subscribe(topic, 3);
    },
  });
  feed = own;
  own.subscribe(topic, 0);
  await eventually(async () => seen.length === 10);
  await say(topic, 300);
  await eventually(async () => seen.at(-1) === 310 && seen.length > 11);
  expect(seen).toEqual([...numbers(11), ...numbers(310).slice(3)]);
});

test('what is unsubscribed is silent, and what the server refuses is told', async () => {
  const [one, two] = [`auction:${newId()}`, `auction:${newId()}`];
  const heard = listen();
  heard.feed.subscribe(one);
  heard.feed.subscribe(two);
  heard.feed.subscribe(`user:${newId()}`);
  await eventually(async () => heard.subscribed.length === 2 && heard.errors.length === 1);
  expect(heard.errors).toEqual(['unauthenticated']);
  heard.feed.unsubscribe(one);
  await say(one, 1);
  await say(two, 1);
  await eventually(async () => heard.events.has(two));
  expect(heard.events.has(one)).toBe(false);
});

test('a feed that is closed while it waits to reconnect stays closed', async () => {
  const heard = listen();
  await eventually(async () => heard.states.includes('connected'));
  await stop();
  await eventually(async () => heard.states.includes('reconnecting'));
  heard.feed.close();
  // Another feed waits just as long; once it is back, the closed one would have been.
  const other = listen();
  await eventually(async () => other.states.includes('reconnecting'));
  await serve();
  await eventually(async () => other.states.includes('connected'));
  other.feed.close();
  expect(heard.states).toEqual(['connected', 'reconnecting', 'closed']);
});

test('tries become rarer, by chance, and the first one comes when the server has said', () => {
  for (let failures = 0; failures < 20; failures++) {
    const longest = Math.min(10_000, 200 * 2 ** failures);
    expect(pauseBefore(failures, undefined, 0)).toBe(longest / 2);
    expect(pauseBefore(failures, undefined, 1)).toBe(longest);
  }
  expect(pauseBefore(0, 730)).toBe(730);
  expect(pauseBefore(0, 1e9)).toBe(10_000);
  expect(pauseBefore(1, 730, 0)).toBe(200);
});

test('when its session ends a feed goes on with what everybody may follow', async () => {
  const [accountId, sessionId] = [newId(), newId()];
  const [open, mine] = [`auction:${newId()}`, `user:${accountId}`];
  const heard = listen(() => signAccessToken(tokenSecret, { accountId, role: 'collector', sessionId }, 60));
  heard.feed.subscribe(open);
  heard.feed.subscribe(mine, 0);
  await eventually(async () => heard.subscribed.length === 2);
  await atomically(database.db, (tx) =>
    publish(tx, [{ topic: mine, type: 'session.ended', data: { sessionIds: [sessionId] } }]),
  );
  await eventually(async () => heard.subscribed.length === 3);
  await say(open, 3);
  await say(mine, 3);
  await eventually(async () => heard.events.get(open)?.length === 3);
  expect(heard.states).toEqual(['connected', 'reconnecting', 'connected']);
  expect(heard.errors).toEqual(['unauthenticated', 'unauthenticated']);
  expect(heard.events.get(mine)).toEqual([1]);
});
