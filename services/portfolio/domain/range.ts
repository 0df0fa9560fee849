import { shiftDay } from './days.ts';

export type Range = '7d' | '30d' | '90d' | '1y' | 'all';

const DAYS: Record<Exclude<Range, 'all'>, number> = { '7d': 7, '30d': 30, '90d': 90, '1y': 365 };
/** Days that are shown one by one; of longer times every seventh day is shown. */
const MOST_DAYS = 731;

/** The days of a range that ends with `today`: its first one, and how many days apart its points are. */
export function daysOf(
  range: Range,
  today: string,
  first: string | undefined,
): { from: string; step: number } {
  const from = range === 'all' ? (first ?? today) : shiftDay(today, 1 - DAYS[range]);
  return { from, step: shiftDay(from, MOST_DAYS) < today ? 7 : 1 };
}
