import type { Answer, operations } from '@ece/contract';
import type { Database } from '@ece/platform/db/database';
import { readClock } from './books-store.ts';
import { dateOf } from './domain/days.ts';
import { daysOf, type Range } from './domain/range.ts';
import { firstDayOf, listDays, totalsOf } from './holdings-store.ts';
import { presentTotals, sum } from './present.ts';

/** What somebody held at the end of each day of a range, and now as its last point. */
export async function historyOf(
  db: Database,
  accountId: string,
  range: Range,
): Promise<Answer<typeof operations.portfolio.history>> {
  const [now, first, groups] = await Promise.all([
    readClock(db),
    range === 'all' ? firstDayOf(db, accountId) : undefined,
    totalsOf(db, accountId),
  ]);
  const today = dateOf(now);
  const { from, step } = daysOf(range, today, first);
  const days = await listDays(db, accountId, from, today, step);
  const points = [...days, { day: today, ...sum(groups) }];
  return { range, points: points.map(({ day, ...totals }) => ({ day, ...presentTotals(totals) })) };
}
