import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { Looked } from '../domain/words.ts';
import type { Filters } from '../engine.ts';

/** Words shorter than this are not searched with mistakes: nearly everything would resemble them. */
const SHORTEST_TYPO = 4;
/** Words shorter than this are not searched in long texts: they stand in nearly all of them. */
const SHORTEST_LONG = 3;

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

/** The word with two neighbours swapped, in every way: trigrams see little likeness there. */
function swapped(word: string): string[] {
  const letters = [...word];
  return letters.slice(1).map((letter, index) => {
    const other = [...letters];
    [other[index], other[index + 1]] = [letter, letters[index]!];
    return other.join('');
  });
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

/**
 * How well a row fits, 1000 to 6999. The thousands: the name itself, a name that begins so, a name that has
 * the words in a row, a name that has all of them, a thing that has all of them, a thing with mistakes. Below
 * that, how much of the name was typed.
 */
export function score(sql: Sql, { words, phrase }: Looked): Relation {
  return sql`(
    case when d.title = ${phrase} then 6000
      when starts_with(d.title, ${phrase}) then 5000
      when strpos(' ' || d.title, ' ' || ${phrase}::text) > 0 then 4000
      when d.terms @@ ${beginnings(words, 'A')}::tsquery then 3000
      when d.terms @@ ${beginnings(words)}::tsquery then 2000
      else 1000 end
    + floor(similarity(d.title, ${phrase}) * 600 + word_similarity(${phrase}, d.title) * 399))::int`;
}
