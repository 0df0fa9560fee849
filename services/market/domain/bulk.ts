import { formatMoney, ok, type Result, refuse } from '@ece/contract';

/** Whether a call of many items names each thing once; `validation_failed` with the thing in `data`. */
export function checkDistinct(ids: readonly string[]): Result<void> {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) return refuse('validation_failed', 'A call names each thing once.', { id });
    seen.add(id);
  }
  return ok(undefined);
}

/**
 * Which of some purchases the money is enough for. They are looked at in their order: one that costs more
 * than what is left is passed over, and the next is tried. So nothing that comes later takes the place of
 * what its buyer put first, and what is spent is never more than what there is.
 * @param items prices in micro-USDC; null stands for one that is refused already
 * @param budget micro-USDC
 */
export function affordable(items: readonly (bigint | null)[], budget: bigint): boolean[] {
  let left = budget;
  return items.map((price) => {
    if (price === null || price > left) return false;
    left -= price;
    return true;
  });
}

/** Whether the money is enough for all of them: `insufficient_funds` with the total in `data`. */
export function checkTotal(prices: readonly bigint[], budget: bigint): Result<void> {
  const total = prices.reduce((sum, price) => sum + price, 0n);
  return total > budget
    ? refuse('insufficient_funds', undefined, { total: formatMoney(total) })
    : ok(undefined);
}
