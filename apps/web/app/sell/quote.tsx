'use client';

import { EceError } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { useEffect, useState } from 'react';
import { browserApi } from '../../data/browser.ts';
import { errorText } from '../../data/error-text.ts';
import type { Quote as QuoteData } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';

/** Milliseconds of rest in typing after which the exchange is asked. */
const REST_MS = 250;

/** What I receive at a price, by the exchange's own reckoning. */
export function Quote({ copyId, price }: { copyId: string; price: string | undefined }) {
  const t = useT();
  const [answer, setAnswer] = useState<{ price: string; quote?: QuoteData; error?: EceError }>();
  useEffect(() => {
    if (!price) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      browserApi()
        .market.quote({ copyId, price }, { signal: stop.signal })
        .then(
          (quote) => setAnswer({ price, quote }),
          (error: unknown) => {
            if (!stop.signal.aborted && error instanceof EceError) setAnswer({ price, error });
          },
        );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [copyId, price]);
  if (!price) return <p className="small soft sell-quote">{t('sell.quoteHint')}</p>;
  if (answer?.error && answer.price === price) {
    return <Notice tone="bad">{errorText(t, answer.error)}</Notice>;
  }
  const quote = answer?.quote;
  if (!quote) return <p className="small soft sell-quote">{t('states.loading')}</p>;
  return (
    <dl className="facts sell-quote" data-current={answer.price === price || undefined}>
      <div className="facts-row">
        <dt>{t('sell.fee')}</dt>
        <dd>
          <Price amount={quote.fee} />
        </dd>
      </div>
      <div className="facts-row">
        <dt>{t('sell.royalty')}</dt>
        <dd>
          <Price amount={quote.royalty} />
        </dd>
      </div>
      <div className="facts-row">
        <dt>{t('sell.receives')}</dt>
        <dd>
          <Price amount={quote.sellerReceives} />
        </dd>
      </div>
    </dl>
  );
}
