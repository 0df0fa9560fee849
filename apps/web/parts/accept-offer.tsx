'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { Select } from '@ece/ui/field';
import { formatAmount, Price } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { CopySummary, Offer } from '../data/types.ts';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';

interface AcceptOfferProps {
  offer: Offer;
  /** Copies of mine that it takes; one at the least. */
  copies: Pick<CopySummary, 'id' | 'name' | 'serial' | 'editionSize'>[];
  /** It has been accepted. */
  onDone?(): void;
}

interface Acceptance {
  id: string;
  copyId: string;
  amount: string;
}

const accept = (ece: Ece, { id, copyId, amount }: Acceptance, idempotencyKey: string) =>
  ece.market.acceptOffer({ id, copyId, amount }, { idempotencyKey });

/** Sells a copy to an offer, after seeing what that brings. */
export function AcceptOffer({ offer, copies, onDone }: AcceptOfferProps) {
  const t = useT();
  const { locale } = useUi();
  const toast = useToast();
  const router = useRouter();
  const call = useCall(accept);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(copies.at(-1)!.id);
  const copy = copies.find(({ id }) => id === chosen) ?? copies[0]!;
  const { quote, amount, id } = offer;
  const confirm = async () => {
    const sale = await call.run({ id, copyId: copy.id, amount });
    if (sale) {
      setOpen(false);
      toast({ tone: 'good', text: t('offer.sold', { amount: formatAmount(quote.sellerReceives, locale) }) });
      onDone?.();
    }
    router.refresh();
  };
  return (
    <>
      <Button variant="primary" size="small" onClick={() => setOpen(true)}>
        {t('offer.accept')}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('offer.acceptTitle', { name: copy.name, serial: copy.serial })}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>{t('offer.notNow')}</Button>
            <Button variant="primary" busy={call.busy} onClick={() => void confirm()}>
              {t('offer.sell', { amount: formatAmount(amount, locale) })}
            </Button>
          </>
        }
      >
        {copies.length > 1 && (
          <Select
            label={t('offer.which')}
            hint={t('offer.whichHint')}
            value={copy.id}
            onChange={({ target }) => setChosen(target.value)}
            options={copies.map((each) => ({
              value: each.id,
              label: `${each.name}, ${t('card.serial', { serial: each.serial, edition: each.editionSize })}`,
            }))}
          />
        )}
        <dl className="facts">
          {(
            [
              ['offer.pays', amount],
              ['offer.fee', quote.fee],
              ['offer.royalty', quote.royalty],
              ['offer.receives', quote.sellerReceives],
            ] as const
          ).map(([key, value]) => (
            <div key={key} className="facts-row">
              <dt>{t(key, { handle: offer.buyerHandle })}</dt>
              <dd>
                <Price amount={value} />
              </dd>
            </div>
          ))}
        </dl>
        <p className="small soft">{t('offer.atOnce')}</p>
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
