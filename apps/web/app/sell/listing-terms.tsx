'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { MoneyField } from '@ece/ui/field';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { Estimate } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { readAmount, toCents } from '../../parts/money.ts';
import type { TradeCopy } from '../trades/goods.ts';
import { Quote } from './quote.tsx';
import { Suggestion } from './suggestion.tsx';

const list = (ece: Ece, input: { copyId: string; price: string }, idempotencyKey: string) =>
  ece.market.createListing(input, { idempotencyKey });

/** A fixed price for one copy; what it is worth stands in the field already. */
export function ListingTerms({ copy, estimate }: { copy: TradeCopy; estimate: Estimate | undefined }) {
  const t = useT();
  const router = useRouter();
  const [typed, setTyped] = useState(estimate ? toCents(estimate.value) : '');
  const [fault, setFault] = useState<string>();
  const call = useCall(list);
  const price = readAmount(typed);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setFault(price ? undefined : t('sell.notMoney'));
    if (!price) return;
    if (await call.run({ copyId: copy.id, price })) router.push(`/copies/${copy.id}`);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="small soft">{t('sell.listingText')}</p>
      <MoneyField
        label={t('sell.price')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        error={fault}
      />
      <Suggestion estimate={estimate} onUse={setTyped} />
      <Quote copyIds={[copy.id]} price={price} />
      {call.error && (
        <div role="alert">
          <Notice tone="bad">{call.error}</Notice>
        </div>
      )}
      <Button type="submit" variant="primary" size="large" wide busy={call.busy}>
        {t('sell.list')}
      </Button>
    </form>
  );
}
