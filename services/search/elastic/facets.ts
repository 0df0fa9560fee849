import type { Facets, FacetValue } from '../engine.ts';
import { type Clause, every, type facetFilters } from './conditions.ts';

/** Most values of one facet, and how many each shard looks at so that the largest are the right ones. */
const MOST_VALUES = 100;
const LOOKED_AT = 1000;

const FIELDS = { set: 'set_code', rarity: 'rarity', category: 'category', price: 'band' } as const;
type Facet = keyof typeof FIELDS;

/** What is counted, as `_search` answers it. */
export type Counts = Record<Facet, { values: { buckets: { key: string | number; doc_count: number }[] } }>;

/** Counts each facet without its own filter. */
export function facetsOf(filters: ReturnType<typeof facetFilters>): Clause {
  const facet = (own: Facet): Clause => ({
    filter: every(
      Object.entries(filters)
        .filter(([name]) => name !== own)
        .flatMap(([, clauses]) => clauses),
    ),
    aggs: { values: { terms: { field: FIELDS[own], size: MOST_VALUES, shard_size: LOOKED_AT } } },
  });
  return Object.fromEntries((Object.keys(FIELDS) as Facet[]).map((name) => [name, facet(name)]));
}

/** The facets of what was counted. Sets have their codes for names here. */
export function toFacets(counts: Counts): Facets {
  const values = (facet: Facet): FacetValue[] =>
    counts[facet].values.buckets
      .map(({ key, doc_count }) => ({ value: String(key), count: doc_count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    sets: values('set').map((set) => ({ ...set, name: set.value })),
    rarities: values('rarity'),
    categories: values('category'),
    bands: values('price')
      .map(({ value, count }) => ({ band: Number(value), count }))
      .sort((a, b) => a.band - b.band),
  };
}
