import { Button } from '@ece/ui/button';
import { Field, Select } from '@ece/ui/field';
import type { PageProps } from '../../../data/page.ts';
import { api } from '../../../data/server.ts';
import { getT } from '../../../i18n/server.ts';
import { staff } from '../staff.ts';
import { PeopleList } from './people-list.tsx';
import { queryOf, ROLES } from './query.ts';

/** People, found by handle, e-mail, role and freeze. */
export default async function PeoplePage({ searchParams }: PageProps) {
  await staff('/operator/people', 'moderator');
  const [ece, t, query] = await Promise.all([api(), getT(), searchParams.then(queryOf)]);
  const first = await ece.admin.users({ ...query, limit: 30 });
  return (
    <>
      <h1>{t('operator.people')}</h1>
      <form className="filters" key={JSON.stringify(query)}>
        <Field
          label={t('operator.findPeople')}
          hint={t('operator.findPeopleHint')}
          type="search"
          name="q"
          defaultValue={query.q}
          maxLength={254}
          autoCapitalize="none"
          spellCheck={false}
        />
        <Select
          label={t('operator.roleLabel')}
          name="role"
          defaultValue={query.role ?? ''}
          options={[
            { value: '', label: t('operator.anyRole') },
            ...ROLES.map((role) => ({ value: role, label: t(`operator.${role}`) })),
          ]}
        />
        <Select
          label={t('operator.state')}
          name="frozen"
          defaultValue={query.frozen ?? ''}
          options={[
            { value: '', label: t('operator.anyState') },
            { value: 'true', label: t('operator.onlyFrozen') },
          ]}
        />
        <Button type="submit" variant="primary">
          {t('operator.find')}
        </Button>
      </form>
      <PeopleList key={JSON.stringify(query)} first={first} query={query} />
    </>
  );
}
