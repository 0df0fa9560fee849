import { type Answer, formatMoney, ok, type operations, type Result, refuse } from '@ece/contract';
import { readCopies } from '@ece/vault';
import type { PortfolioContext } from './api.ts';
import { toComparable } from './domain/books.ts';
import { MOST_COMPARABLES, weigh } from './domain/comparables.ts';
import { toDays } from './domain/days.ts';
import { estimatesOf } from './holdings-store.ts';
import { countingSales } from './lots-store.ts';
import { presentEstimate } from './present.ts';

/** Later than every sale. */
const NEVER = new Date(Date.UTC(9999, 0));

/** What a copy is worth, and the sales of its card behind that; `not_found` where there is no such copy. */
export async function explain(
  { db }: PortfolioContext,
  copyId: string,
): Promise<Result<Answer<typeof operations.portfolio.estimate>>> {
  const [copy] = await readCopies(db, [copyId]);
  if (!copy) return refuse('not_found');
  const [[estimate], sales] = await Promise.all([
    estimatesOf(db, [copyId]),
    countingSales(db, NEVER, MOST_COMPARABLES, [copy.cardId]),
  ]);
  const weights = weigh(sales.map((sale) => toComparable({ ...sale, at: toDays(sale.at) }, sale.level)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return ok({
    estimate: estimate ? presentEstimate(estimate) : null,
    comparables: sales.map((sale, index) => ({
      copyId: sale.copyId,
      serial: sale.number,
      price: formatMoney(sale.price),
      at: sale.at.toISOString(),
      weight: Math.round((weights[index]! / total) * 1000) / 1000,
    })),
  });
}
