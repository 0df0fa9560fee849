import { fromCursor, toCursor } from '../cursor.ts';
import {
  LAST_PRICE,
  LAST_SERIAL,
  NO_VALUE,
  type OrderKey,
  type OrderPart,
  orderOf,
  type Sort,
} from '../domain/order.ts';
import type { Looked } from '../domain/words.ts';
import type { Hit, SearchQuery, SearchResult } from '../engine.ts';
import { type Clause, every, facetFilters, matches, plainFilters, ranked } from './conditions.ts';
import { type KeptHit, toHit } from './documents.ts';
import { type Counts, facetsOf, toFacets } from './facets.ts';

/** Most things that are counted one by one; beyond it a total is a least one. */
const MOST_COUNTED = 250_000;

/** The answer of `_search`. */
export interface Found {
  timed_out: boolean;
  hits: { total?: { value: number; relation: 'eq' | 'gte' }; hits: FoundHit[] };
  aggregations?: Counts;
}

export interface FoundHit {
  _source: { hit: KeptHit };
  /** The values of the order. */
  sort: unknown[];
}

/** How each key is sorted: its field, and what stands for a value that is not there. */
const FIELDS: Record<OrderKey, { field: string; missing?: number | string }> = {
  score: { field: '_score' },
  card: { field: 'card_id' },
  id: { field: 'id' },
  serial: { field: 'serial' },
  // The last place of an order that rises is the largest of its type.
  cheapest: { field: 'price', missing: '_last' },
  dearest: { field: 'price', missing: NO_VALUE },
  ends: { field: 'auction_ends' },
  sold: { field: 'sold', missing: NO_VALUE },
};

function sortBy(order: OrderPart[]): Clause[] {
  return order.map(({ key, down }) => {
    const { field, missing } = FIELDS[key];
    return { [field]: { order: down ? 'desc' : 'asc', ...(missing !== undefined && { missing }) } };
  });
}

/** The values of an order in a hit, as text; read from it, for numbers in JSON may have lost digits. */
function valuesOf(order: OrderPart[], hit: Hit, sort: unknown[]): string[] {
  const values: Record<OrderKey, () => unknown> = {
    score: () => Math.round(Number(sort[0])),
    card: () => hit.cardId,
    id: () => hit.id,
    serial: () => hit.serial ?? LAST_SERIAL,
    cheapest: () => hit.price ?? LAST_PRICE,
    dearest: () => hit.price ?? NO_VALUE,
    ends: () => hit.auctionEnds,
    sold: () => hit.sold ?? NO_VALUE,
  };
  return order.map(({ key }) => String(values[key]()));
}

/** A search, as the engine is asked and as its answer is read. */
export interface Search {
  body: Clause;
  read(found: Found): SearchResult;
}

/**
 * Makes the search of a query whose words have been read.
 * @param looked undefined where no words narrow it
 */
export function searchOf(query: SearchQuery, looked: Looked | undefined): Search {
  const sort: Sort = query.sort === 'relevance' && !looked ? 'newest' : query.sort;
  const order = orderOf(sort, looked !== undefined && query.kinds.includes('copy'));
  const after = fromCursor(query.after, sort, order);
  const byFacet = facetFilters(query.filters);
  const narrowing = Object.values(byFacet).flat();
  const filter = [
    { terms: { kind: query.kinds } },
    ...(looked ? [matches(looked)] : []),
    ...plainFilters(query.filters, query.now),
    ...(sort === 'ending' ? [{ range: { auction_ends: { gt: query.now } } }] : []),
    // Facets are counted without these, each without its own.
    ...(query.facets ? [] : narrowing),
  ];
  const body = {
    query: looked && sort === 'relevance' ? ranked(filter, looked) : every(filter),
    size: query.limit + 1,
    sort: sortBy(order),
    ...(after && { search_after: after }),
    ...(query.facets
      ? { post_filter: every(narrowing), aggs: facetsOf(byFacet), track_total_hits: MOST_COUNTED }
      : { track_total_hits: false }),
    _source: ['hit'],
  };
  return {
    body,
    read({ hits: { hits: rows, total }, aggregations }) {
      const hits = rows.slice(0, query.limit).map(({ _source }) => toHit(_source.hit));
      const last = hits.at(-1);
      const more = rows.length > query.limit && last;
      return {
        hits,
        next: more ? toCursor(sort, valuesOf(order, last, rows[hits.length - 1]!.sort)) : null,
        total: query.facets ? { count: total!.value, exact: total!.relation === 'eq' } : null,
        facets: query.facets ? toFacets(aggregations!) : null,
      };
    },
  };
}
