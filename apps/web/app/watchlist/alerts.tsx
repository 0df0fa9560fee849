'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { CloseIcon } from '@ece/ui/icons';
import { formatAmount, Price } from '@ece/ui/money';
import { RelativeTime } from '@ece/ui/time';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { useState } from 'react';
import { artworkPath } from '../../data/artwork.ts';
import type { PriceAlert } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';

const load = (ece: Ece, cursor: string) => ece.notifications.listPriceAlerts({ cursor, limit: 24 });

const remove = async (ece: Ece, id: string) => {
  await ece.notifications.deletePriceAlert({ id });
  return id;
};

/** The prices that I want to be told of, newest first. */
export function Alerts({ first }: { first: ListPage<PriceAlert> }) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  return (
    <More first={first} load={load}>
      {(alerts) => (
        <ul className="watches">
          {alerts
            .filter(({ id }) => !gone.has(id))
            .map((alert) => (
              <Row
                key={alert.id}
                alert={alert}
                onGone={() => setGone((ids) => new Set([...ids, alert.id]))}
              />
            ))}
        </ul>
      )}
    </More>
  );
}

function Row({ alert, onGone }: { alert: PriceAlert; onGone(): void }) {
  const t = useT();
  const { locale } = useUi();
  const toast = useToast();
  const call = useCall(remove);
  const { id, cardId, cardName, artworkUrl, direction, on, price, state, firedCount, firedPrice, firedAt } =
    alert;
  const stop = async () => {
    if (!(await call.run(id))) return;
    onGone();
    toast({ tone: 'good', text: t('watch.alertRemoved') });
  };
  return (
    <li className="watch-row panel">
      {artworkUrl ? (
        <img src={artworkPath(artworkUrl)} alt="" width={60} height={84} loading="lazy" decoding="async" />
      ) : (
        <span className="watch-mark" aria-hidden="true" />
      )}
      <span className="watch-text">
        <Link className="tile-name" href={`/cards/${cardId}`} prefetch={false}>
          {cardName}
        </Link>
        <span className="small soft">
          {t('watch.when')} {t(`watch.${on}_${direction}`)}
        </span>
        <span className="small">
          <StatePill tone={state === 'armed' ? 'info' : 'good'}>{t(`watch.${state}`)}</StatePill>{' '}
          {firedPrice && firedAt && (
            <span className="soft">
              {t('watch.firedAt', { price: formatAmount(firedPrice, locale) })} ·{' '}
              <RelativeTime at={firedAt} />
              {firedCount > 1 && ` · ${t('watch.times', { count: firedCount })}`}
            </span>
          )}
        </span>
        {call.error && (
          <span role="alert" className="small field-error">
            {call.error}
          </span>
        )}
      </span>
      <span className="watch-figures">
        <Price amount={price} size="large" />
      </span>
      <Button
        variant="quiet"
        size="small"
        icon
        busy={call.busy}
        aria-label={t('watch.removeAlert', { name: cardName })}
        onClick={() => void stop()}
      >
        <CloseIcon />
      </Button>
    </li>
  );
}
