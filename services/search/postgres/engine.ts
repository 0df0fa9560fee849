import type { Database, Tx } from '@ece/platform/db/database';
import { readWords } from '../domain/words.ts';
import { type SearchEngine, type SearchQuery, type SearchResult, SearchTooSlow } from '../engine.ts';
import { countFacets } from './facets.ts';
import { type Found, findHits, found } from './find.ts';
import { suggest } from './suggest.ts';
import { beginBuild, fillDocuments, finishBuild, type Slot, writeDocuments } from './write.ts';

/** How far apart words may be to count as one with mistakes, 0 to 1; and the time of one query. */
const LIKENESS = '0.38';
const PATIENCE = '3s';
/** The SQLSTATE of a statement that was cut off. */
const CUT_OFF = '57014';

const NOTHING: SearchResult = { hits: [], next: null, total: null, facets: null };

/** The search engine in PostgreSQL: full text for beginnings of words, trigrams for mistakes. */
export function createPostgresEngine(db: Database): SearchEngine {
  return {
    write: (documents, version) => writeDocuments(db, documents, version),
    search: (query) => reading(db, (tx, slot) => run(tx, slot, query)),
    async suggest(text, limit) {
      const looked = readWords(text);
      if (!looked || looked.words.length === 0) return { set: [], card: [], person: [] };
      return reading(db, (tx, slot) => suggest(tx, slot, looked, limit));
    },
    async isBuilt() {
      const [row] = await db<{ built: boolean }[]>`
        select built_at is not null as built from search.generations`;
      return row!.built;
    },
    begin: (unlessBegun = false) => beginBuild(db, unlessBegun),
    fill: (build, documents, version) => fillDocuments(db, build, documents, version),
    finish: (build) => finishBuild(db, build),
  };
}

/** Runs a query on one moment of the database, with the settings that it needs. */
async function reading<T>(db: Database, read: (tx: Tx, slot: Slot) => Promise<T>): Promise<T> {
  return (await db
    .begin('isolation level repeatable read read only', async (tx) => {
      const [row] = await tx<{ live: Slot }[]>`
      select live, set_config('pg_trgm.word_similarity_threshold', ${LIKENESS}, true),
        set_config('statement_timeout', ${PATIENCE}, true), set_config('jit', 'off', true),
        set_config('random_page_cost', '1.1', true)
      from search.generations`;
      return await read(tx, row!.live);
    })
    .catch((error: unknown) => {
      throw (error as { code?: string }).code === CUT_OFF ? new SearchTooSlow(error) : error;
    })) as T;
}

async function run(tx: Tx, slot: Slot, query: SearchQuery): Promise<SearchResult> {
  const looked = readWords(query.text);
  const words = looked && looked.words.length > 0 ? looked : undefined;
  // Something was typed of which no word is left: that is found nowhere.
  if (looked && !words && looked.serial === undefined) return { ...NOTHING, ...(query.facets && EMPTY) };
  const serial = query.kinds.includes('copy') ? looked?.serial : undefined;
  const filters =
    serial === undefined ? query.filters : { ...query.filters, serialFrom: serial, serialTo: serial };
  const narrowed = { ...query, filters };
  const from: Found = found(tx, slot, narrowed, words);
  const { hits, next } = await findHits(tx, from, narrowed, words !== undefined);
  if (!query.facets) return { hits, next, total: null, facets: null };
  return { hits, next, ...(await countFacets(tx, slot, from, narrowed)) };
}

const EMPTY: Pick<SearchResult, 'total' | 'facets'> = {
  total: { count: 0, exact: true },
  facets: { sets: [], rarities: [], categories: [], bands: [] },
};
