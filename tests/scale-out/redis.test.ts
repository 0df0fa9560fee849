import { createServer } from 'node:net';
import { atomically } from '@ece/platform/db/database';
import { shareCountsJob } from '@ece/platform/limits/share-counts';
import { WindowCounts } from '@ece/platform/limits/window-counts';
import { createLogger } from '@ece/platform/log/log';
import { shareHints } from '@ece/platform/outbox/hints';
import { publish } from '@ece/platform/outbox/publish';
import { Relay } from '@ece/platform/outbox/relay';
import { openRedis, type Redis } from '@ece/platform/redis/redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../support/service-database.ts';
import { type RedisServer, startCluster, startRedis } from './support/redis.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const log = createLogger({ level: 'silent', format: 'json' });

describe.each([
  ['a single server', async () => [await startRedis()]],
  ['a cluster', startCluster],
])('with %s', (_, start) => {
  let nodes: RedisServer[];
  let opened: Redis[];
  beforeEach(async () => {
    nodes = await start();
    opened = [];
  }, 120_000);
  afterEach(async () => {
    for (const redis of opened) redis.close();
    await Promise.all(nodes.map((node) => node.stop()));
  });

  const open = async () => {
    const urls = nodes.map(({ url }) => url);
    const redis = openRedis(urls, log);
    opened.push(redis);
    await vi.waitFor(() => expect(redis.isReady()).toBe(true), PATIENCE);
    return redis;
  };

  test('counters are raised together and end by themselves', async () => {
    const [one, other] = [await open(), await open()];
    const raise = (redis: Redis) =>
      redis.raise([
        { key: 'a', by: 2, endsInMs: 300 },
        { key: 'b', by: 1, endsInMs: 60_000 },
      ]);
    expect(await raise(one)).toEqual([2, 1]);
    expect(await raise(other)).toEqual([4, 2]);
    await vi.waitFor(
      async () => expect(await one.raise([{ key: 'a', by: 0, endsInMs: 300 }])).toEqual([0]),
      PATIENCE,
    );
  });

  test('two gateways refuse together what each would allow alone, and count on alone while it is away', async () => {
    const gateways = await Promise.all(
      [0, 1].map(async () => {
        const counts = new WindowCounts({ windowMs: 3_600_000, most: 100 });
        return { counts, job: shareCountsJob('calls', counts, await open()) };
      }),
    );
    const use = (n: number) => gateways[n]!.counts.add('somebody', Date.now()).used;
    const share = async () => {
      for (const { job } of [...gateways, ...gateways]) await job.run();
    };
    for (let i = 0; i < 5; i++) use(0);
    for (let i = 0; i < 3; i++) use(1);
    await share();
    use(0);
    await share();
    expect(use(0)).toBe(10);
    use(1);
    await share();
    expect(use(1)).toBe(12);
    for (const node of nodes) await node.kill();
    const before = use(0);
    await share();
    expect(use(0)).toBe(before + 1);
  });

  test('what is published is heard by everybody, also after it was away', async () => {
    const [teller, listener] = [await open(), await open()];
    const heard: string[] = [];
    listener.subscribe('news', (message) => heard.push(message));
    const tellUntilHeard = (message: string) =>
      vi.waitFor(() => {
        teller.publish('news', message);
        expect(heard).toContain(message);
      }, PATIENCE);
    await tellUntilHeard('first');
    if (nodes.length > 1) return;
    await nodes[0]!.kill();
    teller.publish('news', 'lost');
    await nodes[0]!.restart();
    await tellUntilHeard('second');
    expect(heard).not.toContain('lost');
  });
});

test('an exchange comes up without its Redis, and a server that never answers is not waited for', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(silent.address()).not.toBeNull(), PATIENCE);
  const { port } = silent.address() as { port: number };
  const redis = openRedis([`redis://127.0.0.1:${port}`], log);
  expect(redis.isReady()).toBe(false);
  redis.publish('news', 'nobody hears it');
  expect(await redis.raise([{ key: 'a', by: 1, endsInMs: 1000 }])).toEqual([undefined]);
  redis.close();
  silent.close();
});

describe('hints', () => {
  let database: ServiceDatabase;
  let redis: RedisServer;
  beforeAll(async () => {
    [database, redis] = await Promise.all([serviceDatabase(), startRedis()]);
  });
  afterAll(() => Promise.all([database.close(), redis.stop()]));

  test('a commit in one process wakes the relay of another', async () => {
    const sharing = [0, 1].map(() => openRedis([redis.url], log));
    // Without a hint this relay would not look within the time that the test has.
    const relay = new Relay({ db: database.db, log, idleMs: 3_600_000 });
    const seen: string[] = [];
    relay.listen((events) => seen.push(...events.map(({ topic }) => topic)));
    await relay.start();
    shareHints(sharing[1]!, () => relay.hint());
    const hint = shareHints(sharing[0]!, () => {});
    await vi.waitFor(() => expect(sharing.every((one) => one.isReady())).toBe(true), PATIENCE);
    const event = { topic: 'far', type: 'thing.done', data: {} };
    await atomically(database.db, (tx) => publish(tx, [event]));
    await vi.waitFor(() => {
      hint();
      expect(seen).toContain('far');
    }, PATIENCE);
    for (const one of sharing) one.close();
    await relay.stop();
  });
});
