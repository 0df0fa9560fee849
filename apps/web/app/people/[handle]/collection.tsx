'use client';

import type { Ece } from '@ece/sdk/browser';
import { RarityBadge } from '@ece/ui/badge';
import { Card } from '@ece/ui/card';
import Link from 'next/link';
import { useCallback } from 'react';
import { artworkPath } from '../../../data/artwork.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import { type CopyWithCard, withCards } from './with-cards.ts';

/** The copies that somebody has. */
export function Collection({ handle, first }: { handle: string; first: ListPage<CopyWithCard> }) {
  const t = useT();
  const load = useCallback(
    async (ece: Ece, cursor: string) =>
      withCards(ece, await ece.nfts.listCopies({ ownerHandle: handle, cursor, limit: 24 })),
    [handle],
  );
  return (
    <More first={first} load={load}>
      {(copies) => (
        <div className="grid">
          {copies.map(({ id, serial, card }) => (
            <Link key={id} className="tile" href={`/copies/${id}`} prefetch={false}>
              <Card artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} />
              <span className="tile-text">
                <span className="tile-name">{card.name}</span>
                <span className="tile-line">
                  <span className="soft">{t('card.serial', { serial, edition: card.editionSize })}</span>
                </span>
                <span className="tile-line">
                  <RarityBadge rarity={card.rarity} label={t(`rarity.${card.rarity}`)} />
                </span>
              </span>
            </Link>
          ))}
        </div>
      )}
    </More>
  );
}
