'use client';

import type { Ece } from '@ece/sdk/browser';
import { useCallback } from 'react';
import type { Card } from '../../data/types.ts';
import { CardTile } from '../../parts/card-tile.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import type { ExploreQuery } from './query.ts';

/** Cards in a grid, and a button for more of them. */
export function CardGrid({ query, first }: { query: ExploreQuery; first: ListPage<Card> }) {
  const { setId, rarity } = query;
  const load = useCallback(
    (ece: Ece, cursor: string) =>
      ece.nfts.listCards({ ...(setId && { setId }), ...(rarity && { rarity }), cursor, limit: 36 }),
    [setId, rarity],
  );
  return (
    <More first={first} load={load}>
      {(cards) => (
        <div className="grid">
          {cards.map((card, index) => (
            <CardTile key={card.id} card={card} eager={index < 6} />
          ))}
        </div>
      )}
    </More>
  );
}
