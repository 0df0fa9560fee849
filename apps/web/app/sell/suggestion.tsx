'use client';

import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { formatEstimate } from '@ece/ui/money';
import type { Estimate } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { toCents } from '../../parts/money.ts';

/** What a copy would probably be sold for, why so, and taking it as the price. */
export function Suggestion({
  estimate,
  onUse,
}: {
  estimate: Estimate | undefined;
  onUse(price: string): void;
}) {
  const t = useT();
  const { locale } = useUi();
  if (!estimate) return <p className="small soft">{t('sell.noSuggestion')}</p>;
  const { value, low, high, method, sales, confidence } = estimate;
  const price = toCents(value);
  return (
    <div className="sell-suggestion">
      <p className="small">
        <strong>{t('sell.suggested', { amount: formatEstimate(price, locale) })}</strong>{' '}
        <span className="soft">
          {t(`sell.by${method}`, { count: sales })}{' '}
          {t('sell.likely', { low: formatEstimate(low, locale), high: formatEstimate(high, locale) })}{' '}
          {t(`sell.sure${confidence}`)}
        </span>
      </p>
      <Button size="small" onClick={() => onUse(price)}>
        {t('sell.use')}
      </Button>
    </div>
  );
}
