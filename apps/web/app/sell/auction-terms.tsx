'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { serverNow, useUi } from '@ece/ui/context';
import { MoneyField, Select } from '@ece/ui/field';
import { formatEstimate } from '@ece/ui/money';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { Estimates } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { readAmount } from '../../parts/money.ts';
import type { TradeCopy } from '../trades/goods.ts';
import { sumOf } from './prices.ts';
import { Quote } from './quote.tsx';

type Terms = Parameters<Ece['auctions']['create']>[0];

const create = (ece: Ece, terms: Terms, idempotencyKey: string) =>
  ece.auctions.create(terms, { idempotencyKey });

const HOUR_MS = 3_600_000;
const HOURS = [1, 6, 24, 72, 168] as const;
const FIELDS = ['startingPrice', 'reservePrice', 'buyNowPrice'] as const;

interface AuctionTermsProps {
  copies: readonly TradeCopy[];
  estimates: Estimates;
}

/** An auction of one copy, or of several as one lot: prices and how long it runs. */
export function AuctionTerms({ copies, estimates }: AuctionTermsProps) {
  const t = useT();
  const { locale } = useUi();
  const copyIds = copies.map(({ id }) => id);
  const known = copies.flatMap(({ id }) => estimates[id] ?? []);
  const router = useRouter();
  const [typed, setTyped] = useState<Record<(typeof FIELDS)[number], string>>({
    startingPrice: '',
    reservePrice: '',
    buyNowPrice: '',
  });
  const [hours, setHours] = useState('24');
  const [faults, setFaults] = useState<Partial<Record<(typeof FIELDS)[number], string>>>({});
  const call = useCall(create);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const [startingPrice, reservePrice, buyNowPrice] = FIELDS.map((name) => readAmount(typed[name]));
    const found = Object.fromEntries(
      FIELDS.filter(
        (name) => (name === 'startingPrice' || typed[name].trim()) && !readAmount(typed[name]),
      ).map((name) => [name, t('sell.notMoney')]),
    );
    setFaults(found);
    if (!startingPrice || Object.keys(found).length > 0) return;
    const auction = await call.run({
      copyIds,
      startingPrice,
      ...(reservePrice && { reservePrice }),
      ...(buyNowPrice && { buyNowPrice }),
      endsAt: new Date(serverNow() + Number(hours) * HOUR_MS).toISOString(),
    });
    if (auction) router.push(`/auctions/${auction.id}`);
  };
  const hint = {
    startingPrice: undefined,
    reservePrice: t('sell.reserveHint'),
    buyNowPrice: t('sell.buyNowHint'),
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="small soft">
        {t(copies.length > 1 ? 'sell.lotText' : 'sell.auctionText', { count: copies.length })}
      </p>
      {known.length > 0 && (
        <p className="small">
          {t('sell.worth', { amount: formatEstimate(sumOf(known.map(({ value }) => value)), locale) })}
        </p>
      )}
      {FIELDS.map((name) => (
        <MoneyField
          key={name}
          label={t(`sell.${name}`)}
          value={typed[name]}
          onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          hint={hint[name]}
          error={faults[name]}
        />
      ))}
      <Select
        label={t('sell.runs')}
        value={hours}
        onChange={(event) => setHours(event.target.value)}
        options={HOURS.map((each) => ({
          value: String(each),
          label: each < 24 ? t('sell.hours', { count: each }) : t('sell.days', { count: each / 24 }),
        }))}
      />
      <Quote copyIds={copyIds} price={readAmount(typed.startingPrice)} />
      {call.error && (
        <div role="alert">
          <Notice tone="bad">{call.error}</Notice>
        </div>
      )}
      <Button type="submit" variant="primary" size="large" wide busy={call.busy}>
        {t('sell.startAuction')}
      </Button>
    </form>
  );
}
