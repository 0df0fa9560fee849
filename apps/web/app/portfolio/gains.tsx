'use client';

import type { Ece } from '@ece/sdk/browser';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import { useMemo } from 'react';
import type { RealisedGain } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { CopyCell } from './copy-cell.tsx';
import { Gain } from './gain.tsx';

type Row = RealisedGain & { id: string };

/** A copy can be sold more than once: the moment belongs to the name of an entry. */
const rowsOf = ({ items, nextCursor }: ListPage<RealisedGain>): ListPage<Row> => ({
  items: items.map((item) => ({ ...item, id: `${item.copy.id} ${item.endedAt}` })),
  nextCursor,
});

const load = async (ece: Ece, cursor: string) => rowsOf(await ece.portfolio.gains({ cursor, limit: 30 }));

/** What was sold or traded away, and what that brought. */
export function Gains({ first }: { first: ListPage<RealisedGain> }) {
  const t = useT();
  const rows = useMemo(() => rowsOf(first), [first]);
  const unknown = t('portfolio.unknown');
  return (
    <section className="stack">
      <h2>{t('portfolio.gains')}</h2>
      {first.items.length === 0 ? (
        <p className="soft">{t('portfolio.noGains')}</p>
      ) : (
        <More first={rows} load={load}>
          {(items) => (
            <Table
              blocks
              caption={t('portfolio.gains')}
              head={[
                { key: 'card', label: t('portfolio.card') },
                { key: 'when', label: t('portfolio.when') },
                { key: 'cost', label: t('portfolio.cost'), end: true },
                { key: 'proceeds', label: t('portfolio.proceeds'), end: true },
                { key: 'gain', label: t('portfolio.gain'), end: true },
              ]}
            >
              {items.map(({ id, copy, endedAt, cost, proceeds, gain }) => (
                <tr key={id}>
                  <CopyCell copy={copy} />
                  <td data-label={t('portfolio.when')}>
                    <RelativeTime at={endedAt} />
                  </td>
                  <td className="end" data-label={t('portfolio.cost')}>
                    {cost === null ? <span className="soft">{unknown}</span> : <Price amount={cost} />}
                  </td>
                  <td className="end" data-label={t('portfolio.proceeds')}>
                    <Price amount={proceeds} />
                  </td>
                  <td className="end" data-label={t('portfolio.gain')}>
                    <Gain amount={gain} unknown={unknown} />
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </More>
      )}
    </section>
  );
}
