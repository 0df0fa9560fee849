'use client';

import type { Ece } from '@ece/sdk/browser';
import { Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import { useCallback } from 'react';
import type { Watch } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { Delta } from '../../parts/delta.tsx';
import type { ListPage } from '../../parts/more.tsx';
import { useRemoval, WatchList } from './watch-list.tsx';
import { WatchRow } from './watch-row.tsx';
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
  const load = useCallback(
    async (ece: Ece, cursor: string) =>
      withPrices(ece, await ece.notifications.listWatches({ cursor, limit: 24, ...(kind && { kind }) })),
    [kind],
  );
  return (
    <WatchList first={first} load={load}>
      {(watch, onGone) => <Row key={watch.id} watch={watch} onGone={onGone} />}
    </WatchList>
  );
}

function Row({ watch, onGone }: { watch: PricedWatch; onGone(): void }) {
  const t = useT();
  const { id, kind, name, serial, editionSize, artworkUrl } = watch;
  const removal = useRemoval(remove, id, t('watch.removed'), onGone);
  return (
    <WatchRow
      {...removal}
      path={pathOf(watch)}
      name={name}
      artworkUrl={artworkUrl}
      removeLabel={t('watch.remove', { name })}
      figures={
        <dl className="watch-figures">
          <Figures watch={watch} />
        </dl>
      }
    >
      <span className="small soft">
        {t(KINDS[kind])}
        {serial && editionSize && ` · ${t('card.serial', { serial, edition: editionSize })}`}
      </span>
    </WatchRow>
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
