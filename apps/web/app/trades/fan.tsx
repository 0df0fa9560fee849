'use client';

import { Price } from '@ece/ui/money';
import type { TradeOffer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { Thumb } from '../../parts/thumb.tsx';

/** Cards that a fan shows. */
const SHOWN = 4;

/** What a side gives, in one line: a few cards, how many more, and cash. */
export function Fan({ label, goods }: { label: string; goods: TradeOffer['give'] }) {
  const t = useT();
  const more = goods.copies.length - SHOWN;
  return (
    <div className="fan">
      <span className="small soft">{label}</span>
      <span className="fan-row">
        {goods.copies.slice(0, SHOWN).map((copy) => (
          <Thumb key={copy.id} copy={copy} />
        ))}
        {more > 0 && <span className="fan-more small number">{t('trade.moreCards', { count: more })}</span>}
        {goods.cash !== '0' && <Price amount={goods.cash} />}
        {goods.copies.length === 0 && goods.cash === '0' && (
          <span className="soft">{t('trade.nothing')}</span>
        )}
      </span>
    </div>
  );
}
