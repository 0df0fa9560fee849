import type { Sql } from '@ece/platform/db/database';
import type { Facets, SearchQuery, SearchResult } from '../engine.ts';
import { every, facetFilters, plainFilters } from './conditions.ts';
import type { Found } from './find.ts';
import { type Slot, tableOf } from './write.ts';

/** Most rows that are counted; a count that stops there is not exact. */
const MOST_COUNTED = 250_000;
/** Most values of one facet. */
const MOST_VALUES = 100;

interface Counted {
  facet: 'set' | 'rarity' | 'category' | 'band' | 'all' | 'looked_at';
  value: string | null;
  name: string | null;
  n: bigint;
}

/**
 * Counts what a search finds, in one pass: rows become cells of set, rarity, category and band, and the few
 * cells are added up once for each facet. Each facet leaves its own filter out.
 */
export async function countFacets(
  sql: Sql,
  slot: Slot,
  { matched, from, where }: Found,
  query: SearchQuery,
): Promise<Pick<SearchResult, 'total' | 'facets'>> {
  const is = facetFilters(sql, query.filters);
  const conditions = every(sql, [
    where,
    ...plainFilters(sql, query.filters, query.now),
    ...(query.sort === 'ending' ? [sql`d.auction_ends > ${query.now}`] : []),
  ]);
  const rows = await sql<Counted[]>`
    with ${matched ? sql`${matched},` : sql``} counted as (
      select d.set_code, d.rarity, d.category, d.band, count(*) as n_all, count(*) filter (where ${is.price}) as n
      from (
        select d.set_code, d.rarity, d.category, d.band, d.price from ${from} where ${conditions} limit ${MOST_COUNTED}
      ) d
      group by 1, 2, 3, 4
    ), cells as materialized (
      select *, ${is.set} as in_set, ${is.rarity} as in_rarity, ${is.category} as in_category from counted d
    ), sets as (
      select set_code as value, sum(n) as n from cells
      where in_rarity and in_category and set_code is not null
      group by 1 having sum(n) > 0 order by 2 desc, 1 limit ${MOST_VALUES}
    )
    select 'set' as facet, s.value, t.name, s.n from sets s
      left join ${tableOf(sql, slot)} t on t.kind = 'set' and t.set_code = s.value
    union all
    (select 'rarity', rarity, null, sum(n) as n from cells
      where in_set and in_category and rarity is not null group by rarity having sum(n) > 0)
    union all
    (select 'category', category, null, sum(n) as n from cells
      where in_set and in_rarity and category is not null
      group by category having sum(n) > 0 order by n desc, category limit ${MOST_VALUES})
    union all
    (select 'band', band::text, null, sum(n_all) from cells where in_set and in_rarity and in_category group by band)
    union all
    select 'all', null, null, coalesce(sum(n), 0) from cells where in_set and in_rarity and in_category
    union all
    select 'looked_at', null, null, coalesce(sum(n_all), 0) from cells`;
  return present(rows);
}

function present(rows: Counted[]): Pick<SearchResult, 'total' | 'facets'> {
  const of = (facet: Counted['facet']) => rows.filter((row) => row.facet === facet);
  const values = (facet: Counted['facet']) =>
    of(facet)
      .map(({ value, n }) => ({ value: value!, count: Number(n) }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const names = new Map(of('set').map(({ value, name }) => [value, name]));
  const facets: Facets = {
    sets: values('set').map((set) => ({ ...set, name: names.get(set.value) ?? set.value })),
    rarities: values('rarity'),
    categories: values('category'),
    bands: values('band')
      .map(({ value, count }) => ({ band: Number(value), count }))
      .sort((a, b) => a.band - b.band),
  };
  const total = { count: Number(of('all')[0]!.n), exact: Number(of('looked_at')[0]!.n) < MOST_COUNTED };
  return { total, facets };
}
