'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { formatAmount, Price } from '@ece/ui/money';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Auction } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useRefreshAfter } from '../../../data/use-refresh-after.ts';
import { useT } from '../../../i18n/client.tsx';

interface BuyNowProps {
  auction: Auction;
  price: string;
  available: string;
}

const purchase = (ece: Ece, { id, price }: { id: string; price: string }, idempotencyKey: string) =>
  ece.auctions.purchase({ id, price }, { idempotencyKey });

/** Ends the auction at once at its buy-now price, after asking. */
export function BuyNow({ auction, price, available }: BuyNowProps) {
  const t = useT();
  const router = useRouter();
  const { locale } = useUi();
  const [open, setOpen] = useState(false);
  const buy = useCall(purchase);
  useRefreshAfter(buy.refusal);
  const words = { price: formatAmount(price, locale) };
  const confirm = async () => {
    if (!(await buy.run({ id: auction.id, price }))) return;
    setOpen(false);
    router.refresh();
  };
  return (
    <>
      <Button wide onClick={() => setOpen(true)}>
        {t('auction.buyNow', words)}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t('auction.buyNowTitle')}
        actions={
          <Button variant="primary" busy={buy.busy} onClick={() => void confirm()}>
            {t('auction.buyNow', words)}
          </Button>
        }
      >
        <p>{t('auction.buyNowText', words)}</p>
        <p className="small soft">
          {t('auction.available')} <Price amount={available} />
        </p>
        {buy.error && (
          <div role="alert">
            <Notice tone="bad">{buy.error}</Notice>
          </div>
        )}
      </Dialog>
    </>
  );
}
