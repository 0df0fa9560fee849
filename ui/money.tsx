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
  /** It stands in a column: its decimal point is below that of the others. */
  aligned?: boolean;
}

/** Decimals that are set as large as the rest, and those that there may be. */
const COARSE = 2;
const DECIMALS = 6;

/** An amount with its currency, in figures that do not jump. What is less than a cent is set smaller. */
export function Price({ amount, size = 'medium', estimated, aligned }: PriceProps) {
  const { locale } = useUi();
  const text = (estimated ? formatEstimate : formatAmount)(amount, locale);
  const fine = estimated ? 0 : Math.max(0, (amount.split('.')[1]?.length ?? 0) - COARSE);
  return (
    <data className={size === 'large' ? 'price price-large' : 'price'} value={amount}>
      <span>
        {text.slice(0, text.length - fine)}
        {(fine > 0 || aligned) && (
          <span className="price-fine" data-room={aligned ? '0'.repeat(DECIMALS - COARSE - fine) : undefined}>
            {fine > 0 && text.slice(-fine)}
          </span>
        )}
      </span>
      <span className="price-unit">USDC</span>
    </data>
  );
}
