'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill } from '@ece/ui/badge';
import { buttonClass } from '@ece/ui/button-class';
import { useUi } from '@ece/ui/context';
import { Select } from '@ece/ui/field';
import { formatEstimate, Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useCallback, useTransition } from 'react';
import type { Holding } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { CopyCell } from './copy-cell.tsx';
import { Gain } from './gain.tsx';
import { addressOf, type PortfolioQuery, SORTS } from './query.ts';

type Row = Holding & { id: string };

interface HoldingsProps {
  query: PortfolioQuery;
  sets: { id: string; name: string }[];
  first: ListPage<Row>;
}

/** Each copy with what it cost, what it is worth, and the best that is offered for it. */
export function Holdings({ query, sets, first }: HoldingsProps) {
  const t = useT();
  const router = useRouter();
  const [, start] = useTransition();
  const { sort, setId } = query;
  const go = (change: Partial<PortfolioQuery>) =>
    start(() => router.push(addressOf({ ...query, ...change }), { scroll: false }));
  const load = useCallback(
    async (ece: Ece, cursor: string) => {
      const page = await ece.portfolio.get({ sort, ...(setId && { setId }), cursor, limit: 30 });
      return {
        items: page.holdings.map((each) => ({ ...each, id: each.copy.id })),
        nextCursor: page.nextCursor,
      };
    },
    [sort, setId],
  );
  return (
    <section className="stack holdings">
      <div className="spread">
        <h2>{t('portfolio.holdings')}</h2>
        <div className="row holdings-filters">
          <Select
            label={t('portfolio.set')}
            value={setId ?? ''}
            onChange={(event) => go({ setId: event.target.value || undefined })}
            options={[
              { value: '', label: t('portfolio.allSets') },
              ...sets.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Select
            label={t('portfolio.sort')}
            value={sort}
            onChange={({ target }) => go({ sort: SORTS.find((each) => each === target.value) ?? 'value' })}
            options={SORTS.map((value) => ({ value, label: t(`portfolio.sort${value}`) }))}
          />
        </div>
      </div>
      <More first={first} load={load}>
        {(rows) => (
          <Table
            blocks
            caption={t('portfolio.holdings')}
            head={[
              { key: 'card', label: t('portfolio.card') },
              { key: 'cost', label: t('portfolio.cost'), end: true },
              { key: 'estimate', label: t('portfolio.estimate'), end: true },
              { key: 'gain', label: t('portfolio.gain'), end: true },
              { key: 'offer', label: t('portfolio.bestOffer'), end: true },
              { key: 'sell', label: t('nav.sell'), end: true },
            ]}
          >
            {rows.map((row) => (
              <HoldingRow key={row.id} row={row} />
            ))}
          </Table>
        )}
      </More>
    </section>
  );
}

function HoldingRow({ row }: { row: Row }) {
  const t = useT();
  const { locale } = useUi();
  const { copy, cost, estimate, gain, bestOffer } = row;
  const unknown = t('portfolio.unknown');
  return (
    <tr>
      <CopyCell copy={copy} />
      <td className="end" data-label={t('portfolio.cost')}>
        {cost === null ? <span className="soft">{unknown}</span> : <Price amount={cost} />}
      </td>
      <td className="end holding-worth" data-label={t('portfolio.estimate')}>
        {estimate ? (
          <span className="holding-estimate">
            <Price amount={estimate.value} estimated />
            <span className="small soft number">
              {t('portfolio.span', {
                low: formatEstimate(estimate.low, locale),
                high: formatEstimate(estimate.high, locale),
              })}
            </span>
            <StatePill tone={estimate.confidence === 'high' ? 'good' : 'neutral'}>
              {t(`portfolio.${estimate.confidence}`)}
            </StatePill>
          </span>
        ) : (
          <span className="soft">{unknown}</span>
        )}
      </td>
      <td className="end" data-label={t('portfolio.gain')}>
        <Gain amount={gain} unknown={unknown} estimated />
      </td>
      <td className="end" data-label={t('portfolio.bestOffer')}>
        {bestOffer ? <Price amount={bestOffer.amount} /> : <span className="soft">–</span>}
      </td>
      <td className="end">
        <Link
          className={buttonClass({ size: 'small' })}
          href={`/sell?copy=${copy.id}&way=listing`}
          aria-label={t('portfolio.sell', { name: copy.name, serial: copy.serial })}
          prefetch={false}
        >
          {t('nav.sell')}
        </Link>
      </td>
    </tr>
  );
}
