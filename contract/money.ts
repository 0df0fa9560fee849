/** Micro-USDC in one USDC. */
export const MICRO = 1_000_000n;

/** The largest amount that one call may name: a billion USDC. */
export const MAX_AMOUNT = 1_000_000_000n * MICRO;

/** What a decimal amount looks like: no sign, no leading zero, up to six decimals. */
export const MONEY_PATTERN = '^(0|[1-9][0-9]{0,9})(\\.[0-9]{1,6})?$';

const pattern = new RegExp(MONEY_PATTERN);

/**
 * Reads a decimal string of USDC ("12.5") as micro-USDC (12500000n).
 * @throws RangeError when the text is not an amount; check input against the schema first.
 */
export function parseMoney(text: string): bigint {
  if (!pattern.test(text)) throw new RangeError('not an amount of USDC');
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, '0'));
}

/** Writes micro-USDC as the shortest decimal string of USDC, with a minus sign where it is negative. */
export function formatMoney(micro: bigint): string {
  const sign = micro < 0n ? '-' : '';
  const absolute = micro < 0n ? -micro : micro;
  const fraction = (absolute % MICRO).toString().padStart(6, '0').replace(/0+$/, '');
  return `${sign}${absolute / MICRO}${fraction && `.${fraction}`}`;
}
