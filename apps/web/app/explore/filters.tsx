'use client';

import { useUi } from '@ece/ui/context';
import { Field, Select } from '@ece/ui/field';
import { type ReactNode, useState } from 'react';
import type { SearchFacets } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { readAmount } from '../../parts/money.ts';
import { type ExploreQuery, RARITIES, SOON } from './query.ts';

interface FiltersProps {
  query: ExploreQuery;
  facets: SearchFacets | null;
  change(part: Partial<ExploreQuery>): void;
}

/** What narrows cards and copies, each with how many there are. */
export function Filters({ query, facets, change }: FiltersProps) {
  const t = useT();
  const counts = new Map(facets?.rarities.map(({ value, count }) => [value, count]));
  const toggle = (name: 'set' | 'rarity', value: string) => {
    const chosen = query[name] ?? [];
    const next = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
    change({ [name]: next.length > 0 ? next : undefined });
  };
  return (
    <div className="stack">
      <Group label={t('explore.offered')}>
        <Check checked={query.listed === true} onChange={(on) => change({ listed: on || undefined })}>
          {t('explore.listed')}
        </Check>
        <Check checked={query.auction === true} onChange={(on) => change({ auction: on || undefined })}>
          {t('explore.auction')}
        </Check>
      </Group>
      <Select
        label={t('explore.ending')}
        value={String(query.ending ?? '')}
        onChange={({ target }) => change({ ending: target.value ? Number(target.value) : undefined })}
        options={[
          { value: '', label: t('explore.endingAny') },
          ...SOON.map((seconds) => ({ value: String(seconds), label: t(`explore.within_${seconds}`) })),
        ]}
      />
      <Range
        label={t('explore.price')}
        unit="USDC"
        from={query.from}
        to={query.to}
        read={readAmount}
        onChange={(from, to) => change({ from, to })}
      />
      <Group label={t('explore.rarity')}>
        {RARITIES.map((rarity) => (
          <Check
            key={rarity}
            checked={query.rarity?.includes(rarity) ?? false}
            onChange={() => toggle('rarity', rarity)}
            count={counts.get(rarity) ?? 0}
          >
            <span className={`badge rarity-${rarity}`}>
              <span className="badge-mark" aria-hidden="true" />
              {t(`rarity.${rarity}`)}
            </span>
          </Check>
        ))}
      </Group>
      <Group label={t('explore.set')}>
        {facets?.sets.map(({ value, name, count }) => (
          <Check
            key={value}
            checked={query.set?.includes(value) ?? false}
            onChange={() => toggle('set', value)}
            count={count}
          >
            {name}
          </Check>
        ))}
      </Group>
      {query.kind === 'copy' && (
        <Range
          label={t('explore.serial')}
          from={query.serialFrom?.toString()}
          to={query.serialTo?.toString()}
          read={(typed) => /^[1-9]\d{0,5}$/.exec(typed.trim())?.[0]}
          onChange={(from, to) =>
            change({ serialFrom: from ? Number(from) : undefined, serialTo: to ? Number(to) : undefined })
          }
        />
      )}
      <Group label={t('explore.category')}>
        {facets?.categories.map(({ value, count }) => (
          <Check
            key={value}
            checked={query.category === value}
            onChange={(on) => change({ category: on ? value : undefined })}
            count={count}
          >
            {value}
          </Check>
        ))}
      </Group>
    </div>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="facet">
      <legend className="field-label">{label}</legend>
      <div className="facet-values">{children}</div>
    </fieldset>
  );
}

interface CheckProps {
  checked: boolean;
  onChange(checked: boolean): void;
  count?: number;
  children: ReactNode;
}

function Check({ checked, onChange, count, children }: CheckProps) {
  const { locale } = useUi();
  return (
    <label className="facet-value">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span className="facet-name">{children}</span>
      {count !== undefined && (
        <span className="small soft number">{new Intl.NumberFormat(locale).format(count)}</span>
      )}
    </label>
  );
}

interface RangeProps {
  label: string;
  unit?: string;
  from: string | undefined;
  to: string | undefined;
  /** What was typed as a value, or undefined where it is none. */
  read(typed: string): string | undefined;
  onChange(from: string | undefined, to: string | undefined): void;
}

/** Two ends of a range, taken when the field is left or Enter is pressed. */
function Range({ label, unit, from, to, read, onChange }: RangeProps) {
  const t = useT();
  const [typed, setTyped] = useState<{ from?: string; to?: string }>({});
  const values = { from: typed.from ?? from ?? '', to: typed.to ?? to ?? '' };
  const take = () => {
    setTyped({});
    onChange(read(values.from), read(values.to));
  };
  return (
    <Group label={label}>
      <div className="facet-range">
        {(['from', 'to'] as const).map((end) => (
          <Field
            key={end}
            label={<span className="small soft">{t(`explore.${end}`)}</span>}
            aria-label={`${label}: ${t(`explore.${end}`)}`}
            inputMode={unit ? 'decimal' : 'numeric'}
            autoComplete="off"
            maxLength={17}
            value={values[end]}
            onChange={(event) => setTyped({ ...typed, [end]: event.target.value })}
            onBlur={take}
            onKeyDown={(event) => event.key === 'Enter' && take()}
          />
        ))}
      </div>
    </Group>
  );
}
