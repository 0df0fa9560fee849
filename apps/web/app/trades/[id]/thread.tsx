'use client';

import { ExactTime } from '@ece/ui/time';
import type { TradeOffer } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Fan } from '../fan.tsx';
import { seenBy } from '../goods.ts';
import { TradePill } from '../state.tsx';

/** How the negotiation went, the first offer first. */
export function Thread({ offers, me }: { offers: TradeOffer[]; me: string }) {
  const t = useT();
  return (
    <section className="section stack">
      <h2>{t('trade.history')}</h2>
      <ol className="thread">
        {offers.map((offer) => (
          <Step key={offer.id} offer={offer} me={me} />
        ))}
      </ol>
    </section>
  );
}

function Step({ offer, me }: { offer: TradeOffer; me: string }) {
  const t = useT();
  const { handle, isReceived, iGive, iReceive } = seenBy(offer, me);
  const what = offer.counterOf ? 'Countered' : 'Offered';
  return (
    <li className={isReceived ? 'thread-step' : 'thread-step thread-mine'}>
      <p className="spread">
        <strong>{isReceived ? t(`trade.they${what}`, { handle }) : t(`trade.you${what}`)}</strong>
        <span className="row small soft">
          <ExactTime at={offer.createdAt} />
          <TradePill state={offer.state} isReceived={isReceived} />
        </span>
      </p>
      <div className="trade-goods">
        <Fan label={t('trade.youGive')} goods={iGive} />
        <Fan label={t('trade.youReceive')} goods={iReceive} />
      </div>
      {offer.message && <p className="trade-message small">{offer.message}</p>}
    </li>
  );
}
