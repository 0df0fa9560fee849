import { Avatar } from '@ece/ui/avatar';
import { Notice, StatePill } from '@ece/ui/badge';
import { Table } from '@ece/ui/table';
import { ExactTime } from '@ece/ui/time';
import Link from 'next/link';
import type { PageProps } from '../../../../data/page.ts';
import { api, orNotFound } from '../../../../data/server.ts';
import { getT } from '../../../../i18n/server.ts';
import { AuditList } from '../../audit/audit-list.tsx';
import { staff } from '../../staff.ts';
import { Until } from '../../until.tsx';
import { PersonActs } from './person-acts.tsx';

/** One person as staff sees them, and what staff may do. */
export default async function PersonPage({ params }: PageProps<'id'>) {
  const { id } = await params;
  const me = await staff('/operator/people', 'moderator');
  const isAdmin = me.role === 'admin';
  const [ece, t] = await Promise.all([api(), getT()]);
  const person = await orNotFound(ece.admin.user({ id }));
  const query = { subject: `user ${person.id}` };
  const trail = isAdmin ? await ece.admin.audit({ ...query, limit: 20 }) : undefined;
  const { handle, displayName, role, email, createdAt, frozen, freezes } = person;
  return (
    <>
      <div className="person-head">
        <Avatar handle={handle} size="large" />
        <div className="stack-s">
          <h1>{displayName}</h1>
          <p className="row soft">
            <Link href={`/people/${handle}`}>@{handle}</Link>
            {email && <span>{email}</span>}
            <span>
              {t('operator.joined')} <ExactTime at={createdAt} />
            </span>
          </p>
          <p className="row">
            <StatePill tone={role === 'collector' ? 'neutral' : 'info'}>{t(`operator.${role}`)}</StatePill>
            {frozen && <StatePill tone="warn">{t('operator.isFrozen')}</StatePill>}
          </p>
        </div>
      </div>
      {frozen && (
        <Notice tone="warn">
          {t('operator.isFrozen')}: <q>{frozen.reason}</q> · <ExactTime at={frozen.at} />
        </Notice>
      )}
      {me.id !== person.id && (isAdmin || role === 'collector') && (
        <PersonActs id={person.id} handle={handle} role={role} frozen={frozen !== null} isAdmin={isAdmin} />
      )}
      <section className="stack">
        <h2>{t('operator.freezes')}</h2>
        {freezes.length === 0 ? (
          <p className="soft">{t('operator.noFreezes')}</p>
        ) : (
          <Table
            caption={t('operator.freezes')}
            head={[
              { key: 'reason', label: t('operator.reason') },
              { key: 'from', label: t('operator.from') },
              { key: 'until', label: t('operator.until') },
            ]}
          >
            {freezes.map(({ reason, at, until }) => (
              <tr key={at}>
                <td className="operator-wide">{reason}</td>
                <td>
                  <ExactTime at={at} />
                </td>
                <td>
                  <Until at={until} stillOn={t('operator.stillOn')} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      {trail && (
        <section className="stack">
          <h2>{t('operator.trail')}</h2>
          {trail.items.length === 0 ? (
            <p className="soft">{t('operator.noTrail')}</p>
          ) : (
            <AuditList first={trail} query={query} />
          )}
        </section>
      )}
    </>
  );
}
