'use client';

import type { Ece } from '@ece/sdk/browser';
import { useUi } from '@ece/ui/context';
import { formatAmount } from '@ece/ui/money';
import { Countdown } from '@ece/ui/time';
import { useMemo, useState } from 'react';
import type { ReceivedOffer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { AcceptOffer } from '../../parts/accept-offer.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { Person } from '../../parts/person.tsx';
import { EndOffer } from './end-offer.tsx';
import { OfferRow } from './offer-row.tsx';

type Row = ReceivedOffer & { id: string };

const named = ({ items, nextCursor }: ListPage<ReceivedOffer>): ListPage<Row> => ({
  items: items.map((each) => ({ ...each, id: each.offer.id })),
  nextCursor,
});

const load = async (ece: Ece, cursor: string) =>
  named(await ece.market.receivedOffers({ cursor, limit: 20 }));

/** Offers that I could accept, best first. */
export function Received({ first }: { first: ListPage<ReceivedOffer> }) {
  const t = useT();
  const { locale } = useUi();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const page = useMemo(() => named(first), [first]);
  const finish = (id: string) => setDone((ids) => new Set([...ids, id]));
  return (
    <More first={page} load={load}>
      {(rows) => (
        <ul className="offer-items">
          {rows
            .filter(({ id }) => !done.has(id))
            .map(({ id, offer, copies }) => (
              <OfferRow
                key={id}
                offer={offer}
                copy={copies[0]}
                actions={
                  <>
                    {offer.scope === 'copy' && (
                      <EndOffer offer={offer} way="decline" onDone={() => finish(id)} />
                    )}
                    <AcceptOffer offer={offer} copies={copies} onDone={() => finish(id)} />
                  </>
                }
              >
                <Person handle={offer.buyerHandle} /> · {t('offer.endsIn')} <Countdown to={offer.expiresAt} />
                <br />
                {t('offer.youReceive', { amount: formatAmount(offer.quote.sellerReceives, locale) })}
                {offer.scope !== 'copy' && ` · ${t('offer.fits', { count: copies.length })}`}
              </OfferRow>
            ))}
        </ul>
      )}
    </More>
  );
}
