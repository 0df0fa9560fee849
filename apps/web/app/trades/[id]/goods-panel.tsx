'use client';

import { RarityBadge } from '@ece/ui/badge';
import { useUi } from '@ece/ui/context';
import { formatEstimate, Price } from '@ece/ui/money';
import Link from 'next/link';
import type { Estimates, TradeOffer } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { Thumb } from '../../../parts/thumb.tsx';

interface GoodsPanelProps {
  side: 'give' | 'receive';
  goods: TradeOffer['give'];
  estimates: Estimates;
  handle: string;
}

/** What one side gives: its cards with what they are worth, its cash, and the fee on that. */
export function GoodsPanel({ side, goods, estimates, handle }: GoodsPanelProps) {
  const t = useT();
  const { locale } = useUi();
  return (
    <section className="panel stack">
      <h2>{t(side === 'give' ? 'trade.youGive' : 'trade.youReceive')}</h2>
      {goods.copies.length > 0 && (
        <ul className="goods">
          {goods.copies.map((copy) => (
            <li key={copy.id} className="goods-copy">
              <Thumb copy={copy} silent />
              <span className="goods-text">
                <Link href={`/copies/${copy.id}`} prefetch={false}>
                  {copy.name}
                </Link>
                <span className="small soft number">
                  {t('card.serial', { serial: copy.serial, edition: copy.editionSize })}
                </span>
                <RarityBadge rarity={copy.rarity} label={t(`rarity.${copy.rarity}`)} />
              </span>
              <span className="small number goods-value">
                {estimates[copy.id]
                  ? t('trade.about', { amount: formatEstimate(estimates[copy.id]!.value, locale) })
                  : t('trade.notEstimated')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {goods.copies.length === 0 && <p className="soft">{t('trade.noCards')}</p>}
      <dl className="facts">
        <div className="facts-row">
          <dt>{t('trade.cash')}</dt>
          <dd>
            <Price amount={goods.cash} />
          </dd>
        </div>
        {goods.cash !== '0' && (
          <div className="facts-row">
            <dt>{side === 'give' ? t('trade.yourFee') : t('trade.theirFee', { handle })}</dt>
            <dd>
              <Price amount={goods.fee} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
