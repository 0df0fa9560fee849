'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { serverNow, useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { MoneyField, Select } from '@ece/ui/field';
import { formatAmount, Price } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';
import { isLess, minus, readAmount } from './money.ts';

export type OfferTarget = { cardId: string } | { copyId: string };

interface MakeOfferProps {
  target: OfferTarget;
  /** What the offer is for, in words. */
  name: string;
  /** What the reader can spend; undefined for somebody who is not signed in. */
  available: string | undefined;
  /** The best offer that there is. */
  best: string | undefined;
  /** The cheapest price at which it can be bought at once. */
  price?: string | undefined;
}

interface NewOffer {
  target: OfferTarget;
  amount: string;
  days: number;
}

const DAYS = [1, 3, 7, 14, 30];
const DAY_MS = 86_400_000;
/** Milliseconds that the longest offer stays below its bound, for clocks that differ. */
const MARGIN_MS = 60_000;

const create = (ece: Ece, { target, amount, days }: NewOffer, idempotencyKey: string) =>
  ece.market.createOffer(
    { ...target, amount, expiresAt: new Date(serverNow() + days * DAY_MS - MARGIN_MS).toISOString() },
    { idempotencyKey },
  );

/** Offers to buy a copy, or any copy of a card, after seeing what that holds. */
export function MakeOffer({ available, ...rest }: MakeOfferProps) {
  const t = useT();
  const path = usePathname();
  const [open, setOpen] = useState(false);
  if (available === undefined) {
    return (
      <Link
        className={buttonClass({ wide: true })}
        href={`/sign-in?next=${encodeURIComponent(path)}`}
        prefetch={false}
      >
        {t('offer.signIn')}
      </Link>
    );
  }
  return (
    <>
      <Button wide onClick={() => setOpen(true)}>
        {t('offer.make')}
      </Button>
      <OfferDialog {...rest} available={available} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

interface OfferDialogProps extends MakeOfferProps {
  available: string;
  open: boolean;
  onClose(): void;
}

function OfferDialog({ target, name, available, best, price, open, onClose }: OfferDialogProps) {
  const t = useT();
  const { locale } = useUi();
  const toast = useToast();
  const router = useRouter();
  const call = useCall(create);
  const [typed, setTyped] = useState('');
  const [days, setDays] = useState(7);
  const [tried, setTried] = useState(false);
  const amount = readAmount(typed);
  const say = (value: string) => formatAmount(value, locale);
  const isShort = amount !== undefined && isLess(available, amount);
  const isDear = amount !== undefined && price !== undefined && !isLess(amount, price);
  const send = async () => {
    setTried(true);
    if (!amount || isShort) return;
    if (!(await call.run({ target, amount, days }))) return;
    onClose();
    setTyped('');
    setTried(false);
    toast({
      tone: 'good',
      text: (
        <>
          {t('offer.made')} <Link href="/offers?view=made">{t('offer.toMine')}</Link>
        </>
      ),
    });
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('offer.title', { name })}
      actions={
        <Button variant="primary" busy={call.busy} disabled={isShort} onClick={() => void send()}>
          {amount ? t('offer.send', { amount: say(amount) }) : t('offer.make')}
        </Button>
      }
    >
      <MoneyField
        label={t('offer.amount')}
        value={typed}
        onChange={({ target: field }) => setTyped(field.value)}
        hint={best ? t('offer.bestNow', { amount: say(best) }) : t('offer.first')}
        error={tried && !amount ? t('offer.notMoney') : undefined}
      />
      <Select
        label={t('offer.stands')}
        value={String(days)}
        onChange={({ target: field }) => setDays(Number(field.value))}
        options={DAYS.map((count) => ({ value: String(count), label: t('offer.days', { count }) }))}
      />
      <dl className="facts">
        <div className="facts-row">
          <dt>{t('offer.available')}</dt>
          <dd>
            <Price amount={available} />
          </dd>
        </div>
        {amount && !isShort && (
          <div className="facts-row">
            <dt>{t('offer.after')}</dt>
            <dd>
              <Price amount={minus(available, amount)} />
            </dd>
          </div>
        )}
      </dl>
      <p className="small soft">{t('copyId' in target ? 'offer.heldCopy' : 'offer.heldCard')}</p>
      {isDear && <Notice tone="warn">{t('offer.dear', { price: say(price) })}</Notice>}
      {isShort && <Notice tone="warn">{t('offer.short', { amount: say(minus(amount, available)) })}</Notice>}
      {call.error && (
        <div role="alert">
          <Notice tone="bad">{call.error}</Notice>
        </div>
      )}
    </Dialog>
  );
}
