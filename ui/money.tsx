'use client';

import { useUi } from './context.tsx';

const formats = new Map<string, Intl.NumberFormat>();

/**
 * An amount of USDC for people: at least two decimals, as many as it has, six at the most.
 * @param amount a decimal string, which Intl formats exactly; never a float
 */
export function formatAmount(amount: string, locale: string): string {
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 6 });
    formats.set(locale, format);
  }
  return format.format(amount as Intl.StringNumericLiteral);
}

interface PriceProps {
  /** A decimal string of USDC. */
  amount: string;
  size?: 'medium' | 'large';
}

/** An amount with its currency, in figures that do not jump. */
export function Price({ amount, size = 'medium' }: PriceProps) {
  const { locale } = useUi();
  return (
    <data className={size === 'large' ? 'price price-large' : 'price'} value={amount}>
      <span>{formatAmount(amount, locale)}</span>
      <span className="price-unit">USDC</span>
    </data>
  );
}
