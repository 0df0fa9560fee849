'use client';

import type { Ece } from '@ece/sdk/browser';
import { ArrowIcon } from '@ece/ui/icons';
import { Countdown, RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { useCallback } from 'react';
import type { TradeOffer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { Person } from '../../parts/person.tsx';
import { Fan } from './fan.tsx';
import { seenBy } from './goods.ts';
import { TradePill } from './state.tsx';
import { filterOf, type View } from './views.ts';

interface ListProps {
  view: View;
  first: ListPage<TradeOffer>;
  me: string;
}

/** Negotiations, each by its last offer: one that was countered is in the list as what it became. */
export function TradeList({ view, first, me }: ListProps) {
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.trades.list({ ...filterOf(view), cursor, limit: 20 }),
    [view],
  );
  return (
    <More first={first} load={load}>
      {(offers) => (
        <ul className="trade-list">
          {offers
            .filter(({ state }) => state !== 'countered')
            .map((offer) => (
              <TradeRow key={offer.id} offer={offer} me={me} />
            ))}
        </ul>
      )}
    </More>
  );
}

function TradeRow({ offer, me }: { offer: TradeOffer; me: string }) {
  const t = useT();
  const { handle, isReceived, iGive, iReceive } = seenBy(offer, me);
  return (
    <li className="panel trade-row">
      <div className="trade-who">
        <Person handle={handle} />
        <TradePill state={offer.state} isReceived={isReceived} />
      </div>
      <div className="trade-goods">
        <Fan label={t('trade.youGive')} goods={iGive} />
        <ArrowIcon />
        <Fan label={t('trade.youReceive')} goods={iReceive} />
      </div>
      <div className="trade-end">
        <span className="small soft">
          {offer.state === 'open' ? (
            <>
              {t('trade.endsIn')} <Countdown to={offer.expiresAt} />
            </>
          ) : (
            <RelativeTime at={offer.closedAt ?? offer.createdAt} />
          )}
        </span>
        <Link className="section-link" href={`/trades/${offer.id}`} prefetch={false}>
          {t(offer.state === 'open' && isReceived ? 'trade.answer' : 'trade.look')}
          <span className="hidden-text">: {t('trade.withPerson', { handle })}</span>
        </Link>
      </div>
    </li>
  );
}
