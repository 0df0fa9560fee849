import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { MAX_AGE_MS, serveHotPages } from '@ece/edge/gateway/hot-pages';
import { sharePages } from '@ece/edge/gateway/shared-pages';
import { shareSessions } from '@ece/edge/gateway/shared-sessions';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { openRedis, type Redis } from '@ece/platform/redis/redis';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RedisServer, startCluster, startRedis } from './support/redis.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const log = createLogger({ level: 'silent', format: 'json' });
const event = (id: number, topic: string, data: Record<string, unknown> = {}, type = 'thing.done') =>
  ({ xid: '7', id: BigInt(id), topic, type, data }) as unknown as OrderedEvent;

/** A gateway whose pages say how many have been made, by all gateways together. */
interface Gateway {
  get(path?: string): Promise<string>;
  /** Lets it see events, as its relay does. */
  see(...events: OrderedEvent[]): void;
  read(cookie: string): Promise<Principal | undefined>;
}

describe.each([
  ['a single server', async () => [await startRedis()]],
  ['a cluster', startCluster],
])('gateways that share %s', (_, start) => {
  let nodes: RedisServer[];
  let opened: Redis[];
  let apps: FastifyInstance[];
  /** What was made, and who was asked for. */
  let made: number;
  let asked: string[];
  let sessions: Map<string, Principal>;
  const secret = randomBytes(32);

  beforeEach(async () => {
    [nodes, opened, apps, made, asked, sessions] = [[], [], [], 0, [], new Map()];
    nodes = await start();
  }, 120_000);
  afterEach(async () => {
    for (const app of apps) {
      app.server.closeAllConnections();
      await app.close();
    }
    for (const redis of opened) redis.close();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  async function open(key = secret): Promise<Gateway> {
    const redis = openRedis(
      nodes.map(({ url }) => url),
      log,
    );
    opened.push(redis);
    await vi.waitFor(() => expect(redis.isReady()).toBe(true), PATIENCE);
    const listeners: ((events: OrderedEvent[]) => void)[] = [];
    const listen = (listener: (events: OrderedEvent[]) => void) => void listeners.push(listener);
    const metrics = createMetrics();
    const app = createApp({ log, metrics });
    serveHotPages(app, { listen, metrics, shared: sharePages(redis, MAX_AGE_MS) });
    app.register(async (scope) => {
      scope.get('/api/v1/listings', async () => ({ made: ++made, of: 'Käthe' }));
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    apps.push(app);
    const read = shareSessions({
      ...{ redis, listen, secret: key },
      read: async (cookie) => {
        asked.push(cookie);
        return sessions.get(cookie);
      },
    });
    return {
      get: async (path = '/listings') => await (await fetch(`${url}/api/v1${path}`)).text(),
      see: (...events) => {
        for (const listener of listeners) listener(events);
      },
      read,
    };
  }

  /** Gateways that have seen the same, and a page that the first one has made. */
  async function pair(): Promise<[Gateway, Gateway]> {
    const both: [Gateway, Gateway] = [await open(), await open()];
    for (const gateway of both) gateway.see(event(1, 'card:1'));
    return both;
  }

  test('one sends what the other has made, until it has seen more', async () => {
    const [one, other] = await pair();
    // A page counts for a second: on a slow machine it is over at once, and then there is another try.
    await vi.waitFor(async () => {
      const first = await one.get();
      const before = made;
      expect(await other.get()).toBe(first);
      expect(made).toBe(before);
    }, PATIENCE);
    const known = made;
    other.see(event(2, 'card:2'));
    expect(JSON.parse(await other.get())).toEqual({ made: known + 1, of: 'Käthe' });
    // The first one has not seen it yet, and does not take the newer page for its own.
    one.see(event(3, 'auction:1'), event(4, 'user:1'));
    one.see(event(2, 'card:2'));
    await vi.waitFor(async () => {
      const answers = [await other.get(), await one.get()];
      expect(answers[0]).toBe(answers[1]);
    }, PATIENCE);
  });

  test('emptied and killed, it costs the making of pages and nothing else', async () => {
    const [one, other] = await pair();
    const count = async (gateway: Gateway, id: number) => {
      gateway.see(event(id, 'card:1'));
      const before = made;
      expect(JSON.parse(await gateway.get())).toEqual({ made: before + 1, of: 'Käthe' });
    };
    await count(one, 10);
    for (const node of nodes) node.command('flushall');
    await count(other, 10);
    for (const node of nodes) await node.kill();
    await count(one, 11);
    await count(other, 11);
    sessions.set('somebody', { accountId: newId(), role: 'collector', sessionId: newId() });
    expect(await one.read('somebody')).toEqual(sessions.get('somebody'));
    expect(await other.read('somebody')).toEqual(sessions.get('somebody'));
    expect(asked).toEqual(['somebody', 'somebody']);
  });

  test('a cookie is asked for once, and a session that has ended is not believed', async () => {
    const [one, other] = await pair();
    const principal: Principal = { accountId: newId(), role: 'admin', sessionId: newId() };
    sessions.set('cookie', principal);
    await vi.waitFor(async () => {
      asked = [];
      expect(await one.read('cookie')).toEqual(principal);
      expect(await other.read('cookie')).toEqual(principal);
      expect(asked.length).toBeLessThan(2);
    }, PATIENCE);
    sessions.delete('cookie');
    other.see(
      event(5, `user:${principal.accountId}`, { sessionIds: [principal.sessionId] }, 'session.ended'),
    );
    expect(await other.read('cookie')).toBeUndefined();
    // Who has not heard of it believes it for three seconds at the most.
    await vi.waitFor(async () => expect(await one.read('cookie')).toBeUndefined(), PATIENCE);
    expect(await one.read('nobody')).toBeUndefined();
  });

  test('what somebody else has written there is not believed', async () => {
    const forger = await open(randomBytes(32));
    const gateway = await open();
    const [victim, own] = [newId(), newId()].map(
      (accountId): Principal => ({ accountId, role: 'admin', sessionId: newId() }),
    );
    sessions.set('cookie', own!);
    sessions.set('forged', victim!);
    await forger.read('cookie');
    expect(await gateway.read('cookie')).toEqual(own);
    expect(asked).toEqual(['cookie', 'cookie']);
    if (nodes.length > 1) return;
    // A good note of another cookie, put where ours would be.
    await gateway.read('forged');
    const [note, place] = await vi.waitFor(() => {
      const keys = nodes[0]!.command('keys', 'ece:session:*').trim().split('\n');
      expect(keys.length).toBe(2);
      const texts = keys.map((key) => nodes[0]!.command('get', key).trim());
      const at = texts.findIndex((text) => text.includes(victim!.accountId));
      return [texts[at]!, keys[1 - at]!] as const;
    }, PATIENCE);
    nodes[0]!.command('set', place, note);
    expect(await gateway.read('cookie')).toEqual(own);
  });
});

test('a Redis that falls silent is waited for a moment, and then not asked for a while', async () => {
  let silent = false;
  let heard = 0;
  const server = createServer((client) => {
    client.on('data', (bytes) => {
      if (silent) heard++;
      // It answers the greeting, one line to each command.
      else client.write('+OK\r\n'.repeat(bytes.toString().split('*').length - 1));
    });
  }).listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(server.address()).not.toBeNull(), PATIENCE);
  const { port } = server.address() as { port: number };
  const redis = openRedis([`redis://127.0.0.1:${port}`], log);
  await vi.waitFor(() => expect(redis.isReady()).toBe(true), PATIENCE);
  silent = true;
  expect(await redis.recall('first')).toBeUndefined();
  expect(heard).toBe(1);
  expect(await redis.recall('second')).toBeUndefined();
  expect(heard).toBe(1);
  redis.close();
  server.close();
});
