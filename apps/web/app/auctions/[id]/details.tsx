'use client';

import { useUi } from '@ece/ui/context';
import { Price } from '@ece/ui/money';
import { ExactTime } from '@ece/ui/time';
import type { Auction } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { lasting } from '../../../parts/lasting.ts';
import { percent } from '../../../parts/percent.ts';
import { Person } from '../../../parts/person.tsx';

/** The terms of an auction. */
export function Details({ auction, estimate }: { auction: Auction; estimate: string | undefined }) {
  const t = useT();
  const { locale } = useUi();
  const { window, extension } = auction.softClose;
  const rows = [
    { key: 'seller', label: t('auction.seller'), value: <Person handle={auction.sellerHandle} /> },
    { key: 'start', label: t('auction.startsAt'), value: <ExactTime at={auction.startsAt} /> },
    { key: 'end', label: t('auction.endsAt'), value: <ExactTime at={auction.endsAt} /> },
    { key: 'price', label: t('lot.starting'), value: <Price amount={auction.startingPrice} /> },
    ...(estimate === undefined
      ? []
      : [
          {
            key: 'estimate',
            label: t('auction.estimate', { count: auction.lot.length }),
            value: <Price amount={estimate} estimated />,
          },
        ]),
    {
      key: 'soft',
      label: t('auction.softClose'),
      value:
        window > 0
          ? t('auction.softCloseText', {
              window: lasting(window, locale),
              extension: lasting(extension, locale),
            })
          : t('auction.softCloseNone'),
    },
    { key: 'fee', label: t('auction.fee'), value: percent(auction.feeBasisPoints, locale) },
  ];
  return (
    <section className="panel stack">
      <h2>{t('auction.details')}</h2>
      <dl className="facts">
        {rows.map(({ key, label, value }) => (
          <div key={key} className="facts-row">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
