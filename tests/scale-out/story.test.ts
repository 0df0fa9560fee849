import { openDatabase } from '@ece/platform/db/database';
import { createClient } from '@ece/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';
import { hasOpenSearch, type OpenSearchServer, startOpenSearch } from './support/opensearch.ts';
import { harass, type RedisServer, startRedis } from './support/redis.ts';

let redis: RedisServer;
let engine: OpenSearchServer | undefined;
let exchange: ShapedExchange | undefined;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  const codes = await exchange?.stop();
  await redis.stop();
  await engine?.stop();
  exchange = undefined;
  engine = undefined;
  expect(codes?.filter((code) => code !== 0) ?? []).toEqual([]);
});

test('the story holds with a process for each role while Redis is emptied and killed', async () => {
  exchange = await startShape('roles', { ECE_REDIS_URL: redis.url });
  const hearts = redis.command('client', 'list').split('\n').filter(Boolean);
  expect(hearts.length).toBeGreaterThan(exchange.servers.size);
  const harassing = harass(redis);
  const text = await tell(exchange).finally(async () => {
    const { emptied, killed } = await harassing.end();
    expect(Math.min(emptied, killed)).toBeGreaterThan(3);
  });
  expect(text).toMatch(/The end: \d+ proofs held/);
}, 480_000);

test.skipIf(!hasOpenSearch())(
  'the story holds while the search engine is killed in the middle, and then it knows all of it',
  async () => {
    engine = await startOpenSearch();
    exchange = await startShape('roles', { ECE_REDIS_URL: redis.url, ECE_SEARCH_ENGINE_URL: engine.url });
    const guest = createClient({ url: exchange.url });
    const look = () => guest.search.search({ kind: 'copy', limit: 1, facets: true });
    await eventually(async () => !(await look()).fallback);
    const telling = tell(exchange);
    let ended = false;
    telling.finally(() => (ended = true)).catch(() => {});
    // In the middle: there are copies, and more are to come.
    await eventually(async () => ended || (await look()).items.length > 0);
    await engine.kill();
    await eventually(async () => (await look()).fallback);
    expect(ended).toBe(false);
    expect(await telling).toMatch(/The end: \d+ proofs held/);
    await eventually(async () => (await look()).fallback);
    await engine.restart();
    await eventually(async () => !(await look()).fallback);
    const db = openDatabase(exchange.database.connection, { max: 1 });
    const inPostgres = async () => {
      const [row] = await db<{ live: string }[]>`select live from search.generations`;
      const table = db(`search.documents_${row!.live}`);
      const [{ n }] = await db<[{ n: number }]>`select count(*)::int as n from ${table} where kind = 'copy'`;
      return n;
    };
    // Counts may be some seconds old.
    await eventually(async () => {
      const { total, fallback } = await look();
      return !fallback && total!.count === (await inPostgres());
    });
    expect(await inPostgres()).toBeGreaterThan(0);
    await db.end();
  },
  900_000,
);
