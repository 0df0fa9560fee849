'use client';

import type { Ece } from '@ece/sdk/browser';
import { Table } from '@ece/ui/table';
import { ExactTime } from '@ece/ui/time';
import Link from 'next/link';
import { useCallback, useMemo } from 'react';
import type { AuditEntry } from '../../../data/types.ts';
import { useT } from '../../../i18n/client.tsx';
import { type ListPage, More } from '../../../parts/more.tsx';
import type { AuditQuery } from './query.ts';

const withIds = ({ items, nextCursor }: ListPage<AuditEntry>) => ({
  items: items.map((entry) => ({ ...entry, id: String(entry.number) })),
  nextCursor,
});

/** Entries of the trail, newest first; who acted and what it concerned can be followed. */
export function AuditList({ first, query }: { first: ListPage<AuditEntry>; query: AuditQuery }) {
  const t = useT();
  const begin = useMemo(() => withIds(first), [first]);
  const load = useCallback(
    async (ece: Ece, cursor: string) => withIds(await ece.admin.audit({ ...query, cursor, limit: 50 })),
    [query],
  );
  return (
    <More first={begin} load={load}>
      {(entries) => (
        <Table
          blocks
          caption={t('operator.audit')}
          head={[
            { key: 'number', label: t('operator.number'), end: true },
            { key: 'when', label: t('operator.when') },
            { key: 'actor', label: t('operator.actor') },
            { key: 'action', label: t('operator.action') },
            { key: 'subject', label: t('operator.subject') },
            { key: 'details', label: t('operator.details') },
          ]}
        >
          {entries.map((entry) => (
            <Entry key={entry.number} entry={entry} />
          ))}
        </Table>
      )}
    </More>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const t = useT();
  const { number, at, actor, actorHandle, action, subject, data, address } = entry;
  const name = actorHandle ? `@${actorHandle}` : actor;
  const link = (query: AuditQuery) => `/operator/audit?${new URLSearchParams({ ...query })}`;
  return (
    <tr>
      <td className="end number">{number}</td>
      <td className="audit-time" data-label={t('operator.when')}>
        <ExactTime at={at} />
      </td>
      <td data-label={t('operator.actor')}>
        <Link href={link({ actor })} prefetch={false} title={t('operator.onlyActor', { actor: name })}>
          {name}
        </Link>
        {address && <div className="small soft">{t('operator.fromAddress', { address })}</div>}
      </td>
      <td className="table-whole" data-label={t('operator.action')}>
        <strong>{action}</strong>
      </td>
      <td className="table-whole" data-label={t('operator.subject')}>
        <Link
          className="audit-subject small"
          href={link({ subject })}
          prefetch={false}
          title={t('operator.onlySubject', { subject })}
        >
          {subject}
        </Link>
      </td>
      <td className="table-whole" data-label={t('operator.details')}>
        <dl className="audit-data small">
          {Object.entries(data).map(([key, value]) => (
            <div key={key}>
              <dt className="soft">{key}</dt>{' '}
              <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      </td>
    </tr>
  );
}
