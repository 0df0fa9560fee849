const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, most: number): Intl.NumberFormat {
  const key = `${locale} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format;
}

/**
 * An amount of USDC for people: at least two decimals, as many as it has, six at the most.
 * @param amount a decimal string, which Intl formats exactly; never a float
 */
export function formatAmount(amount: string, locale: string): string {
  return formatOf(locale, 6).format(amount as Intl.StringNumericLiteral);
}

/** An amount that is estimated, in cents: further decimals would claim to know more than anybody does. */
export function formatEstimate(amount: string, locale: string): string {
  return formatOf(locale, 2).format(amount as Intl.StringNumericLiteral);
}
