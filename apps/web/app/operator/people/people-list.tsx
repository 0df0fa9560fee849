'use client';

import type { Ece } from '@ece/sdk/browser';
import { Avatar } from '@ece/ui/avatar';
import { StatePill } from '@ece/ui/badge';
import { EmptyState } from '@ece/ui/states';
import { Table } from '@ece/ui/table';
import { ExactTime } from '@ece/ui/time';
import Link from 'next/link';
import { useCallback } from 'react';
import type { AdminUser } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import type { PeopleQuery } from './query.ts';

/** People in a list that grows; each leads to their page. */
export function PeopleList({ first, query }: { first: ListPage<AdminUser>; query: PeopleQuery }) {
  const t = useT();
  const load = useCallback(
    (ece: Ece, cursor: string) => ece.admin.users({ ...query, cursor, limit: 30 }),
    [query],
  );
  if (first.items.length === 0) {
    return <EmptyState title={t('operator.noPeople')}>{t('operator.noPeopleText')}</EmptyState>;
  }
  return (
    <More first={first} load={load}>
      {(people) => (
        <Table
          blocks
          caption={t('operator.people')}
          head={[
            { key: 'person', label: t('operator.person') },
            { key: 'role', label: t('operator.roleLabel') },
            { key: 'state', label: t('operator.state') },
            { key: 'joined', label: t('operator.joined'), end: true },
          ]}
        >
          {people.map(({ id, handle, displayName, role, frozen, createdAt }) => (
            <tr key={id}>
              <td>
                <Link className="person-cell" href={`/operator/people/${id}`} prefetch={false}>
                  <Avatar handle={handle} />
                  <span>
                    <strong>{displayName}</strong>
                    <span className="small soft">@{handle}</span>
                  </span>
                </Link>
              </td>
              <td data-label={t('operator.roleLabel')}>
                <StatePill tone={role === 'collector' ? 'neutral' : 'info'}>
                  {t(`operator.${role}`)}
                </StatePill>
              </td>
              <td data-label={t('operator.state')}>
                {frozen && <StatePill tone="warn">{t('operator.isFrozen')}</StatePill>}
              </td>
              <td className="end table-rest" data-label={t('operator.joined')}>
                <ExactTime at={createdAt} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
