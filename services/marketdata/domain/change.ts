/** How a price has changed. Money in micro-USDC. */
export interface Change {
  from: bigint;
  amount: bigint;
  /** Of `from`, to two decimals, halves away from zero. */
  percent: number;
}

/**
 * The change from one price to another; undefined where one of them is missing or the first is nothing, so
 * that there is no change to speak of.
 */
export function changeBetween(
  from: bigint | null | undefined,
  to: bigint | null | undefined,
): Change | undefined {
  if (from === null || from === undefined || to === null || to === undefined || from <= 0n) return undefined;
  const amount = to - from;
  const size = amount < 0n ? -amount : amount;
  // Hundredths of a percent: rounded as whole numbers, so that no price is too large for it.
  const hundredths = (size * 20_000n + from) / (2n * from);
  return { from, amount, percent: (amount < 0n ? -1 : 1) * (Number(hundredths) / 100) || 0 };
}
