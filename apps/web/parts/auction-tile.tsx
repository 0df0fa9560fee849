'use client';

import { StatePill, type Tone } from '@ece/ui/badge';
import { Card } from '@ece/ui/card';
import { Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Auction } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';
import { useAuction } from './use-auction.ts';

const TONES: Record<Auction['state'], Tone> = {
  scheduled: 'info',
  open: 'live',
  sold: 'good',
  unsold: 'neutral',
  cancelled: 'neutral',
};

/** The state of an auction in a word. */
export function AuctionPill({ state }: { state: Auction['state'] }) {
  const t = useT();
  return <StatePill tone={TONES[state]}>{t(`lot.${state}`)}</StatePill>;
}

/** A lot in a list: its first card, its price as it moves, and the time that is left. */
export function AuctionTile({ auction: first, eager }: { auction: Auction; eager?: boolean }) {
  const t = useT();
  const auction = useAuction(first);
  const copy = auction.lot[0]!;
  const others = auction.lot.length - 1;
  const isOpen = auction.state === 'open';
  return (
    <Link className="tile" href={`/auctions/${auction.id}`} prefetch={false}>
      <Card artwork={artworkPath(copy.artworkUrl)} name={copy.name} rarity={copy.rarity} eager={eager} />
      <span className="tile-text">
        <span className="tile-name">{copy.name}</span>
        <span className="tile-line soft">
          <span>
            {others > 0
              ? t('lot.more', { count: others })
              : t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
          </span>
        </span>
        <span className="tile-line">
          <Price amount={auction.price ?? auction.startingPrice} />
          <span className="soft">
            {auction.bidCount > 0 ? t('lot.bids', { count: auction.bidCount }) : t('lot.noBids')}
          </span>
        </span>
        <span className="tile-line">
          {isOpen ? (
            <>
              <span className="soft">{t('lot.endsIn')}</span>
              <Countdown to={auction.endsAt} />
            </>
          ) : (
            <AuctionPill state={auction.state} />
          )}
        </span>
      </span>
    </Link>
  );
}
