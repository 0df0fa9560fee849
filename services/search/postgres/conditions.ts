import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import { SHORTEST_LONG, SHORTEST_TYPO, swapped } from '../domain/mistakes.ts';
import { MOST_BREVITY, STEP, STEPS, WHOLE } from '../domain/rank.ts';
import type { Looked } from '../domain/words.ts';
import type { Filters } from '../engine.ts';

/** Puts conditions together; none is always true. */
export function every(sql: Sql, conditions: Relation[]): Relation {
  return conditions.reduce((all, each) => sql`${all} and ${each}`, sql`true`);
}

/** The filters that are no facets, on the table or query that is called `d`. */
export function plainFilters(sql: Sql, filters: Filters, now: number): Relation[] {
  const { cardId, ownerId, serialFrom, serialTo, listed, auctioned, endsBy } = filters;
  return [
    ...(cardId === undefined ? [] : [sql`d.card_id = ${cardId}`]),
    ...(ownerId === undefined ? [] : [sql`d.owner_id = ${ownerId}`]),
    ...(serialFrom === undefined ? [] : [sql`coalesce(d.serial, 2147483647) >= ${serialFrom}`]),
    ...(serialTo === undefined ? [] : [sql`coalesce(d.serial, 2147483647) <= ${serialTo}`]),
    ...(listed ? [sql`d.listings > 0`] : []),
    ...(auctioned ? [sql`d.auctions > 0`] : []),
    ...(endsBy === undefined ? [] : [sql`d.auction_ends > ${now} and d.auction_ends <= ${endsBy}`]),
  ];
}

/** The conditions of the filters that are facets, each by its own. */
export function facetFilters(
  sql: Sql,
  filters: Filters,
): Record<'set' | 'rarity' | 'category' | 'price', Relation> {
  const { setCodes, rarities, category, priceFrom, priceTo } = filters;
  return {
    set: setCodes ? ofSets(sql, setCodes) : sql`true`,
    rarity: rarities ? sql`d.rarity = any(${rarities}::text[])` : sql`true`,
    category: category === undefined ? sql`true` : sql`d.category = ${category}`,
    price: every(sql, [
      ...(priceFrom === undefined ? [] : [sql`d.price >= ${priceFrom}`]),
      ...(priceTo === undefined ? [] : [sql`d.price <= ${priceTo}`]),
    ]),
  };
}

/** Of one set, rows come from its index in their order; for a list they would be sorted. */
function ofSets(sql: Sql, setCodes: string[]): Relation {
  return setCodes.length === 1
    ? sql`d.set_code = ${setCodes[0]!}`
    : sql`d.set_code = any(${setCodes}::text[])`;
}

/** A tsquery of words that may each go on; words are letters and digits alone. */
export function beginnings(words: string[], weight = ''): string {
  return words.map((word) => `'${word}':*${weight}`).join(' & ');
}

/** Every word is there, as a beginning or, where it is long enough, with mistakes. Rows are called `alias`. */
export function matches(sql: Sql, { words }: Looked, alias = 'd'): Relation {
  const d = sql(alias);
  return every(
    sql,
    words.map((word) => {
      const length = [...word].length;
      if (length < SHORTEST_TYPO) {
        return sql`${d}.terms @@ ${beginnings([word], length < SHORTEST_LONG ? 'AB' : '')}::tsquery`;
      }
      const any = [word, ...swapped(word)].map((each) => beginnings([each])).join(' | ');
      return sql`(${d}.terms @@ ${any}::tsquery or ${d}.words %> ${word})`;
    }),
  );
}

/** How well a row fits, as `scoreOf` of domain/rank.ts tells; what has mistakes goes by its likeness. */
export function score(sql: Sql, { words, phrase }: Looked): Relation {
  const step = sql`
    case when d.title = ${phrase} then ${STEPS.name}::int
      when starts_with(d.title, ${phrase}) then ${STEPS.begins}
      when strpos(' ' || d.title, ' ' || ${phrase}::text) > 0 then ${STEPS.inRow}
      when d.terms @@ ${beginnings(words, 'A')}::tsquery then ${STEPS.inName}
      when d.terms @@ ${beginnings(words)}::tsquery then ${STEPS.anywhere} end`;
  const whole = words
    .map((word) => sql`(strpos(' ' || d.title || ' ', ${` ${word} `}) > 0)::int`)
    .reduce((sum, each) => sql`${sum} + ${each}`);
  const brevity = sql`${MOST_BREVITY}::int - least(char_length(d.title), ${MOST_BREVITY}::int)`;
  const likeness = sql`
    ${STEPS.mistakes * STEP}::int
      + floor(similarity(d.title, ${phrase}) * 600 + word_similarity(${phrase}, d.title) * 399)::int`;
  return sql`coalesce((${step}) * ${STEP}::int + (${whole}) * ${WHOLE}::int + ${brevity}, ${likeness})`;
}
