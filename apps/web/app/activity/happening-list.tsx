'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import { useCallback } from 'react';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';
import { Person } from '../../parts/person.tsx';
import { CopyCell } from '../portfolio/copy-cell.tsx';
import { type Happening, happenings } from './happenings.ts';
import type { View } from './views.ts';

const TONES = { sale: 'good', listing: 'neutral', auction: 'warn' } as const;

/** What has happened, newest first. */
export function HappeningList({ view, first }: { view: View; first: ListPage<Happening> }) {
  const t = useT();
  const load = useCallback((ece: Ece, cursor: string) => happenings(ece, view, { cursor }), [view]);
  const head = [
    { key: 'what', label: t('activity.what') },
    { key: 'kind', label: t('activity.kind') },
    { key: 'price', label: t('activity.price'), end: true },
    { key: 'from', label: t('activity.from') },
    { key: 'to', label: t('activity.to') },
    { key: 'when', label: t('activity.when'), end: true },
  ];
  return (
    <More first={first} load={load}>
      {(items) => (
        <Table caption={t('activity.page')} head={head} blocks>
          {items.map(({ id, kind, copy, more, price, from, to, at, path, venue }) => (
            <tr key={id}>
              <CopyCell copy={copy} path={path} />
              <td data-label={t('activity.kind')}>
                <StatePill tone={TONES[kind]}>{venue ? t(`sale.${venue}`) : t(`activity.${kind}`)}</StatePill>
                {more > 0 && <span className="small soft"> {t('lot.more', { count: more })}</span>}
              </td>
              <td className="end" data-label={t('activity.price')}>
                <Price amount={price} />
              </td>
              <td data-label={t('activity.from')}>
                <Person handle={from} />
              </td>
              <td data-label={t('activity.to')}>{to && <Person handle={to} />}</td>
              <td className="end soft" data-label={t('activity.when')}>
                <RelativeTime at={at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
