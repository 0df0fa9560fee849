'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill } from '@ece/ui/badge';
import { useUi } from '@ece/ui/context';
import { formatAmount, Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import type { PriceAlert } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import type { ListPage } from '../../parts/more.tsx';
import { useRemoval, WatchList } from './watch-list.tsx';
import { WatchRow } from './watch-row.tsx';

const load = (ece: Ece, cursor: string) => ece.notifications.listPriceAlerts({ cursor, limit: 24 });

const remove = async (ece: Ece, id: string) => {
  await ece.notifications.deletePriceAlert({ id });
  return id;
};

/** The prices that I want to be told of, newest first. */
export function Alerts({ first }: { first: ListPage<PriceAlert> }) {
  return (
    <WatchList first={first} load={load}>
      {(alert, onGone) => <Row key={alert.id} alert={alert} onGone={onGone} />}
    </WatchList>
  );
}

function Row({ alert, onGone }: { alert: PriceAlert; onGone(): void }) {
  const t = useT();
  const { locale } = useUi();
  const { id, cardId, cardName, artworkUrl, direction, on, price, state, firedCount, firedPrice, firedAt } =
    alert;
  const removal = useRemoval(remove, id, t('watch.alertRemoved'), onGone);
  return (
    <WatchRow
      {...removal}
      path={`/cards/${cardId}`}
      name={cardName}
      artworkUrl={artworkUrl}
      removeLabel={t('watch.removeAlert', { name: cardName })}
      figures={
        <span className="watch-figures">
          <Price amount={price} size="large" />
        </span>
      }
    >
      <span className="small soft">
        {t('watch.when')} {t(`watch.${on}_${direction}`)}
      </span>
      <span className="small">
        <StatePill tone={state === 'armed' ? 'info' : 'good'}>{t(`watch.${state}`)}</StatePill>{' '}
        {firedPrice && firedAt && (
          <span className="soft">
            {t('watch.firedAt', { price: formatAmount(firedPrice, locale) })} · <RelativeTime at={firedAt} />
            {firedCount > 1 && ` · ${t('watch.times', { count: firedCount })}`}
          </span>
        )}
      </span>
    </WatchRow>
  );
}
