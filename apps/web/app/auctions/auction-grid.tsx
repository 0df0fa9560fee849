'use client';

import type { Ece } from '@ece/sdk/browser';
import { useCallback } from 'react';
import type { Auction } from '../../data/types.ts';
import { AuctionTile } from '../../parts/auction-tile.tsx';
import { type ListPage, More } from '../../parts/more.tsx';

/** Auctions in a grid, live, and a button for more of them. */
export function AuctionGrid({ state, first }: { state: Auction['state']; first: ListPage<Auction> }) {
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.auctions.list({ state, cursor, limit: 36 }),
    [state],
  );
  return (
    <More first={first} load={load}>
      {(auctions) => (
        <div className="grid">
          {auctions.map((auction, index) => (
            <AuctionTile key={auction.id} auction={auction} eager={index < 6} />
          ))}
        </div>
      )}
    </More>
  );
}
