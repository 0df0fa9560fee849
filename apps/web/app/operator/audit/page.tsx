import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { Field, Select } from '@ece/ui/field';
import { EmptyState } from '@ece/ui/states';
import { RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import type { PageProps } from '../../../data/page.ts';
import { api } from '../../../data/server.ts';
import type { Health } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';
import type { Translate } from '../../../i18n/translate.ts';
import { staff } from '../staff.ts';
import { AuditList } from './audit-list.tsx';
import { ACTIONS, auditQueryOf } from './query.ts';

/** The audit trail, and whether it is whole. */
export default async function AuditPage({ searchParams }: PageProps) {
  await staff('/operator/audit');
  const [ece, t, query] = await Promise.all([api(), getT(), searchParams.then(auditQueryOf)]);
  const [first, health] = await Promise.all([ece.admin.audit({ ...query, limit: 50 }), ece.admin.health()]);
  const isFiltered = Object.keys(query).length > 0;
  const known = ACTIONS.find((action) => action === query.action);
  return (
    <>
      <div className="stack-s">
        <h1>{t('operator.audit')}</h1>
        <p className="soft">{t('operator.auditText')}</p>
      </div>
      <Wholeness t={t} check={health.invariants.find(({ invariant }) => invariant === 'A1')} />
      <form className="filters" key={JSON.stringify(query)}>
        <Select
          label={t('operator.action')}
          name="action"
          defaultValue={known ?? ''}
          options={[
            { value: '', label: t('operator.anyAction') },
            ...ACTIONS.map((action) => ({ value: action, label: action })),
          ]}
        />
        <Select
          label={t('operator.actor')}
          name="actor"
          defaultValue={query.actor ?? ''}
          options={[
            { value: '', label: t('operator.anyActor') },
            ...['cli', 'settings', 'system'].map((value) => ({ value, label: value })),
            ...(query.actor && !['cli', 'settings', 'system'].includes(query.actor)
              ? [{ value: query.actor, label: first.items[0]?.actorHandle ?? query.actor }]
              : []),
          ]}
        />
        <Field
          label={t('operator.subject')}
          hint={t('operator.subjectHint')}
          name="subject"
          defaultValue={query.subject}
          maxLength={100}
          spellCheck={false}
        />
        <div className="row filters-end">
          <Button type="submit" variant="primary">
            {t('operator.filter')}
          </Button>
          {isFiltered && (
            <Link className={buttonClass({ variant: 'quiet' })} href="/operator/audit">
              {t('operator.clear')}
            </Link>
          )}
        </div>
      </form>
      {first.items.length === 0 ? (
        <EmptyState title={t('operator.noEntries')} />
      ) : (
        <AuditList key={JSON.stringify(query)} first={first} query={query} />
      )}
    </>
  );
}

function Wholeness({ t, check }: { t: Translate; check: Health['invariants'][number] | undefined }) {
  if (!check || check.failed) return <Notice tone="info">{t('operator.wholeUnknown')}</Notice>;
  if (check.findings > 0) return <Notice tone="bad">{t('operator.notWhole')}</Notice>;
  return (
    <Notice tone="good">
      <strong>{t('operator.whole')}.</strong> {t('operator.wholeText', { count: check.checked })}{' '}
      <RelativeTime at={check.at} />
    </Notice>
  );
}
