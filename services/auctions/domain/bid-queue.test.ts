import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BidQueue, type Group, type QueueLimits } from './bid-queue.ts';

const limits: QueueLimits = { bids: 4, gather: 6, waiting: 8, total: 20 };
const names = ['a', 'b', 'c', 'd', 'e'];

const fill = (queue: BidQueue<number>, auctionId: string, count: number) =>
  Array.from({ length: count }, (_, n) => queue.offer(auctionId, n)).filter(Boolean).length;
const shape = (groups: Group<number>[]) =>
  groups.map(({ auctionId, items }) => `${auctionId}${items.length}`);

describe('a queue of bids', () => {
  test('takes few bids of many auctions together, and many of one for themselves', () => {
    const queue = new BidQueue<number>(limits);
    for (const name of ['a', 'b', 'c']) fill(queue, name, 2);
    fill(queue, 'd', 7);
    fill(queue, 'e', 1);
    expect(shape(queue.take())).toEqual(['a2', 'b2', 'c2']);
    expect(shape(queue.take())).toEqual(['d4', 'e1']);
    expect(queue.take()).toEqual([]);
  });

  test('lets an auction with more than its share wait behind all others', () => {
    const queue = new BidQueue<number>(limits);
    fill(queue, 'a', 8);
    const first = queue.take();
    fill(queue, 'b', 6);
    queue.done(first);
    expect(shape(queue.take())).toEqual(['b4']);
    expect(shape(queue.take())).toEqual(['a4']);
  });

  test('keeps room for those who want little, however much others want', () => {
    const queue = new BidQueue<number>({ ...limits, waiting: 1000, total: 100 });
    expect(fill(queue, 'a', 1000)).toBe(50);
    expect(fill(queue, 'b', 1000)).toBe(25);
    expect(fill(queue, 'c', 1)).toBe(1);
  });

  test('never holds more for one auction than is allowed', () => {
    const queue = new BidQueue<number>(limits);
    expect(fill(queue, 'a', 100)).toBe(8);
    expect(queue.size).toBe(8);
  });
});

/** What may happen to a queue: a bid comes, something is taken, or the oldest that was taken is over. */
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constant('offer' as const), auction: fc.constantFrom(...names) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('done' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Runs steps, then empties the queue. Gives the first rule that was broken. */
function play(queue: BidQueue<number>, steps: readonly Step[]): string | undefined {
  const offered = new Map<string, number[]>();
  const got = new Map<string, number[]>();
  const underWay: Group<number>[][] = [];
  /** For each auction that waits with no turn under way: the turns that others have had since. */
  const passed = new Map<string, string[]>();
  let waiting = 0;
  let n = 0;
  const take = () => {
    const groups = queue.take();
    const total = groups.reduce((sum, { items }) => sum + items.length, 0);
    if (groups.length > 1 && total > limits.gather) return 'gathers too much';
    for (const { auctionId, items } of groups) {
      if (items.length === 0) return 'takes nothing';
      if (items.length > limits.bids) return 'takes too much of one';
      if (underWay.flat().some((group) => group.auctionId === auctionId)) return 'takes one twice at once';
      got.set(auctionId, [...(got.get(auctionId) ?? []), ...items]);
      for (const [other, turns] of passed) {
        if (other !== auctionId && turns.includes(auctionId)) return 'passes one over';
        turns.push(auctionId);
      }
      passed.delete(auctionId);
    }
    waiting -= total;
    if (groups.length > 0) underWay.push(groups);
    return undefined;
  };
  const done = () => {
    const groups = underWay.shift();
    if (!groups) return;
    queue.done(groups);
    for (const { auctionId } of groups) {
      if (offered.get(auctionId)!.length > got.get(auctionId)!.length) passed.set(auctionId, []);
    }
  };
  const drain = () => {
    for (let turns = 0; waiting > 0 || underWay.length > 0; turns++) {
      if (turns > 1000) return 'never becomes empty';
      const broken = take();
      if (broken) return broken;
      done();
    }
    return undefined;
  };
  for (const each of steps) {
    if (each.do === 'offer') {
      const had = (offered.get(each.auction)?.length ?? 0) - (got.get(each.auction)?.length ?? 0);
      const isIn = queue.offer(each.auction, n);
      if (isIn !== had < Math.min(limits.waiting, limits.total - waiting)) return 'has other bounds';
      if (isIn) {
        offered.set(each.auction, [...(offered.get(each.auction) ?? []), n++]);
        waiting++;
        const busy = underWay.flat().some((group) => group.auctionId === each.auction);
        if (had === 0 && !busy) passed.set(each.auction, []);
      }
    } else if (each.do === 'take') {
      const broken = take();
      if (broken) return broken;
    } else done();
    if (queue.size !== waiting) return 'counts wrongly';
  }
  const broken = drain();
  if (broken) return broken;
  for (const [auction, items] of offered) {
    if (JSON.stringify(items) !== JSON.stringify(got.get(auction))) return 'loses, doubles or swaps bids';
  }
  return undefined;
}

/** The first rule that a kind of queue breaks. */
function broken(make: () => BidQueue<number>): string | undefined {
  let found: string | undefined;
  fc.check(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      found = play(make(), steps);
      return found === undefined;
    }),
    { numRuns: 500, seed: 7, endOnFailure: true },
  );
  return found;
}

test('keeps every auction’s order, turns and bounds, whatever comes', () => {
  expect(broken(() => new BidQueue<number>(limits))).toBeUndefined();
});

describe('a planted fault is found:', () => {
  class Doubling extends BidQueue<number> {
    override offer(auctionId: string, item: number) {
      const isIn = super.offer(auctionId, item);
      if (isIn && item % 7 === 3) super.offer(auctionId, item);
      return isIn;
    }
  }
  class Losing extends BidQueue<number> {
    override take() {
      return super.take().map((group) => ({ ...group, items: group.items.filter((n) => n % 11 !== 5) }));
    }
  }
  class Swapping extends BidQueue<number> {
    override take() {
      return super.take().map((group) => ({ ...group, items: group.items.toReversed() }));
    }
  }
  class Forgetting extends BidQueue<number> {
    override done(groups: Group<number>[]) {
      super.done(groups.slice(1));
    }
  }
  class Hasty extends BidQueue<number> {
    override take() {
      const groups = super.take();
      super.done(groups);
      return groups;
    }
  }
  test.each([
    ['bids are doubled', () => new Doubling(limits), /counts wrongly|bounds|loses, doubles/],
    ['bids are lost', () => new Losing(limits), /counts wrongly|takes nothing|never becomes empty/],
    ['the order is turned round', () => new Swapping(limits), /swaps/],
    ['an auction never has its next turn', () => new Forgetting(limits), /never becomes empty/],
    ['an auction is taken twice at once', () => new Hasty(limits), /twice at once/],
    ['more is gathered', () => new BidQueue<number>({ ...limits, gather: 9 }), /gathers too much/],
    ['more of one is taken', () => new BidQueue<number>({ ...limits, bids: 5 }), /too much of one/],
    ['more may wait for one', () => new BidQueue<number>({ ...limits, waiting: 9 }), /bounds/],
    ['more may wait in all', () => new BidQueue<number>({ ...limits, total: 21 }), /bounds/],
  ])('%s', (_what, make, rule) => {
    expect(broken(make)).toMatch(rule);
  });
});
