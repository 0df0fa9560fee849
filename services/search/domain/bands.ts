/** Micro-USDC in one USDC. */
const USDC = 1_000_000n;

/** Where a band of prices ends and the next one begins, in micro-USDC. */
const BOUNDS = [1n, 5n, 25n, 100n, 500n, 2500n].map((usdc) => usdc * USDC);

/** A band of prices: from `from` to below `to`. Null is no bound; both null stand for no price. */
export interface Band {
  from: bigint | null;
  to: bigint | null;
}

/** The bands by their numbers; number 0 is for what has no price. */
export const BANDS: readonly Band[] = [
  { from: null, to: null },
  ...[0n, ...BOUNDS].map((from, index) => ({ from, to: BOUNDS[index] ?? null })),
];

/** The number of the band of a price in micro-USDC. */
export function bandOf(price: bigint | null): number {
  if (price === null) return 0;
  return BOUNDS.filter((bound) => bound <= price).length + 1;
}
