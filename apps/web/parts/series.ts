import type { ChartBucket } from '@ece/ui/price-chart';
import type { CardSeries } from '../data/types.ts';

export const RANGES = ['24h', '7d', '30d', '90d', '1y', 'all'] as const;

/** How far back a series goes. */
export type Range = (typeof RANGES)[number];

/** The range that pages show at first. */
export const FIRST_RANGE: Range = '90d';

/** Milliseconds of each bucket. */
const WIDTHS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

/** Most buckets that are drawn; of more the latest are. */
const MOST = 750;

/**
 * Every bucket of a series, also those in which nothing happened: price and floor stay as they were until they
 * change. Amounts become numbers to be drawn.
 */
export function bucketsOf(series: CardSeries): ChartBucket[] {
  const { points, floors } = series;
  const width = WIDTHS[series.bucket];
  const starts = [points[0]?.start, floors[0]?.start].flatMap((start) => (start ? [Date.parse(start)] : []));
  const end = Date.parse(series.to);
  const first = series.from ? Date.parse(series.from) : Math.min(...starts);
  if (starts.length === 0) return [];
  const from = Math.max(first, first + (Math.floor((end - first) / width) + 1 - MOST) * width);
  const pointAt = new Map(points.map((point) => [Date.parse(point.start), point]));
  let price: number | null = null;
  let floor: number | null = null;
  let next = 0;
  const buckets: ChartBucket[] = [];
  for (let start = first; start <= end; start += width) {
    const point = pointAt.get(start);
    if (point) price = Number(point.close);
    while (next < floors.length && Date.parse(floors[next]!.start) <= start) {
      const value = floors[next++]!.floor;
      floor = value === null ? null : Number(value);
    }
    if (start < from) continue;
    buckets.push({
      start: new Date(start).toISOString(),
      price,
      floor,
      volume: point ? Number(point.volume) : 0,
      sales: point?.sales ?? 0,
    });
  }
  return buckets;
}
