'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { formatAmount, Price } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Listing } from '../../../data/types.ts';
import { useCall } from '../../../data/use-call.ts';
import { useT } from '../../../i18n/client.tsx';
import { isLess, minus } from '../../../parts/money.ts';
import { compared } from '../../../parts/worth.ts';

interface BuyBoxProps {
  listing: Listing;
  /** What the copy is probably worth, where that is known. */
  estimate: string | undefined;
  /** What the reader can spend; undefined for somebody who is not signed in. */
  available: string | undefined;
  /** The reader is the seller. */
  mine: boolean;
}

const purchase = (ece: Ece, { id, price }: { id: string; price: string }, idempotencyKey: string) =>
  ece.market.purchase({ id, price }, { idempotencyKey });

/** A copy's price, and buying it after seeing what that means. */
export function BuyBox({ listing, estimate, available, mine }: BuyBoxProps) {
  const t = useT();
  const path = usePathname();
  const [open, setOpen] = useState(false);
  return (
    <div className="panel stack">
      <div>
        <p className="small soft">{t('buy.price')}</p>
        <Price amount={listing.price} size="large" />
        {estimate && <Compared price={listing.price} estimate={estimate} />}
      </div>
      {mine && <p className="soft">{t('buy.own')}</p>}
      {!mine && available === undefined && (
        <Link
          className={buttonClass({ variant: 'primary', size: 'large', wide: true })}
          href={`/sign-in?next=${encodeURIComponent(path)}`}
        >
          {t('buy.signIn')}
        </Link>
      )}
      {!mine && available !== undefined && (
        <>
          <Button variant="primary" size="large" wide onClick={() => setOpen(true)}>
            {t('buy.buy')}
          </Button>
          <Confirm listing={listing} available={available} open={open} onClose={() => setOpen(false)} />
        </>
      )}
    </div>
  );
}

function Compared({ price, estimate }: { price: string; estimate: string }) {
  const t = useT();
  const { locale } = useUi();
  const { way, share } = compared(price, estimate);
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return <p className="small soft">{t(`buy.${way}`, { share: format.format(share) })}</p>;
}

interface ConfirmProps {
  listing: Listing;
  available: string;
  open: boolean;
  onClose(): void;
}

function Confirm({ listing, available, open, onClose }: ConfirmProps) {
  const t = useT();
  const toast = useToast();
  const router = useRouter();
  const { locale } = useUi();
  const buy = useCall(purchase);
  const { copy, price, quote } = listing;
  const say = (amount: string) => formatAmount(amount, locale);
  const isShort = isLess(available, price);
  const confirm = async () => {
    if (!(await buy.run({ id: listing.id, price }))) return router.refresh();
    onClose();
    toast({ tone: 'good', text: t('buy.done') });
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('buy.title', { name: copy.name, serial: copy.serial })}
      actions={
        <>
          <Button onClick={onClose}>{t('buy.cancel')}</Button>
          <Button variant="primary" busy={buy.busy} disabled={isShort} onClick={() => void confirm()}>
            {t('buy.confirm', { price: say(price) })}
          </Button>
        </>
      }
    >
      <dl className="facts">
        <div className="facts-row">
          <dt>{t('buy.pays')}</dt>
          <dd>
            <Price amount={price} />
          </dd>
        </div>
        <div className="facts-row">
          <dt>{t('buy.available')}</dt>
          <dd>
            <Price amount={available} />
          </dd>
        </div>
        {!isShort && (
          <div className="facts-row">
            <dt>{t('buy.after')}</dt>
            <dd>
              <Price amount={minus(available, price)} />
            </dd>
          </div>
        )}
      </dl>
      <p className="small soft">{t('buy.includes', { fee: say(quote.fee), royalty: say(quote.royalty) })}</p>
      {isShort && <Notice tone="warn">{t('buy.short', { amount: say(minus(price, available)) })}</Notice>}
      {buy.error && (
        <div role="alert">
          <Notice tone="bad">{buy.error}</Notice>
        </div>
      )}
    </Dialog>
  );
}
