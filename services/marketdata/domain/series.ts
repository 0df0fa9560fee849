import { DAY, dayOf, HOUR, hourOf } from './time.ts';

export type Range = '24h' | '7d' | '30d' | '90d' | '1y' | 'all';
export type BucketWidth = 'hour' | 'day' | 'week';

const LENGTHS: Record<Exclude<Range, 'all'>, number> = {
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '90d': 90 * DAY,
  '1y': 365 * DAY,
};

const USUAL: Record<Range, BucketWidth> = {
  '24h': 'hour',
  '7d': 'hour',
  '30d': 'day',
  '90d': 'day',
  '1y': 'day',
  all: 'week',
};

/** Ranges that are shown by the hour: at the most 721 points. */
const HOURLY: readonly Range[] = ['24h', '7d', '30d'];

/** Monday, 5 January 1970: weeks are counted from it. */
const FIRST_MONDAY = 4 * DAY;

/** What a series shows: buckets from `from` on, or all of them. */
export interface SeriesPlan {
  bucket: BucketWidth;
  from: Date | null;
}

/**
 * The buckets of a range that ends now. The first one is whole, so the series may begin before the range does.
 * @returns undefined for hours over more than 30 days
 */
export function planSeries(
  now: Date,
  range: Range = '30d',
  bucket: BucketWidth = USUAL[range],
): SeriesPlan | undefined {
  if (bucket === 'hour' && !HOURLY.includes(range)) return undefined;
  if (range === 'all') return { bucket, from: null };
  return { bucket, from: new Date(bucketOf(now.getTime() - LENGTHS[range], bucket)) };
}

/** The beginning of the bucket that a time is in. Weeks begin on Monday. */
export function bucketOf(at: number, bucket: BucketWidth): number {
  if (bucket === 'hour') return hourOf(at);
  const day = dayOf(at);
  if (bucket === 'day') return day;
  const sinceMonday = (((day - FIRST_MONDAY) % (7 * DAY)) + 7 * DAY) % (7 * DAY);
  return day - sinceMonday;
}

/** A stretch of sales. Money in micro-USDC. */
export interface Candle {
  start: Date;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  sales: bigint;
}

/** Puts days, in their order, together to weeks. */
export function toWeeks(days: Candle[]): Candle[] {
  const weeks: Candle[] = [];
  for (const day of days) {
    const start = new Date(bucketOf(day.start.getTime(), 'week'));
    const last = weeks.at(-1);
    if (last?.start.getTime() !== start.getTime()) {
      weeks.push({ ...day, start });
      continue;
    }
    last.high = last.high > day.high ? last.high : day.high;
    last.low = last.low < day.low ? last.low : day.low;
    last.close = day.close;
    last.volume += day.volume;
    last.sales += day.sales;
  }
  return weeks;
}

/** How many points a sparkline has: an hour each in a day, six hours each in a week. */
export const SPARKLINE = { '24h': { points: 24, step: HOUR }, '7d': { points: 28, step: 6 * HOUR } } as const;

/**
 * The price at the end of each step of a window that ends with the present hour. A step without a sale has the
 * price of the one before.
 * @param before the price before the window
 * @param closes the last price of each hour with a sale, in order
 */
export function sparkline(
  now: Date,
  window: keyof typeof SPARKLINE,
  before: bigint,
  closes: { start: Date; close: bigint }[],
): bigint[] {
  const { points, step } = SPARKLINE[window];
  const end = hourOf(now.getTime()) + HOUR;
  let price = before;
  let next = 0;
  return Array.from({ length: points }, (_, index) => {
    const until = end - (points - 1 - index) * step;
    while (next < closes.length && closes[next]!.start.getTime() < until) price = closes[next++]!.close;
    return price;
  });
}
