/** Counted up with each change of what an index holds: one of another number is not read, and made anew. */
export const MAPPING = 1;

/** How soon what was written is found. */
export const REFRESH = '500ms';

/** Words are taken apart by us, so that engines agree about them: all of it is exact text. */
const words = { type: 'keyword', doc_values: false };
const text = { type: 'keyword' };

/**
 * The template of the indexes that make up the search.
 * @param index the name of the alias under which the search is read
 */
export function templateOf(index: string) {
  return {
    index_patterns: [`${index}-v*`],
    template: {
      settings: {
        number_of_shards: 1,
        auto_expand_replicas: '0-1',
        refresh_interval: REFRESH,
        // A beginning with its neighbours swapped in every way, of a word of 40 letters.
        max_regex_length: 4000,
      },
      mappings: {
        dynamic: false,
        // What answers show is all that is kept beside what is searched.
        _source: { includes: ['hit'] },
        properties: {
          kind: text,
          id: text,
          // The name as names are compared; what of it begins with each of its words; and its words.
          title: text,
          tails: words,
          name: words,
          // Words of the name and what else the thing is known by; those of its long text, too.
          words,
          all: words,
          // Beginnings of words, in which mistakes are allowed.
          starts: words,
          brevity: { type: 'short' },
          set_code: text,
          rarity: text,
          category: text,
          card_id: text,
          owner_id: text,
          serial: { type: 'integer' },
          price: { type: 'long' },
          band: { type: 'byte' },
          listings: { type: 'integer' },
          auctions: { type: 'integer' },
          auction_ends: { type: 'long' },
          sold: { type: 'long' },
          hit: { type: 'object', enabled: false },
        },
      },
    },
  };
}
