'use client';

import { formatAmount, formatEstimate } from './amount.tsx';
import { useUi } from './context.tsx';

export { formatAmount, formatEstimate } from './amount.tsx';

interface PriceProps {
  /** A decimal string of USDC. */
  amount: string;
  size?: 'medium' | 'large';
  /** It is an estimate, and shown in cents. */
  estimated?: boolean;
}

/** An amount with its currency, in figures that do not jump. */
export function Price({ amount, size = 'medium', estimated }: PriceProps) {
  const { locale } = useUi();
  return (
    <data className={size === 'large' ? 'price price-large' : 'price'} value={amount}>
      <span>{(estimated ? formatEstimate : formatAmount)(amount, locale)}</span>
      <span className="price-unit">USDC</span>
    </data>
  );
}
