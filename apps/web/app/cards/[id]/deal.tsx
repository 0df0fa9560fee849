import { formatAmount } from '@ece/ui/amount';
import { buttonClass } from '@ece/ui/button-class';
import { Price } from '@ece/ui/money';
import Link from 'next/link';
import type { Card, CardMarket, Listing } from '../../../data/types.ts';
import { getLanguage, getT } from '../../../i18n/server.ts';
import { MakeOffer } from '../../../parts/make-offer.tsx';

interface DealProps {
  card: Card;
  market: CardMarket;
  /** The cheapest listing that the reader can buy. */
  cheapest: Listing | undefined;
  /** What the reader can spend; undefined for somebody who is not signed in. */
  available: string | undefined;
}

/** The two ways to a copy of this card now: buy the cheapest, or say what one would pay. */
export async function Deal({ card, market, cheapest, available }: DealProps) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  const { floor, bestOffer } = market;
  return (
    <div className="panel card-deal">
      <dl>
        <dt>{t('market.floor')}</dt>
        <dd>{floor ? <Price amount={floor} size="large" /> : t('market.none')}</dd>
      </dl>
      <dl>
        <dt>{t('market.bestOffer')}</dt>
        <dd>{bestOffer ? <Price amount={bestOffer.amount} size="large" /> : t('market.none')}</dd>
      </dl>
      {cheapest && (
        <Link
          className={buttonClass({ variant: 'primary', size: 'large', wide: true })}
          href={`/copies/${cheapest.copy.id}`}
          prefetch={false}
        >
          {t('market.buyFrom', { price: formatAmount(cheapest.price, language) })}
        </Link>
      )}
      <MakeOffer
        target={{ cardId: card.id }}
        name={card.name}
        available={available}
        best={bestOffer?.amount}
        price={cheapest?.price}
      />
    </div>
  );
}
