'use client';

import { Notice } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { errorText } from '../../data/error-text.ts';
import { useT } from '../../i18n/client.tsx';
import { lotPrices } from './prices.ts';
import { type QuoteTotal, useQuotes } from './use-quotes.ts';

/** What I receive for copies at a price for all of them, by the exchange's own reckoning. */
export function Quote({ copyIds, price }: { copyIds: readonly string[]; price: string | undefined }) {
  const t = useT();
  const prices = price ? lotPrices(price, copyIds.length) : [];
  const { total, isCurrent, error, problems } = useQuotes(
    prices.map((each, index) => ({ copyId: copyIds[index]!, price: each })),
  );
  const problem = [...problems.values()][0];
  if (!price) return <p className="small soft sell-quote">{t('sell.quoteHint')}</p>;
  if (isCurrent && (error || problem)) {
    return <Notice tone="bad">{error ? errorText(t, error) : problem}</Notice>;
  }
  if (!total) return <p className="small soft sell-quote">{t('states.loading')}</p>;
  return <Totals total={total} isCurrent={isCurrent} />;
}

/** Fee, royalty and what is left. */
export function Totals({ total, isCurrent }: { total: QuoteTotal; isCurrent: boolean }) {
  const t = useT();
  const rows = [
    ['fee', total.fee],
    ['royalty', total.royalty],
    ['receives', total.sellerReceives],
  ] as const;
  return (
    <dl className="facts sell-quote" data-current={isCurrent || undefined}>
      {rows.map(([name, amount]) => (
        <div className="facts-row" key={name}>
          <dt>{t(`sell.${name}`)}</dt>
          <dd>
            <Price amount={amount} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
