import type { SearchQuery, SearchReader, SearchResult } from './engine.ts';

/** How long counts are used, and how many of them are kept. */
const MAX_AGE_MS = 5_000;
const MAX_ENTRIES = 500;

type Counts = Pick<SearchResult, 'total' | 'facets'>;

/**
 * An engine whose counts are a few seconds old at the most; what it lists is as fresh as ever. Counting goes
 * through all that was found and costs far more than a page of it, and many look at the same first pages.
 * Callers of the same counts at the same time wait for one of them.
 * @param now gives milliseconds that never run backwards
 */
export function withCachedFacets(
  engine: SearchReader,
  now: () => number = () => performance.now(),
): SearchReader {
  const entries = new Map<string, { counts: Promise<Counts>; at: number }>();

  const countsOf = (query: SearchQuery): Promise<Counts> => {
    const key = keyOf(query);
    const known = entries.get(key);
    if (known && now() - known.at < MAX_AGE_MS) return known.counts;
    entries.delete(key);
    const { after: _, ...first } = query;
    const counts = engine.search({ ...first, limit: 1, facets: true });
    const entry = { counts, at: now() };
    entries.set(key, entry);
    if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value!);
    counts.catch(() => {
      if (entries.get(key) === entry) entries.delete(key);
    });
    return counts;
  };

  return {
    ...engine,
    async search(query) {
      if (!query.facets) return engine.search(query);
      const [page, { total, facets }] = await Promise.all([
        engine.search({ ...query, facets: false }),
        countsOf(query),
      ]);
      return { ...page, total, facets };
    },
  };
}

/** What counts depend on. The order of a list does not matter to them, but whether it is of auctions alone. */
function keyOf({ text, kinds, filters, sort }: SearchQuery): string {
  const plain = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([text, kinds, sort === 'ending', plain], (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}
