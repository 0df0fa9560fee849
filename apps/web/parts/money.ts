import { formatMoney, MAX_AMOUNT, parseMoney } from '@ece/sdk/browser';

const CENTS = 10_000n;
const FIVE_CENTS = 50_000n;

/**
 * Reads what somebody typed as an amount of USDC: a comma or a point before the decimals.
 * @returns the decimal string that the API takes, or undefined
 */
export function readAmount(typed: string): string | undefined {
  const text = typed.trim().replace(',', '.');
  const match = /^0*(\d{1,10})(?:\.(\d{0,6}))?$/.exec(text);
  if (!match) return undefined;
  const [, whole = '0', fraction = ''] = match;
  const amount = parseMoney(fraction ? `${whole}.${fraction}` : whole);
  return amount > 0n && amount <= MAX_AMOUNT ? formatMoney(amount) : undefined;
}

/** Whether an amount is less than another one; both decimal strings. */
export function isLess(a: string, b: string): boolean {
  return parseMoney(a) < parseMoney(b);
}

/** The first amount minus the second, both decimal strings; a minus sign where it is negative. */
export function minus(a: string, b: string): string {
  return formatMoney(parseMoney(a) - parseMoney(b));
}

/**
 * Amounts to bid with one press: the least that is accepted, and some raises above it.
 * @param auction `price` is null before the first bid
 */
export function bidSteps({ price, minimumNext }: { price: string | null; minimumNext: string }): string[] {
  const least = parseMoney(minimumNext);
  const raise = price === null ? 0n : least - parseMoney(price);
  const step = raise > 0n ? raise : roundUp(least / 20n, least < 100n * CENTS ? CENTS : FIVE_CENTS);
  return [least, least + step, least + step * 4n].map(formatMoney);
}

/** An amount rounded to cents, halves up, and one cent at least: as prices are named. Decimal strings. */
export function toCents(amount: string): string {
  const cents = (parseMoney(amount) + CENTS / 2n) / CENTS;
  return formatMoney((cents > 0n ? cents : 1n) * CENTS);
}

/**
 * What to raise a maximum to: as a bid it would have to be higher than it, by the same step.
 * @param maximum my own, while I lead
 */
export function aboveMaximum(
  maximum: string,
  { price, minimumNext }: { price: string | null; minimumNext: string },
): { price: string; minimumNext: string } {
  const step = parseMoney(minimumNext) - parseMoney(price ?? '0');
  return { price: maximum, minimumNext: formatMoney(parseMoney(maximum) + (step > 0n ? step : CENTS)) };
}

function roundUp(amount: bigint, unit: bigint): bigint {
  return amount < unit ? unit : ((amount + unit - 1n) / unit) * unit;
}
