'use client';

import '../../../parts/market.css';
import type { Ece } from '@ece/sdk/browser';
import { RarityBadge, StatePill } from '@ece/ui/badge';
import { buttonClass } from '@ece/ui/button-class';
import { Card } from '@ece/ui/card';
import { useUi } from '@ece/ui/context';
import { formatAmount } from '@ece/ui/money';
import Link from 'next/link';
import { useCallback, useMemo, useState } from 'react';
import { artworkPath } from '../../../data/artwork.ts';
import type { Completion } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';

type Item = Completion['items'][number] & { id: string };
type Show = 'all' | 'missing' | 'owned';

const SHOWS: readonly Show[] = ['all', 'missing', 'owned'];

const named = ({ items, nextCursor }: Pick<Completion, 'items' | 'nextCursor'>): ListPage<Item> => ({
  items: items.map((item) => ({ ...item, id: item.cardId })),
  nextCursor,
});

/** The cards of a set: which I have, and where the others can be had now. */
export function CompletionGrid({ setId, first }: { setId: string; first: Completion }) {
  const t = useT();
  const [show, setShow] = useState<Show>('all');
  const load = useCallback(
    async (ece: Ece, cursor: string) =>
      named(await ece.portfolio.completion({ id: setId, cursor, limit: 100 })),
    [setId],
  );
  const page = useMemo(() => named(first), [first]);
  const fits = ({ copies }: Item) => show === 'all' || (show === 'missing' ? copies === 0 : copies > 0);
  return (
    <div className="stack">
      <fieldset className="choices">
        <legend className="hidden-text">{t('completion.show')}</legend>
        {SHOWS.map((each) => (
          <button
            key={each}
            type="button"
            className="choice"
            aria-pressed={each === show}
            onClick={() => setShow(each)}
          >
            {t(`completion.${each}`)}
          </button>
        ))}
      </fieldset>
      <More first={page} load={load}>
        {(items) => {
          const shown = items.filter(fits);
          if (shown.length === 0) {
            return (
              <p className="soft">
                {t(show === 'missing' ? 'completion.nothingMissing' : 'completion.nothingOwned')}
              </p>
            );
          }
          return (
            <div className="grid">
              {shown.map((item, index) => (
                <Tile key={item.id} item={item} eager={index < 6} />
              ))}
            </div>
          );
        }}
      </More>
    </div>
  );
}

function Tile({ item, eager }: { item: Item; eager: boolean }) {
  const t = useT();
  const { locale } = useUi();
  const { cardId, name, rarity, artworkUrl, copies, lowestSerial, cheapest, bestOffer, editionSize } = item;
  const isMissing = copies === 0;
  return (
    <div className="tile completion-tile" data-missing={isMissing || undefined}>
      <Link href={`/cards/${cardId}`} prefetch={false}>
        <Card artwork={artworkPath(artworkUrl)} name={name} rarity={rarity} eager={eager} />
      </Link>
      <span className="tile-text">
        <span className="tile-name">{name}</span>
        <span className="tile-line">
          <RarityBadge rarity={rarity} label={t(`rarity.${rarity}`)} />
          {isMissing ? (
            <span className="soft">{t('card.edition', { count: editionSize })}</span>
          ) : (
            <StatePill tone="good">
              {t('completion.mine', { count: copies })}
              {lowestSerial !== null && ` · #${lowestSerial}`}
            </StatePill>
          )}
        </span>
        {isMissing && (
          <>
            {cheapest ? (
              <Link
                className={buttonClass({ variant: 'primary', size: 'small', wide: true })}
                href={`/copies/${cheapest.copyId}`}
                prefetch={false}
              >
                {t('completion.buy', { price: formatAmount(cheapest.price, locale) })}
              </Link>
            ) : (
              <Link
                className={buttonClass({ size: 'small', wide: true })}
                href={`/cards/${cardId}`}
                prefetch={false}
              >
                {t('completion.offer')}
              </Link>
            )}
            <span className="tile-line soft">
              {bestOffer
                ? t('completion.bestOffer', { amount: formatAmount(bestOffer.amount, locale) })
                : t(cheapest ? 'offer.none' : 'completion.notListed')}
            </span>
          </>
        )}
      </span>
    </div>
  );
}
