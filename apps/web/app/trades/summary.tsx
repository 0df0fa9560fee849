'use client';

import { Price } from '@ece/ui/money';
import { useT } from '../../i18n/client.tsx';
import type { TradeCopy } from './goods.ts';
import { sum } from './new/draft.ts';

interface Goods {
  copies: readonly TradeCopy[];
  cash: string;
  fee: string;
}

/** Exactly what would move, in words, before somebody agrees to it. */
export function Summary({ give, receive, handle }: { give: Goods; receive: Goods; handle: string }) {
  const t = useT();
  return (
    <div className="summary">
      <section className="stack-s">
        <h3>{t('trade.youGive')}</h3>
        <Lines goods={give} fee={t('trade.yourFee')} total={t('trade.youPay')} />
      </section>
      <section className="stack-s">
        <h3>{t('trade.youReceive')}</h3>
        <Lines goods={receive} fee={t('trade.theirFee', { handle })} total={t('trade.theyPay', { handle })} />
      </section>
    </div>
  );
}

function Lines({ goods, fee, total }: { goods: Goods; fee: string; total: string }) {
  const t = useT();
  const isNothing = goods.copies.length === 0 && goods.cash === '0';
  return (
    <>
      <ul className="summary-list small">
        {goods.copies.map(({ id, name, serial }) => (
          <li key={id}>
            {name} <span className="soft number">#{serial}</span>
          </li>
        ))}
        {goods.cash !== '0' && (
          <li>
            <Price amount={goods.cash} />
          </li>
        )}
        {isNothing && <li className="soft">{t('trade.nothing')}</li>}
      </ul>
      {goods.cash !== '0' && (
        <dl className="facts">
          <div className="facts-row">
            <dt>{fee}</dt>
            <dd>
              <Price amount={goods.fee} />
            </dd>
          </div>
          <div className="facts-row">
            <dt>{total}</dt>
            <dd>
              <Price amount={sum(goods.cash, goods.fee)} />
            </dd>
          </div>
        </dl>
      )}
    </>
  );
}
