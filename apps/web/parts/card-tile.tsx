'use client';

import { RarityBadge } from '@ece/ui/badge';
import { Card } from '@ece/ui/card';
import { Price } from '@ece/ui/money';
import Link from 'next/link';
import { artworkPath } from '../data/artwork.ts';
import type { Card as CardData, Listing } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';

/** A card of a set in a list. */
export function CardTile({ card, eager }: { card: CardData; eager?: boolean }) {
  const t = useT();
  return (
    <Link className="tile" href={`/cards/${card.id}`} prefetch={false}>
      <Card artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} eager={eager} />
      <span className="tile-text">
        <span className="tile-name">{card.name}</span>
        <span className="tile-line soft">
          <span>{t('card.edition', { count: card.editionSize })}</span>
        </span>
        <span className="tile-line">
          <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
        </span>
      </span>
    </Link>
  );
}

/** A copy for sale in a list, with its price. */
export function ListingTile({ listing }: { listing: Listing }) {
  const t = useT();
  const { copy } = listing;
  return (
    <Link className="tile" href={`/copies/${copy.id}`} prefetch={false}>
      <Card artwork={artworkPath(copy.artworkUrl)} name={copy.name} rarity={copy.rarity} />
      <span className="tile-text">
        <span className="tile-name">{copy.name}</span>
        <span className="tile-line soft">
          <span>{t('card.serial', { serial: copy.serial, edition: copy.editionSize })}</span>
        </span>
        <span className="tile-line">
          <Price amount={listing.price} />
          <RarityBadge rarity={copy.rarity} label={t(`rarity.${copy.rarity}`)} />
        </span>
      </span>
    </Link>
  );
}
