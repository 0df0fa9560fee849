'use client';

import type { Ece } from '@ece/sdk/browser';
import { useCallback } from 'react';
import type { Card } from '../../../data/types.ts';
import { CardTile } from '../../../parts/card-tile.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';

/** The cards of a set in a grid, and a button for more of them. */
export function CardGrid({ setId, first }: { setId: string; first: ListPage<Card> }) {
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.nfts.listCards({ setId, cursor, limit: 36 }),
    [setId],
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
