import fc from 'fast-check';

export const HOUR = 3_600_000;

/** A sale. */
export interface Trade {
  /** Milliseconds from the beginning. */
  at: number;
  usdc: number;
}

/** What is done to trade from an hour on, for some hours, and the alerts that have to come of it. */
export interface Planted {
  from: number;
  hours: number;
  alerts: ('VolumeUnusual' | 'BidsUnusual' | 'PricesUnusual')[];
  /** Factors of the number of sales, of bids, and of prices. */
  sales?: number;
  bids?: number;
  prices?: number;
  /** Further sales an hour, all at the same price: a few people who sell the same copies to each other. */
  wash?: { sales: number; usdc: number };
}

/** An exchange: how much it trades, in which rhythm, at which prices. */
interface Season {
  /** Sales an hour, over the week. */
  perHour: number;
  /** By how much the best hour of the day is above the mean, and the worst below. */
  day: number;
  /** Where in the day that is. */
  phase: number;
  weekend: number;
  /** Median price, and the standard deviation of its logarithm. */
  price: number;
  spread: number;
  seed: number;
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** Any exchange on which enough is traded for its hours to be compared. */
export const seasons: fc.Arbitrary<Season> = fc.record({
  perHour: fc.integer({ min: 150, max: 250 }),
  day: between(0, 0.4),
  phase: fc.integer({ min: 0, max: 23 }),
  weekend: between(0.8, 1.3),
  price: between(1.5, 900),
  spread: between(0.2, 0.8),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

/** Anything that somebody should look at, some time between two hours. */
export function anomalies(earliest: number, latest: number): fc.Arbitrary<Planted> {
  type Kind = Omit<Planted, 'from' | 'hours'>;
  const kinds = fc.oneof(
    between(3, 8).map((sales): Kind => ({ alerts: ['VolumeUnusual'], sales })),
    fc.constant<Kind>({ alerts: ['VolumeUnusual'], sales: 0 }),
    between(3, 8).map((bids): Kind => ({ alerts: ['BidsUnusual'], bids })),
    fc.constant<Kind>({ alerts: ['BidsUnusual'], bids: 0 }),
    between(3, 8).map((prices): Kind => ({ alerts: ['PricesUnusual'], prices })),
    between(3, 8).map((factor): Kind => ({ alerts: ['PricesUnusual'], prices: 1 / factor })),
  );
  return fc
    .tuple(fc.integer({ min: earliest + 2, max: latest - 11 }), fc.integer({ min: 3, max: 9 }), kinds)
    .map(([from, hours, kind]) => ({ from, hours, ...kind }));
}

/** A generator of numbers from 0 to 1; equal seeds give equal numbers (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Trade of an exchange for some hours: sales come independently of each other (Poisson), prices are lognormal. */
export function randomTrade(
  { perHour, day, phase, weekend, price, spread, seed }: Season,
  hours: number,
): Trade[] {
  const random = randomOf(seed);
  const trade: Trade[] = [];
  const most = perHour * (1 + day) * Math.max(1, weekend);
  // Times of the busiest rate, thinned by the rate of their hour (Lewis and Shedler).
  for (let at = 0; ; ) {
    at -= Math.log(1 - random()) / most;
    if (at >= hours) return trade;
    const isWeekend = Math.floor(at / 24) % 7 >= 5;
    const rate =
      perHour * (1 + day * Math.sin(((at + phase) / 24) * 2 * Math.PI)) * (isWeekend ? weekend : 1);
    if (random() * most >= rate) continue;
    // Box-Muller.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    trade.push({ at: at * HOUR, usdc: price * Math.exp(spread * normal) });
  }
}
