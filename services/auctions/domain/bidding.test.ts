import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AuctionState,
  applyBid,
  applyBids,
  type Bid,
  minimumNext,
  reserveStatus,
  resultAtClose,
} from './bidding.ts';
import { DEFAULT_INCREMENTS, incrementAt, parseIncrements } from './increments.ts';

const usdc = (amount: number) => BigInt(Math.round(amount * 1e6));
const RICH = usdc(1e9);

function auction(changes: Partial<AuctionState> = {}): AuctionState {
  return {
    sellerId: 'seller',
    startingPrice: usdc(1),
    reservePrice: null,
    increments: DEFAULT_INCREMENTS,
    startsAt: 0,
    endsAt: 100_000,
    softClose: { window: 0, extension: 0 },
    price: null,
    leader: null,
    bidCount: 0,
    ...changes,
  };
}

/** Applies bids `[bidder, maximum in USDC, at?]` of people with enough money. */
function run(start: AuctionState, ...bids: [string, number, number?][]) {
  const list = bids.map(([bidderId, maximum, at = 1]): Bid => ({ bidderId, maximum: usdc(maximum), at }));
  return applyBids(start, list, new Map(list.map((bid) => [bid.bidderId, RICH])));
}

const codes = (result: ReturnType<typeof run>) =>
  result.outcomes.map((outcome) => (outcome.accepted ? 'ok' : outcome.code));

describe('the increment table', () => {
  test.each([
    [0.5, 0.05],
    [1, 0.25],
    [4.99, 0.25],
    [5, 0.5],
    [25, 1],
    [100, 2.5],
    [250, 5],
    [500, 10],
    [1000, 25],
    [2500, 50],
    [5000, 100],
    [1_000_000, 100],
  ])('at %d a bid raises by %d', (price, step) => {
    expect(incrementAt(DEFAULT_INCREMENTS, usdc(price))).toBe(usdc(step));
  });

  test('an operator’s table is read from text, and a wrong one is refused', () => {
    const money = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? usdc(Number(text)) : undefined);
    expect(parseIncrements('1:0.1,10:1,*:5', money)).toEqual([
      { below: usdc(1), step: usdc(0.1) },
      { below: usdc(10), step: usdc(1) },
      { below: null, step: usdc(5) },
    ]);
    for (const wrong of ['', '1:1', '*:0', '5:1,1:2,*:3', '*:1,2:3', 'x:1,*:1', '1:1:1,*:1']) {
      expect(parseIncrements(wrong, money), wrong).toBeUndefined();
    }
  });
});

describe('proxy bidding', () => {
  test('the first bid leads at the starting price', () => {
    const { auction: after } = run(auction(), ['ann', 50]);
    expect(after).toMatchObject({ price: usdc(1), leader: { bidderId: 'ann', maximum: usdc(50) } });
  });

  test('the price is one increment above the second-highest maximum', () => {
    expect(run(auction(), ['ann', 50], ['ben', 20]).auction).toMatchObject({
      price: usdc(20.5),
      leader: { bidderId: 'ann' },
    });
    expect(run(auction(), ['ann', 20], ['ben', 50]).auction).toMatchObject({
      price: usdc(20.5),
      leader: { bidderId: 'ben' },
    });
  });

  test('the price never goes above the leader’s own maximum', () => {
    expect(run(auction(), ['ann', 20.1], ['ben', 20]).auction.price).toBe(usdc(20.1));
    expect(run(auction(), ['ann', 20], ['ben', 20.1]).auction).toMatchObject({
      price: usdc(20.1),
      leader: { bidderId: 'ben' },
    });
  });

  test('a tie goes to the earlier bid, at the full amount', () => {
    expect(run(auction(), ['ann', 20], ['ben', 20]).auction).toMatchObject({
      price: usdc(20),
      leader: { bidderId: 'ann' },
    });
  });

  test('a bid below the price plus one increment is refused and says what would do', () => {
    const { outcomes } = run(auction(), ['ann', 50], ['ben', 20], ['cem', 20.9]);
    expect(outcomes[2]).toEqual({ accepted: false, code: 'bid_too_low', minimum: usdc(21) });
  });

  test('a bid that beats the leader’s maximum is accepted even with less than an increment', () => {
    const result = run(auction(), ['ann', 20], ['ben', 20], ['cem', 20.01]);
    expect(codes(result)).toEqual(['ok', 'ok', 'ok']);
    expect(result.auction).toMatchObject({ price: usdc(20.01), leader: { bidderId: 'cem' } });
  });

  test('a leader raises the own maximum without moving the price, and only upwards', () => {
    const result = run(auction(), ['ann', 20], ['ann', 30], ['ann', 30], ['ann', 25]);
    expect(codes(result)).toEqual(['ok', 'ok', 'maximum_not_raised', 'maximum_not_raised']);
    expect(result.auction).toMatchObject({ price: usdc(1), leader: { maximum: usdc(30) } });
  });

  test('nobody bids on the own auction, before the start or from the end on', () => {
    const start = auction({ startsAt: 10, endsAt: 20 });
    expect(codes(run(start, ['seller', 9, 15], ['ann', 9, 9], ['ann', 9, 20], ['ann', 9, 19]))).toEqual([
      'own_auction',
      'auction_not_started',
      'auction_ended',
      'ok',
    ]);
  });

  test('a raise needs only the difference, and the outbid have their money again in the same batch', () => {
    const bid = (bidderId: string, maximum: number): Bid => ({ bidderId, maximum: usdc(maximum), at: 1 });
    const { outcomes } = applyBids(
      auction(),
      [bid('ann', 10), bid('ann', 12), bid('ben', 20), bid('ann', 12.1), bid('ann', 12)],
      new Map([
        ['ann', usdc(12)],
        ['ben', usdc(20)],
      ]),
    );
    expect(outcomes.map((o) => (o.accepted ? 'ok' : o.code))).toEqual([
      'ok',
      'ok',
      'ok',
      'bid_too_low',
      'bid_too_low',
    ]);
    expect(applyBid(auction(), bid('ann', 10), usdc(9.99))).toMatchObject({ code: 'insufficient_funds' });
  });
});

describe('the reserve', () => {
  const start = auction({ reservePrice: usdc(40) });
  test('stays hidden until a maximum reaches it, then the price jumps to it', () => {
    const below = run(start, ['ann', 30], ['ben', 35]).auction;
    expect(reserveStatus(below)).toBe('not_met');
    expect(resultAtClose(below)).toEqual({ sold: false });
    const met = run(below, ['ben', 45]).auction;
    expect(met.price).toBe(usdc(40));
    expect(resultAtClose(met)).toEqual({ sold: true, buyerId: 'ben', price: usdc(40) });
  });

  test('a higher second maximum counts more than the reserve', () => {
    expect(run(start, ['ann', 50], ['ben', 60]).auction.price).toBe(usdc(51));
  });
});

describe('the soft close', () => {
  const start = auction({ endsAt: 100_000, softClose: { window: 10_000, extension: 15_000 } });
  test('a bid in the window that changes leader or price moves the end', () => {
    expect(run(start, ['ann', 5, 89_999]).auction.endsAt).toBe(100_000);
    expect(run(start, ['ann', 5, 90_000]).auction.endsAt).toBe(105_000);
    expect(run(start, ['ann', 5, 95_000], ['ben', 9, 108_000]).auction.endsAt).toBe(123_000);
  });

  test('a refused bid and a raise of the own maximum never do', () => {
    expect(run(start, ['ann', 5, 1], ['ann', 9, 95_000], ['ben', 1, 96_000]).auction.endsAt).toBe(100_000);
  });

  test('the end never moves back', () => {
    const short = auction({ endsAt: 100_000, softClose: { window: 50_000, extension: 1_000 } });
    expect(run(short, ['ann', 5, 60_000]).auction.endsAt).toBe(100_000);
  });
});

describe('whatever is bid', () => {
  const people = ['ann', 'ben', 'cem', 'dua'];
  const bids = fc.array(
    fc.record({
      bidderId: fc.constantFrom(...people, 'seller'),
      maximum: fc.bigInt({ min: 1n, max: usdc(300) }),
      at: fc.nat(120_000),
    }),
    { maxLength: 40 },
  );
  const auctions = fc.record({
    reservePrice: fc.option(fc.bigInt({ min: usdc(1), max: usdc(200) })),
    softClose: fc.record({ window: fc.nat(50_000), extension: fc.nat(50_000) }),
  });

  test('price, leader, end and money keep their rules at every step', () => {
    fc.assert(
      fc.property(auctions, bids, fc.bigInt({ min: 0n, max: usdc(400) }), (terms, list, wealth) => {
        let state = auction(terms);
        const money = new Map(people.map((id) => [id, wealth]));
        for (const bid of list.toSorted((a, b) => a.at - b.at)) {
          const free =
            (money.get(bid.bidderId) ?? 0n) -
            (state.leader?.bidderId === bid.bidderId ? state.leader.maximum : 0n);
          const outcome = applyBid(state, bid, free);
          if (!outcome.accepted) continue;
          const next = outcome.auction;
          expect(next.price! <= next.leader!.maximum).toBe(true);
          expect(state.price === null || next.price! >= state.price).toBe(true);
          expect(next.price! >= next.startingPrice).toBe(true);
          expect(next.leader!.maximum >= (state.leader?.maximum ?? 0n)).toBe(true);
          expect(next.leader!.maximum <= money.get(next.leader!.bidderId)!).toBe(true);
          expect(next.leader!.bidderId).not.toBe('seller');
          expect(next.endsAt).toBeGreaterThanOrEqual(state.endsAt);
          expect(bid.at < state.endsAt).toBe(true);
          expect(minimumNext(next) > next.price!).toBe(true);
          if (terms.reservePrice !== null && next.leader!.maximum >= terms.reservePrice) {
            expect(next.price! >= terms.reservePrice).toBe(true);
          }
          state = next;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('one batch and one bid at a time come to the same, and replaying the accepted bids does too', () => {
    fc.assert(
      fc.property(auctions, bids, fc.bigInt({ min: 0n, max: usdc(400) }), (terms, list, wealth) => {
        const money = new Map(people.map((id) => [id, wealth]));
        const ordered = list.toSorted((a, b) => a.at - b.at);
        const whole = applyBids(auction(terms), ordered, money);
        const accepted = ordered.filter((_, index) => whole.outcomes[index]!.accepted);
        const replayed = applyBids(auction(terms), accepted, new Map(people.map((id) => [id, RICH])));
        expect(replayed.auction).toEqual(whole.auction);
        expect(replayed.outcomes.every((outcome) => outcome.accepted)).toBe(true);
      }),
    );
  });
});
