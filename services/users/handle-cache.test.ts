import { expect, test } from 'vitest';
import { createHandleCache } from './handle-cache.ts';

function setup() {
  const clock = { now: 0 };
  const stored = new Map([
    ['1', 'ada'],
    ['2', 'ben'],
  ]);
  const reads: string[][] = [];
  const cache = createHandleCache(() => clock.now);
  const read = async (ids: string[]) => {
    reads.push(ids);
    return new Map([...stored].filter(([id]) => ids.includes(id)));
  };
  return { clock, stored, reads, cache, read };
}

test('reads each id once, in one batch, and leaves unknown ids out', async () => {
  const { cache, read, reads } = setup();
  expect(await cache.get(['1', '2', '1', '3'], read)).toEqual({ 1: 'ada', 2: 'ben' });
  expect(await cache.get(['2', '1'], read)).toEqual({ 1: 'ada', 2: 'ben' });
  expect(reads).toEqual([['1', '2', '3']]);
});

test('a change elsewhere shows within seconds, a change here at once', async () => {
  const { cache, read, clock, stored } = setup();
  await cache.get(['1'], read);
  stored.set('1', 'ada_two');
  expect(await cache.get(['1'], read)).toEqual({ 1: 'ada' });
  clock.now += 5_000;
  expect(await cache.get(['1'], read)).toEqual({ 1: 'ada_two' });
  stored.set('1', 'ada_three');
  cache.forget('1');
  expect(await cache.get(['1'], read)).toEqual({ 1: 'ada_three' });
});

test('a slow read does not bring back what was forgotten meanwhile', async () => {
  const { cache, read, stored } = setup();
  const gate = Promise.withResolvers<Map<string, string>>();
  const slow = cache.get(['1'], () => gate.promise);
  stored.set('1', 'ada_two');
  cache.forget('1');
  gate.resolve(new Map([['1', 'ada']]));
  await slow;
  expect(await cache.get(['1'], read)).toEqual({ 1: 'ada_two' });
});

test('the number of entries is bounded', async () => {
  const { cache } = setup();
  const ids = Array.from({ length: 10_001 }, (_, index) => `id${index}`);
  let asked = 0;
  const read = async (missing: string[]) => {
    asked += missing.length;
    return new Map(missing.map((id) => [id, id] as const));
  };
  await cache.get(ids, read);
  asked = 0;
  await cache.get([ids[0]!], read);
  expect(asked).toBe(1);
  asked = 0;
  await cache.get([ids.at(-1)!], read);
  expect(asked).toBe(0);
});
