import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuctionState, applyBid, resultAtClose } from './bidding.ts';
import { DEFAULT_INCREMENTS } from './increments.ts';
import { compareResult, type LoggedBid, replay, type StoredAuction } from './replay.ts';

const opening: AuctionState = {
  sellerId: 'seller',
  startingPrice: 1_000_000n,
  reservePrice: 20_000_000n,
  increments: DEFAULT_INCREMENTS,
  startsAt: 0,
  endsAt: 1_000,
  softClose: { window: 100, extension: 200 },
  price: null,
  leader: null,
  bidCount: 0,
};

/** Bids in time order, as an auction may get them; refused ones leave no line in the log. */
const attempts = fc
  .array(
    fc.record({
      bidderId: fc.constantFrom('ann', 'ben', 'cat'),
      maximum: fc.bigInt({ min: 1n, max: 60n }).map((n) => n * 1_000_000n),
      at: fc.integer({ min: 0, max: 1_100 }),
    }),
    { maxLength: 25 },
  )
  .map((bids) => bids.toSorted((a, b) => a.at - b.at));

function play(bids: { bidderId: string; maximum: bigint; at: number }[]) {
  let state = opening;
  const log: LoggedBid[] = [];
  for (const bid of bids) {
    const outcome = applyBid(state, bid, bid.maximum);
    if (!outcome.accepted) continue;
    state = outcome.auction;
    const { price, leader, endsAt, bidCount } = state;
    log.push({ ...bid, number: bidCount, price: price!, leaderId: leader!.bidderId, endsAt });
  }
  const sold = resultAtClose(state).sold;
  const stored: StoredAuction = {
    ...{ state: sold ? 'sold' : 'unsold', soldBy: sold ? 'close' : null, buyNowPrice: null },
    ...{ price: state.price, leader: state.leader, bidCount: state.bidCount },
    ...{ startsAt: state.startsAt, endsAt: state.endsAt },
  };
  return { log, state, stored };
}

test('the log of any auction gives its stored result', () => {
  fc.assert(
    fc.property(attempts, (bids) => {
      const { log, state, stored } = play(bids);
      const replayed = replay(opening, log);
      expect(replayed).toEqual(state);
      expect(compareResult(replayed as AuctionState, stored)).toBeUndefined();
    }),
  );
});

test('any altered line of a log is noticed', () => {
  const field = fc.constantFrom('price', 'leaderId', 'endsAt', 'maximum', 'at');
  fc.assert(
    fc.property(attempts, fc.nat(), field, (bids, which, name) => {
      const { log, stored } = play(bids);
      fc.pre(log.length > 0);
      const index = which % log.length;
      const bid = log[index]!;
      const altered = {
        ...bid,
        ...(name === 'price' && { price: bid.price + 1n }),
        ...(name === 'leaderId' && { leaderId: 'nobody' }),
        ...(name === 'endsAt' && { endsAt: bid.endsAt + 1 }),
        // The highest maximum of a leader shows at once; the others only where they set a price.
        ...(name === 'maximum' && { maximum: 1n }),
        ...(name === 'at' && { at: 10_000_000 }),
      };
      const replayed = replay(opening, log.with(index, altered));
      expect('differs' in replayed || compareResult(replayed, stored) !== undefined).toBe(true);
    }),
  );
});

test('a lot that was bought at once has its buy-now price, whoever led', () => {
  const { log } = play([{ bidderId: 'ann', maximum: 5_000_000n, at: 1 }]);
  const replayed = replay(opening, log) as AuctionState;
  const bought: StoredAuction = {
    ...{ state: 'sold', soldBy: 'buy_now', buyNowPrice: 30_000_000n, price: 30_000_000n },
    ...{ leader: { bidderId: 'ben', maximum: 30_000_000n }, bidCount: 1, startsAt: 0, endsAt: 1_000 },
  };
  expect(compareResult(replayed, bought)).toBeUndefined();
  expect(compareResult(replayed, { ...bought, price: 29_000_000n })).toContain('price');
  expect(compareResult(replayed, { ...bought, buyNowPrice: null })).toContain('no buy-now price');
  expect(compareResult(replayed, { ...bought, state: 'cancelled', soldBy: null })).toContain('cancelled');
});
