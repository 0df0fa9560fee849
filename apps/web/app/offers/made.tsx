'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill, type Tone } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { Countdown, RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import type { Offer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import type { MessageKey } from '../../i18n/translate.ts';
import { type ListPage, More } from '../../parts/more.tsx';
import { EndOffer } from './end-offer.tsx';
import { OfferRow } from './offer-row.tsx';

const STATES: Record<Offer['state'], { tone: Tone; key: MessageKey }> = {
  open: { tone: 'info', key: 'offer.open' },
  accepted: { tone: 'good', key: 'offer.accepted' },
  declined: { tone: 'bad', key: 'offer.declinedState' },
  withdrawn: { tone: 'neutral', key: 'offer.withdrawnState' },
  expired: { tone: 'neutral', key: 'offer.expired' },
  void: { tone: 'neutral', key: 'offer.void' },
};

interface MadeProps {
  first: ListPage<Offer>;
  /** Also those that have ended. */
  isAll: boolean;
  /** What is held from the wallet in all. */
  held: string;
}

/** Offers of mine, newest first, and what became of them. */
export function Made({ first, isAll, held }: MadeProps) {
  const t = useT();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const load = useCallback(
    (ece: Ece, cursor: string) =>
      ece.market.sentOffers({ cursor, limit: 20, ...(!isAll && { state: 'open' }) }),
    [isAll],
  );
  return (
    <>
      {held !== '0' && (
        <p className="small soft">
          {t('offer.standing')} <Price amount={held} />
        </p>
      )}
      <More first={first} load={load}>
        {(offers) => (
          <ul className="offer-items">
            {offers
              .filter(({ id }) => isAll || !done.has(id))
              .map((offer) => (
                <OfferRow
                  key={offer.id}
                  offer={offer}
                  actions={
                    <>
                      {offer.state === 'open' && (
                        <EndOffer
                          offer={offer}
                          way="withdraw"
                          onDone={() => setDone((ids) => new Set([...ids, offer.id]))}
                        />
                      )}
                      {offer.soldCopyId && (
                        <Link href={`/copies/${offer.soldCopyId}`} prefetch={false}>
                          {t('offer.sold_copy')}
                        </Link>
                      )}
                    </>
                  }
                >
                  <StatePill tone={STATES[offer.state].tone}>{t(STATES[offer.state].key)}</StatePill>{' '}
                  {offer.state === 'open' ? (
                    <>
                      {t('offer.endsIn')} <Countdown to={offer.expiresAt} />
                    </>
                  ) : (
                    offer.closedAt && <RelativeTime at={offer.closedAt} />
                  )}
                </OfferRow>
              ))}
          </ul>
        )}
      </More>
    </>
  );
}
