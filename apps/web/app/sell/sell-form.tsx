'use client';

import './sell.css';
import { Card } from '@ece/ui/card';
import { Tabs } from '@ece/ui/tabs';
import { useState } from 'react';
import { artworkPath } from '../../data/artwork.ts';
import { useT } from '../../i18n/client.tsx';
import type { CopyWithCard } from '../people/[handle]/with-cards.ts';
import { AuctionTerms } from './auction-terms.tsx';
import { ListingTerms } from './listing-terms.tsx';

/** Chooses a copy and the way of selling it. */
export function SellForm({ copies, initial }: { copies: CopyWithCard[]; initial: string }) {
  const t = useT();
  const [chosen, setChosen] = useState(initial);
  const copy = copies.find(({ id }) => id === chosen) ?? copies[0]!;
  return (
    <div className="sell">
      <fieldset className="sell-copies">
        <legend>{t('sell.choose')}</legend>
        {copies.map(({ id, serial, card }) => (
          <label key={id} className="sell-copy">
            <input
              type="radio"
              name="copy"
              value={id}
              checked={id === copy.id}
              onChange={() => setChosen(id)}
              className="hidden-text"
            />
            <Card artwork={artworkPath(card.artwork.url)} name={card.name} rarity={card.rarity} />
            <span className="small number">{t('card.serial', { serial, edition: card.editionSize })}</span>
          </label>
        ))}
      </fieldset>
      <section className="panel stack sell-terms">
        <h2>
          {copy.card.name} <span className="soft number">#{copy.serial}</span>
        </h2>
        <Tabs
          label={t('sell.way')}
          tabs={[
            {
              value: 'auction',
              label: t('sell.auction'),
              content: <AuctionTerms copyId={copy.id} key={copy.id} />,
            },
            {
              value: 'listing',
              label: t('sell.listing'),
              content: <ListingTerms copyId={copy.id} key={copy.id} />,
            },
          ]}
        />
      </section>
    </div>
  );
}
