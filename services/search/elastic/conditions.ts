import { SHORTEST_LONG, SHORTEST_TYPO, swapped } from '../domain/mistakes.ts';
import { STEP, STEPS, WHOLE } from '../domain/rank.ts';
import type { Looked } from '../domain/words.ts';
import type { Filters } from '../engine.ts';

/** A clause of the query language. */
export type Clause = Record<string, unknown>;

const term = (field: string, value: string): Clause => ({ term: { [field]: value } });
const prefix = (field: string, value: string): Clause => ({ prefix: { [field]: { value } } });
const range = (field: string, bounds: Record<string, unknown>): Clause => ({ range: { [field]: bounds } });

/** Any of some clauses. */
export const any = (clauses: Clause[]): Clause => ({ bool: { should: clauses, minimum_should_match: 1 } });
/** All of some clauses; none is always true. */
export const every = (clauses: Clause[]): Clause => ({ bool: { filter: clauses } });

const given = <T>(value: T | undefined, clause: (value: T) => Clause): Clause[] =>
  value === undefined ? [] : [clause(value)];

/** The filters that are no facets. */
export function plainFilters(filters: Filters, now: number): Clause[] {
  return [
    ...given(filters.cardId, (id) => term('card_id', id)),
    ...given(filters.ownerId, (id) => term('owner_id', id)),
    ...given(filters.serialFrom, (from) => range('serial', { gte: from })),
    ...given(filters.serialTo, (to) => range('serial', { lte: to })),
    ...(filters.listed ? [range('listings', { gt: 0 })] : []),
    ...(filters.auctioned ? [range('auctions', { gt: 0 })] : []),
    ...given(filters.endsBy, (by) => range('auction_ends', { gt: now, lte: by })),
  ];
}

/** The clauses of the filters that are facets, each by its own. */
export function facetFilters(filters: Filters): Record<'set' | 'rarity' | 'category' | 'price', Clause[]> {
  return {
    set: given(filters.setCodes, (codes) => ({ terms: { set_code: codes } })),
    rarity: given(filters.rarities, (rarities) => ({ terms: { rarity: rarities } })),
    category: given(filters.category, (category) => term('category', category)),
    price: [
      ...given(filters.priceFrom, (from) => range('price', { gte: String(from) })),
      ...given(filters.priceTo, (to) => range('price', { lte: String(to) })),
    ],
  };
}

/** The name has all of the words, as words or as beginnings. */
export const inName = (words: string[]): Clause => every(words.map((word) => prefix('name', word)));
/** The name is what was typed; begins so; has it in a row. */
export const isName = (phrase: string) => term('title', phrase);
export const beginsName = (phrase: string) => prefix('title', phrase);
export const inRow = (phrase: string) => prefix('tails', phrase);

/** Every word is there, as a beginning or, where it is long enough, with mistakes. */
export function matches({ words }: Looked): Clause {
  return every(
    words.map((word) => {
      const { length } = [...word];
      if (length < SHORTEST_TYPO) return prefix(length < SHORTEST_LONG ? 'words' : 'all', word);
      // Letters and digits alone: nothing in it is an operator.
      const beginnings = { value: `(${[word, ...swapped(word)].join('|')}).*`, flags: 'NONE' };
      const near = { value: word, fuzziness: 'AUTO:4,8', transpositions: true, max_expansions: 100 };
      return any([{ regexp: { all: beginnings } }, { fuzzy: { starts: near } }]);
    }),
  );
}

/** A clause that adds a number to the score of what it fits. */
const worth = (boost: number, filter: Clause): Clause => ({ constant_score: { filter, boost } });

/** The best of some scores, and more for a shorter name. */
export function scored(filter: Clause[], best: [number, Clause][], added: [number, Clause][] = []): Clause {
  return {
    function_score: {
      query: {
        bool: {
          filter,
          should: [
            { dis_max: { queries: best.map(([score, clause]) => worth(score, clause)) } },
            ...added.map(([score, clause]) => worth(score, clause)),
          ],
        },
      },
      functions: [{ field_value_factor: { field: 'brevity', missing: 0 } }],
      boost_mode: 'sum',
    },
  };
}

/** How well a thing fits, as `scoreOf` of domain/rank.ts tells. All sums are whole and exact in 24 bits. */
export function ranked(filter: Clause[], { words, phrase }: Looked): Clause {
  return scored(
    filter,
    [
      [STEPS.name * STEP, isName(phrase)],
      [STEPS.begins * STEP, beginsName(phrase)],
      [STEPS.inRow * STEP, inRow(phrase)],
      [STEPS.inName * STEP, inName(words)],
      [STEPS.anywhere * STEP, every(words.map((word) => prefix('all', word)))],
      [STEPS.mistakes * STEP, { match_all: {} }],
    ],
    words.map((word) => [WHOLE, term('name', word)]),
  );
}
