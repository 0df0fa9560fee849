'use client';

import { Notice } from '@ece/ui/badge';
import { Countdown, ExactTime } from '@ece/ui/time';
import Link from 'next/link';
import type { Estimates, TradeOffer } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { useLiveState } from '../../../live/feed.tsx';
import { Person } from '../../../parts/person.tsx';
import { worthOf } from '../../../parts/worth.ts';
import { Balance } from '../balance.tsx';
import { seenBy } from '../goods.ts';
import { TradePill } from '../state.tsx';
import { Answer } from './answer.tsx';
import { GoodsPanel } from './goods-panel.tsx';
import { Thread } from './thread.tsx';

/** Who is looking, and what they can spend. */
export interface TradeViewer {
  handle: string;
  available: string;
}

interface NegotiationProps {
  /** The offers that answer one another, the first one first. */
  offers: TradeOffer[];
  estimates: Estimates;
  me: TradeViewer;
}

/** The last offer of a negotiation, with both sides as I see them. */
export function Negotiation({ offers, estimates, me }: NegotiationProps) {
  const t = useT();
  const live = useLiveState();
  const offer = offers.at(-1)!;
  const { handle, isReceived, iGive, iReceive } = seenBy(offer, me.handle);
  const worth = (goods: TradeOffer['give']) =>
    worthOf(
      goods.copies.map(({ id }) => id),
      goods.cash,
      estimates,
    );
  return (
    <div className="wrap">
      <div className="page-head stack-s">
        <p className="small">
          <Link href="/trades">{t('trade.title')}</Link>
        </p>
        <div className="row">
          <h1>{t('trade.withPerson', { handle })}</h1>
          <span role="status">
            <TradePill state={offer.state} isReceived={isReceived} />
          </span>
        </div>
        <p className="row small soft">
          <Person handle={handle} />
          <span>
            {offer.state === 'open' ? (
              <>
                {t('trade.endsIn')} <Countdown to={offer.expiresAt} />
              </>
            ) : (
              <ExactTime at={offer.closedAt ?? offer.createdAt} />
            )}
          </span>
        </p>
      </div>
      {live === 'reconnecting' && <Notice tone="warn">{t('trade.reconnecting')}</Notice>}
      <div className="deal">
        <GoodsPanel side="give" goods={iGive} estimates={estimates} handle={handle} />
        <GoodsPanel side="receive" goods={iReceive} estimates={estimates} handle={handle} />
        <div className="panel stack deal-sum">
          {offer.message && (
            <blockquote className="trade-message">
              <p>{offer.message}</p>
              <footer className="small soft">{offer.fromHandle}</footer>
            </blockquote>
          )}
          <Balance give={worth(iGive)} receive={worth(iReceive)} handle={handle} />
          <Answer offer={offer} me={me} />
        </div>
      </div>
      <Thread offers={offers} me={me.handle} />
    </div>
  );
}
