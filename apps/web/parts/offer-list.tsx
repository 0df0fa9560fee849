'use client';

import './market.css';
import type { Ece } from '@ece/sdk/browser';
import { Price } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import { useCallback } from 'react';
import type { CopySummary, Offer } from '../data/types.ts';
import { useT } from '../i18n/client.tsx';
import { AcceptOffer } from './accept-offer.tsx';
import type { OfferTarget } from './make-offer.tsx';
import { type ListPage, More } from './more.tsx';
import { offerScope } from './offer-scope.ts';
import { Person } from './person.tsx';

interface OfferListProps {
  target: OfferTarget;
  first: ListPage<Offer>;
  /** Handle of the reader. */
  me: string | undefined;
  /** The copy, where the reader owns it and could sell it. */
  mine?: Pick<CopySummary, 'id' | 'name' | 'serial' | 'editionSize'>;
}

/** The open offers for a card or a copy, best first. */
export function OfferList({ target, first, me, mine }: OfferListProps) {
  const t = useT();
  const [key, id] = 'cardId' in target ? ['cardId', target.cardId] : ['copyId', target.copyId];
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.market.listOffers({ [key!]: id, cursor, limit: 20 }),
    [key, id],
  );
  if (first.items.length === 0) return <p className="soft">{t('offer.none')}</p>;
  return (
    <More first={first} load={load}>
      {(offers) => (
        <ul className="offer-rows">
          {offers.map((offer) => (
            <li key={offer.id} className="offer-row">
              <span className="offer-row-text">
                <span className="row">
                  <Price amount={offer.amount} />
                  <span className="small">
                    {offer.buyerHandle === me ? t('offer.yours') : <Person handle={offer.buyerHandle} />}
                  </span>
                </span>
                <span className="small soft">
                  {offerScope(t, offer)} · {t('offer.endsIn')} <Countdown to={offer.expiresAt} />
                </span>
              </span>
              {mine && offer.buyerHandle !== me && <AcceptOffer offer={offer} copies={[mine]} />}
            </li>
          ))}
        </ul>
      )}
    </More>
  );
}
