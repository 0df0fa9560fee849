/** Below `below` (micro-USDC) a bid must raise the price by `step`. The last row has no bound. */
export interface IncrementRow {
  below: bigint | null;
  step: bigint;
}

const row = (below: number | null, cents: number): IncrementRow => ({
  below: below === null ? null : BigInt(below) * 1_000_000n,
  step: BigInt(cents) * 10_000n,
});

/** The exchange's usual increments by current price (USDC); an operator can set others. */
export const DEFAULT_INCREMENTS: readonly IncrementRow[] = [
  row(1, 5),
  row(5, 25),
  row(25, 50),
  row(100, 100),
  row(250, 250),
  row(500, 500),
  row(1000, 1000),
  row(2500, 2500),
  row(5000, 5000),
  row(null, 10_000),
];

/** The least raise at a price. */
export function incrementAt(table: readonly IncrementRow[], price: bigint): bigint {
  for (const { below, step } of table) if (below === null || price < below) return step;
  throw new Error('an increment table needs a last row without a bound');
}

/**
 * Reads a table from text: `1:0.05,5:0.25,…,*:100`, bounds rising, the last one `*`; amounts in USDC.
 * @returns undefined when the text is not such a table
 */
export function parseIncrements(
  text: string,
  money: (text: string) => bigint | undefined,
): IncrementRow[] | undefined {
  const rows: IncrementRow[] = [];
  for (const part of text.split(',')) {
    const [bound = '', step = '', ...rest] = part.trim().split(':');
    const below = bound === '*' ? null : money(bound);
    const amount = money(step);
    if (rest.length > 0 || below === undefined || !amount) return undefined;
    const last = rows.at(-1);
    if (last && (last.below === null || (below !== null && below <= last.below))) return undefined;
    rows.push({ below, step: amount });
  }
  return rows.at(-1)?.below === null ? rows : undefined;
}
