'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { formatAmount } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Offer } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';

type Way = 'decline' | 'withdraw';

const end = (ece: Ece, { id, way }: { id: string; way: Way }, idempotencyKey: string) =>
  way === 'decline' ? ece.market.declineOffer({ id }, { idempotencyKey }) : ece.market.withdrawOffer({ id });

/** Declines an offer to me or takes one of mine back, after asking. */
export function EndOffer({ offer, way, onDone }: { offer: Offer; way: Way; onDone(): void }) {
  const t = useT();
  const { locale } = useUi();
  const toast = useToast();
  const router = useRouter();
  const call = useCall(end);
  const [open, setOpen] = useState(false);
  const confirm = async () => {
    if (await call.run({ id: offer.id, way })) {
      setOpen(false);
      toast({ tone: 'good', text: t(way === 'decline' ? 'offer.declined' : 'offer.withdrawn') });
      onDone();
    }
    router.refresh();
  };
  const values = { handle: offer.buyerHandle, amount: formatAmount(offer.amount, locale) };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t(`offer.${way}`)}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t(`offer.${way}Title`)}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>{t('offer.notNow')}</Button>
            <Button variant="danger" busy={call.busy} onClick={() => void confirm()}>
              {t(`offer.${way}`)}
            </Button>
          </>
        }
      >
        <p>{t(`offer.${way}Ask`, values)}</p>
        {call.error && (
          <div role="alert">
            <Notice tone="bad">{call.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
