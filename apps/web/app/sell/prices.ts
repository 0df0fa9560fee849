import { formatMoney, parseMoney } from '@ece/sdk/browser';
import { readAmount, toCents } from '../../parts/money.ts';

/** How many copies get their prices: a share of what each is worth, or one price for all. */
export type PriceRule = { kind: 'estimate'; percent: number } | { kind: 'same'; price: string };

/**
 * The price of a copy by a rule, rounded to cents.
 * @param estimate what the copy is worth, a decimal string of USDC, where anything tells
 * @returns a decimal string of USDC; empty where the rule gives none
 */
export function priceBy(rule: PriceRule, estimate: string | undefined): string {
  if (rule.kind === 'same') return rule.price;
  if (!estimate || !(rule.percent > 0)) return '';
  const basisPoints = BigInt(Math.round(rule.percent * 100));
  return toCents(formatMoney((parseMoney(estimate) * basisPoints) / 10_000n));
}

/** Amounts together; decimal strings of USDC. Those that are not amounts do not count. */
export function sumOf(amounts: readonly (string | undefined)[]): string {
  return formatMoney(
    amounts.reduce((total, amount) => total + (amount === undefined ? 0n : parseMoney(amount)), 0n),
  );
}

/**
 * The prices of a lot's copies, as the exchange divides a lot's price: evenly, the first ones get the rest.
 * @param price a decimal string of USDC
 */
export function lotPrices(price: string, copies: number): string[] {
  const whole = parseMoney(price);
  const each = whole / BigInt(copies);
  const rest = Number(whole % BigInt(copies));
  return Array.from({ length: copies }, (_, index) => formatMoney(each + (index < rest ? 1n : 0n)));
}

/** A share that somebody typed, in per cent; undefined when it is none from above 0 to 1,000. */
export function readPercent(typed: string): number | undefined {
  const amount = readAmount(typed);
  const percent = amount === undefined ? Number.NaN : Number(amount);
  return percent > 0 && percent <= 1000 ? percent : undefined;
}
