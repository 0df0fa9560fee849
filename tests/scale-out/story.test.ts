import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';
import { harass, type RedisServer, startRedis } from './support/redis.ts';

let redis: RedisServer;
let exchange: ShapedExchange | undefined;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  const codes = await exchange?.stop();
  await redis.stop();
  exchange = undefined;
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
