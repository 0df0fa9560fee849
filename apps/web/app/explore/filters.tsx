'use client';

import { Select } from '@ece/ui/field';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { useT } from '../../i18n/client.tsx';
import { addressOf, type ExploreQuery, RARITIES } from './query.ts';

interface FiltersProps {
  query: ExploreQuery;
  sets: { id: string; name: string }[];
}

/** Narrows the cards by set and rarity. */
export function Filters({ query, sets }: FiltersProps) {
  const t = useT();
  const router = useRouter();
  const [, start] = useTransition();
  const chooseSet = (setId: string) =>
    start(() => router.push(addressOf({ ...query, setId: setId || undefined }), { scroll: false }));
  return (
    <div className="filters">
      <Select
        label={t('explore.set')}
        value={query.setId ?? ''}
        onChange={(event) => chooseSet(event.target.value)}
        options={[
          { value: '', label: t('explore.allSets') },
          ...sets.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <nav className="filter-rarities" aria-label={t('explore.rarity')}>
        <Link
          className="filter"
          href={addressOf({ ...query, rarity: undefined })}
          aria-current={query.rarity ? undefined : 'true'}
          scroll={false}
          prefetch={false}
        >
          {t('explore.allRarities')}
        </Link>
        {RARITIES.map((rarity) => (
          <Link
            key={rarity}
            className={`filter rarity-${rarity}`}
            href={addressOf({ ...query, rarity })}
            aria-current={query.rarity === rarity ? 'true' : undefined}
            scroll={false}
            prefetch={false}
          >
            <span className="badge-mark" aria-hidden="true" />
            {t(`rarity.${rarity}`)}
          </Link>
        ))}
      </nav>
    </div>
  );
}
