'use client';

import type { Ece } from '@ece/sdk/browser';
import { Button } from '@ece/ui/button';
import { Dialog } from '@ece/ui/dialog';
import { Field, Select } from '@ece/ui/field';
import { FilterIcon } from '@ece/ui/icons';
import { EmptyState, ErrorState } from '@ece/ui/states';
import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { errorText } from '../../data/error-text.ts';
import { keepHere, keptHere } from '../../data/history-store.ts';
import type { SearchPage } from '../../data/types.ts';
import { useFresh } from '../../data/use-fresh.ts';
import { useT } from '../../i18n/client.tsx';
import { Filters } from './filters.tsx';
import { addressOf, callOf, type ExploreQuery, filtersOf, KINDS, readQuery, SORTS } from './query.ts';
import { Results, toFirstResult } from './results.tsx';

const PAGE = 60;
/** Milliseconds without a key before what was typed is looked for. */
const PAUSE_MS = 200;

const readAddress = (address: string) =>
  readQuery(Object.fromEntries(new URL(address, 'http://exchange.invalid').searchParams));

const ask = (ece: Ece, address: string, signal: AbortSignal) =>
  ece.search.search({ ...callOf(readAddress(address)), limit: PAGE }, { signal });

interface ExploreScreenProps {
  /** What the server found for `address`. */
  first: SearchPage;
  address: string;
}

/** The search with its filters: each choice shows its results at once and changes the address. */
export function ExploreScreen({ first, address: firstAddress }: ExploreScreenProps) {
  const t = useT();
  const params = useSearchParams();
  const query = useMemo(() => readQuery(Object.fromEntries(params)), [params]);
  const address = addressOf(query);
  // The view changes nothing of what is found.
  const key = addressOf({ ...query, view: undefined });
  const firstKey = addressOf({ ...readAddress(firstAddress), view: undefined });
  const known = key === firstKey ? first : keptHere<SearchPage>(key);
  const fresh = useFresh(key, ask, known && { known });
  const page = fresh.answer ?? first;
  const pageKey = fresh.answer ? fresh.key! : firstKey;
  useEffect(() => {
    if (pageKey === key) keepHere(key, page);
  }, [pageKey, key, page]);
  const [filtering, setFiltering] = useState(false);
  const change = useCallback(
    (part: Partial<ExploreQuery>, replace = false) => {
      const next = addressOf({ ...query, ...part });
      if (next === address) return;
      if (replace) history.replaceState(null, '', next);
      else history.pushState(null, '', next);
    },
    [query, address],
  );
  const clear = () => change(CLEARED);
  const hasFilters = query.kind === 'card' || query.kind === 'copy';
  const count = filtersOf(query);
  const total = page.total;
  const found = total ? t(total.exact ? 'explore.found' : 'explore.foundMore', { count: total.count }) : '';
  const sorts = SORTS.filter((sort) => sort !== 'serial' || query.kind === 'copy');
  return (
    <div className="explore" data-filters={hasFilters || undefined}>
      <div className="explore-head">
        <Words query={query} change={change} />
        <nav className="tabs-list" aria-label={t('explore.kinds')}>
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              className="tab"
              aria-current={kind === query.kind ? 'page' : undefined}
              onClick={() => change({ kind })}
            >
              {t(`explore.${kind}`)}
            </button>
          ))}
        </nav>
      </div>
      {hasFilters && (
        <aside className="explore-side" aria-label={t('explore.filters')}>
          <Filters query={query} facets={page.facets} change={change} />
        </aside>
      )}
      <section className="explore-main" aria-label={t('explore.results')} aria-busy={fresh.loading}>
        <div className="explore-bar">
          <p role="status" className="number">
            {found}
          </p>
          <div className="row">
            {hasFilters && count > 0 && (
              <Button size="small" variant="quiet" onClick={clear}>
                {t('explore.clear', { count })}
              </Button>
            )}
            {hasFilters && (
              <>
                <Button className="explore-open" size="small" onClick={() => setFiltering(true)}>
                  <FilterIcon />
                  {t('explore.filters')}
                </Button>
                <Button
                  size="small"
                  aria-pressed={query.view === 'table'}
                  onClick={() => change({ view: query.view ? undefined : 'table' })}
                >
                  {t('explore.table')}
                </Button>
                <Select
                  label={<span className="hidden-text">{t('explore.sort')}</span>}
                  value={query.sort ?? (query.q ? 'relevance' : 'newest')}
                  onChange={(event) => change({ sort: event.target.value as ExploreQuery['sort'] })}
                  options={sorts.map((sort) => ({ value: sort, label: t(`explore.sort_${sort}`) }))}
                />
              </>
            )}
          </div>
        </div>
        {fresh.refusal ? (
          <ErrorState
            title={t('explore.failed')}
            action={
              <Button variant="primary" onClick={fresh.retry}>
                {t('states.retry')}
              </Button>
            }
          >
            {errorText(t, fresh.refusal)}
          </ErrorState>
        ) : page.items.length === 0 ? (
          <EmptyState
            title={t('explore.nothing')}
            action={
              <div className="row">
                {hasFilters && count > 0 && (
                  <Button variant="primary" onClick={clear}>
                    {t('explore.clear', { count })}
                  </Button>
                )}
                {query.q &&
                  KINDS.filter((kind) => kind !== query.kind).map((kind) => (
                    <Button key={kind} onClick={() => change({ kind, ...CLEARED })}>
                      {t('explore.lookIn', { kind: t(`explore.${kind}`) })}
                    </Button>
                  ))}
              </div>
            }
          >
            {t(query.q ? 'explore.nothingWords' : 'explore.nothingText')}
          </EmptyState>
        ) : (
          <Results key={pageKey} query={query} first={page} dimmed={fresh.loading} />
        )}
      </section>
      {hasFilters && (
        <Dialog
          open={filtering}
          onClose={() => setFiltering(false)}
          title={t('explore.filters')}
          actions={
            <Button variant="primary" wide onClick={() => setFiltering(false)}>
              {found}
            </Button>
          }
        >
          <Filters query={query} facets={page.facets} change={change} />
        </Dialog>
      )}
    </div>
  );
}

const CLEARED: Partial<ExploreQuery> = {
  set: undefined,
  rarity: undefined,
  category: undefined,
  from: undefined,
  to: undefined,
  serialFrom: undefined,
  serialTo: undefined,
  listed: undefined,
  auction: undefined,
  ending: undefined,
};

interface WordsProps {
  query: ExploreQuery;
  change(part: Partial<ExploreQuery>, replace?: boolean): void;
}

/** The words that are looked for, while they are typed. */
function Words({ query, change }: WordsProps) {
  const t = useT();
  const [typed, setTyped] = useState(query.q ?? '');
  const [seen, setSeen] = useState(query.q);
  if (seen !== query.q) {
    // Another address was opened, or this one has caught up with what is typed.
    setSeen(query.q);
    if (typed.trim() !== (query.q ?? '')) setTyped(query.q ?? '');
  }
  useEffect(() => {
    const timer = setTimeout(() => change({ q: typed.trim() || undefined }, true), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, change]);
  return (
    <Field
      label={t('explore.words')}
      type="search"
      autoComplete="off"
      maxLength={200}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        toFirstResult();
      }}
    />
  );
}
