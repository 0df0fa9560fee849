'use client';

import '../../parts/market.css';
import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { CloseIcon } from '@ece/ui/icons';
import { Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { artworkPath } from '../../data/artwork.ts';
import type { Watch } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { Delta } from '../../parts/delta.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { type PricedWatch, withPrices } from './with-prices.ts';

interface WatchesProps {
  kind: Watch['kind'] | undefined;
  first: ListPage<PricedWatch>;
}

const remove = async (ece: Ece, id: string) => {
  await ece.notifications.deleteWatch({ id });
  return id;
};

const KINDS = {
  card: 'watch.kindCard',
  copy: 'watch.kindCopy',
  set: 'watch.kindSet',
  auction: 'watch.kindAuction',
} as const;

function pathOf({ kind, cardId, setId, copyId, auctionId }: Watch): string {
  return {
    card: `/cards/${cardId}`,
    copy: `/copies/${copyId}`,
    set: `/sets/${setId}`,
    auction: `/auctions/${auctionId}`,
  }[kind];
}

/** What I watch, newest first. */
export function Watches({ kind, first }: WatchesProps) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const load = useCallback(
    async (ece: Ece, cursor: string) =>
      withPrices(ece, await ece.notifications.listWatches({ cursor, limit: 24, ...(kind && { kind }) })),
    [kind],
  );
  return (
    <More first={first} load={load}>
      {(watches) => (
        <ul className="watches">
          {watches
            .filter(({ id }) => !gone.has(id))
            .map((watch) => (
              <Row
                key={watch.id}
                watch={watch}
                onGone={() => setGone((ids) => new Set([...ids, watch.id]))}
              />
            ))}
        </ul>
      )}
    </More>
  );
}

function Row({ watch, onGone }: { watch: PricedWatch; onGone(): void }) {
  const t = useT();
  const toast = useToast();
  const call = useCall(remove);
  const { id, kind, name, artworkUrl } = watch;
  const stop = async () => {
    if (!(await call.run(id))) return;
    onGone();
    toast({ tone: 'good', text: t('watch.removed') });
  };
  return (
    <li className="watch-row panel">
      {artworkUrl ? (
        <img src={artworkPath(artworkUrl)} alt="" width={60} height={84} loading="lazy" decoding="async" />
      ) : (
        <span className="watch-mark" aria-hidden="true" />
      )}
      <span className="watch-text">
        <Link className="tile-name" href={pathOf(watch)} prefetch={false}>
          {name}
        </Link>
        <span className="small soft">{t(KINDS[kind])}</span>
        {call.error && (
          <span role="alert" className="small field-error">
            {call.error}
          </span>
        )}
      </span>
      <dl className="watch-figures">
        <Figures watch={watch} />
      </dl>
      <Button
        variant="quiet"
        size="small"
        icon
        busy={call.busy}
        aria-label={t('watch.remove', { name })}
        onClick={() => void stop()}
      >
        <CloseIcon />
      </Button>
    </li>
  );
}

function Figures({ watch }: { watch: PricedWatch }) {
  const t = useT();
  const { kind, floor, lastSale, change, estimate, auction } = watch;
  const rows = [
    kind === 'card' && {
      key: 'floor',
      label: t('market.floor'),
      value: floor ? <Price amount={floor} /> : t('market.none'),
    },
    lastSale && { key: 'last', label: t('market.lastSale'), value: <Price amount={lastSale} /> },
    change != null && { key: 'change', label: t('market.change7d'), value: <Delta percent={change} /> },
    estimate && {
      key: 'estimate',
      label: t('market.estimate'),
      value: <Price amount={estimate} estimated />,
    },
    auction && { key: 'price', label: t('lot.current'), value: <Price amount={auction.price} /> },
    auction?.isOpen && { key: 'end', label: t('lot.endsIn'), value: <Countdown to={auction.endsAt} /> },
  ].filter((row) => !!row);
  return rows.map(({ key, label, value }) => (
    <div key={key}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  ));
}
