'use client';

import '../../parts/market.css';
import { Price } from '@ece/ui/money';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { artworkPath } from '../../data/artwork.ts';
import type { CopySummary, Offer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { offerScope } from '../../parts/offer-scope.ts';

interface OfferRowProps {
  offer: Offer;
  /** A copy that shows what it is about, where the offer names none. */
  copy?: CopySummary | undefined;
  /** What is said below its name. */
  children: ReactNode;
  /** What can be done. */
  actions: ReactNode;
}

/** An offer in a list: what it is for, how much, and what can be done. */
export function OfferRow({ offer, copy, children, actions }: OfferRowProps) {
  const t = useT();
  const { card, set } = offer;
  const shown = offer.copy ?? copy;
  const picture = shown?.artworkUrl ?? card?.artworkUrl;
  const path = offer.copy
    ? `/copies/${offer.copy.id}`
    : card
      ? `/cards/${card.id}`
      : copy
        ? `/cards/${copy.cardId}`
        : `/sets/${set.id}`;
  return (
    <li className="offer-item panel">
      {picture ? (
        <img src={artworkPath(picture)} alt="" width={60} height={84} loading="lazy" decoding="async" />
      ) : (
        <span className="offer-item-set mono" aria-hidden="true">
          {set.code}
        </span>
      )}
      <div className="offer-row-text">
        <Link className="tile-name" href={path} prefetch={false}>
          {shown?.name ?? card?.name ?? set.name}
        </Link>
        <span className="small soft">{offerScope(t, offer)}</span>
        <span className="small">{children}</span>
      </div>
      <div className="offer-item-end">
        <Price amount={offer.amount} size="large" />
        <div className="offer-row-end">{actions}</div>
      </div>
    </li>
  );
}
