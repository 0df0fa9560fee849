import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Increment, Redis } from '../redis/redis.ts';
import { shareCountsJob } from './share-counts.ts';
import { WindowCounts } from './window-counts.ts';

const MINUTE = 60_000;
const counts = (most = 1000) => new WindowCounts({ windowMs: MINUTE, most });

test('a key is counted anew in each window of the clock', () => {
  const mine = counts();
  expect(mine.add('a', 10 * MINUTE + 59_000)).toEqual({ used: 1, resetsInMs: 1000 });
  expect(mine.add('a', 10 * MINUTE + 59_999)).toEqual({ used: 2, resetsInMs: 1 });
  expect(mine.add('b', 10 * MINUTE + 59_999)).toMatchObject({ used: 1 });
  expect(mine.add('a', 11 * MINUTE)).toEqual({ used: 1, resetsInMs: MINUTE });
});

test('the key least recently counted is forgotten past the bound', () => {
  const mine = counts(2);
  for (const key of ['a', 'b', 'a', 'c']) mine.add(key, 0);
  expect(mine.add('a', 0).used).toBe(3);
  expect(mine.add('b', 0).used).toBe(1);
});

/** Totals of all processes, which may be away or emptied. */
class Totals {
  values = new Map<string, number>();
  away = false;
  raise({ key, by }: Increment): number | undefined {
    if (this.away) return undefined;
    const total = (this.values.get(key) ?? 0) + by;
    this.values.set(key, total);
    return total;
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), by: fc.nat(2), key: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('share' as const), by: fc.nat(2) }) },
  fc.record({ do: fc.constantFrom('away' as const, 'back' as const) }),
);

test('processes that share count every call exactly once, whenever the totals are away', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const totals = new Totals();
      const processes = [counts(), counts(), counts()];
      const truth = new Map<string, number>();
      const share = (process: WindowCounts) => {
        for (const entry of process.tell(0, 100)) process.learn(entry, totals.raise({ ...entry }));
      };
      for (const now of steps) {
        if (now.do === 'add') {
          const key = `key ${now.key}`;
          truth.set(key, (truth.get(key) ?? 0) + 1);
          expect(processes[now.by]!.add(key, 0).used).toBeLessThanOrEqual(truth.get(key)!);
        } else if (now.do === 'share') share(processes[now.by]!);
        else totals.away = now.do === 'away';
      }
      totals.away = false;
      for (const process of [...processes, ...processes]) share(process);
      expect(Object.fromEntries(totals.values)).toEqual(Object.fromEntries(truth));
      for (const [key, calls] of truth) {
        // Whoever has counted a key lately knows of all the calls.
        const last = processes[0]!;
        last.add(key, 0);
        share(last);
        expect(last.add(key, 0).used).toBe(calls + 2);
      }
    }),
  );
});

test('totals that were emptied take nothing from what a process knows', () => {
  const totals = new Totals();
  const mine = counts();
  for (let i = 0; i < 5; i++) mine.add('a', 0);
  for (const entry of mine.tell(0, 10)) mine.learn(entry, totals.raise({ ...entry }));
  totals.values.clear();
  mine.add('a', 0);
  for (const entry of mine.tell(0, 10)) mine.learn(entry, totals.raise({ ...entry }));
  expect(mine.add('a', 0).used).toBe(7);
});

test('the job asks nothing of a Redis that is away, and nothing is lost by it', async () => {
  const totals = new Totals();
  let ready = false;
  const redis: Redis = {
    isReady: () => ready,
    raise: async (increments) => increments.map((increment) => totals.raise(increment)),
    publish: () => {},
    subscribe: () => {},
    keep: () => {},
    recall: async () => undefined,
    close: () => {},
  };
  const mine = counts();
  const job = shareCountsJob('calls', mine, redis);
  mine.add('a', Date.now());
  expect(await job.run()).toBe(false);
  expect(totals.values.size).toBe(0);
  ready = true;
  mine.add('a', Date.now());
  await job.run();
  // The minute may turn between the two.
  expect([...totals.values.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(1);
  expect([...totals.values.keys()][0]).toMatch(/^ece:count:calls:\d+:a$/);
});
