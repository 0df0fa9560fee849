import { setTimeout as sleep } from 'node:timers/promises';
import { readWords } from '../domain/words.ts';
import type { Hit, SearchDocument, SearchEngine, SearchResult, Suggestions } from '../engine.ts';
import { type Written, writeBulk } from './bulk.ts';
import { type Client, EngineError } from './client.ts';
import type { Clause } from './conditions.ts';
import { toHit } from './documents.ts';
import { type Found, searchOf } from './find.ts';
import { GivenUp, generationsOf, writeAlias } from './generations.ts';
import { REFRESH } from './mapping.ts';
import { allowsMistakes, SUGGESTED, suggestionsOf } from './suggest.ts';

/** How long a search may take; PostgreSQL is asked then. */
const PATIENCE_MS = 1500;

const EMPTY: Pick<SearchResult, 'total' | 'facets'> = {
  total: { count: 0, exact: true },
  facets: { sets: [], rarities: [], categories: [], bands: [] },
};

export interface ElasticOptions {
  /** The alias under which the index is read; the names of indexes begin with it. */
  index: string;
  /** Hears what became of documents that were written. */
  onWritten?: (written: Written) => void;
  /** Runs the beginning and the end of rebuilds one at a time, over all processes. */
  exclusively?: <T>(work: () => Promise<T>) => Promise<T>;
  /** How long a search may take. */
  patienceMs?: number;
  /** Whether what is written is found at once; else within half a second. For tests. */
  atOnce?: boolean;
}

/** The search engine in Elasticsearch or OpenSearch. `search` and `suggest` throw `EngineError`. */
export function createElasticEngine(client: Client, options: ElasticOptions): SearchEngine {
  const { index, onWritten = () => {}, exclusively = (work) => work(), atOnce = false } = options;
  const { patienceMs = PATIENCE_MS } = options;
  const generations = generationsOf(client, index);

  async function ask(bodies: Clause[]): Promise<Found[]> {
    const lines = bodies.map((body) => `{}\n${JSON.stringify({ ...body, timeout: `${patienceMs}ms` })}\n`);
    const path = `/${index}/_msearch`;
    const { responses } = await client.call<{ responses: (Found & Failed)[] }>({
      method: 'POST',
      path,
      lines: lines.join(''),
      patienceMs,
    });
    for (const { status, error, timed_out: cut, _shards: shards } of responses) {
      if (error) throw new EngineError(status, `status ${status} (${error.type})`);
      if (cut || shards.failed > 0) throw new EngineError(0, cut ? 'no answer in time' : 'a shard is away');
    }
    return responses;
  }

  /** The index that is read may be another one than a moment ago. */
  const asked = (bodies: Clause[]) =>
    ask(bodies).catch((error: unknown) => {
      if (error instanceof EngineError && error.status === 404) return ask(bodies);
      throw error;
    });

  async function write(name: string, documents: SearchDocument[], version: bigint): Promise<boolean> {
    const result = await writeBulk(client, writeAlias(name), documents, version);
    onWritten(result);
    if (atOnce && !result.gone)
      await client.call({ method: 'POST', path: `/${name}/_refresh`, patienceMs: 30_000 });
    return !result.gone;
  }

  async function named(result: SearchResult): Promise<SearchResult> {
    const codes = result.facets?.sets.map(({ value }) => value) ?? [];
    if (codes.length === 0) return result;
    const filter = [{ term: { kind: 'set' } }, { terms: { set_code: codes } }];
    const [found] = await asked([{ query: { bool: { filter } }, size: codes.length, _source: ['hit'] }]);
    const names = new Map(found!.hits.hits.map(({ _source: { hit } }) => [hit.setCode, hit.name]));
    const sets = result.facets!.sets.map((set) => ({ ...set, name: names.get(set.value) ?? set.value }));
    return { ...result, facets: { ...result.facets!, sets } };
  }

  return {
    async write(documents, version) {
      if (documents.length === 0) return;
      for (let attempt = 0; ; attempt++) {
        const { live, building } = await generations.read();
        // What a rebuild that begins later reads is no older than these documents.
        if (building) await write(building, documents, version);
        if (!live || (await write(live, documents, version))) return;
        if (attempt > 0) throw new EngineError(404, 'its index is gone');
      }
    },
    async search(query) {
      const looked = readWords(query.text);
      const words = looked && looked.words.length > 0 ? looked : undefined;
      if (looked && !words && looked.serial === undefined) {
        return { hits: [], next: null, total: null, facets: null, ...(query.facets && EMPTY) };
      }
      const serial = query.kinds.includes('copy') ? looked?.serial : undefined;
      const filters =
        serial === undefined ? query.filters : { ...query.filters, serialFrom: serial, serialTo: serial };
      const search = searchOf({ ...query, filters }, words);
      const [found] = await asked([search.body]);
      return await named(search.read(found!));
    },
    async suggest(text, limit) {
      const looked = readWords(text);
      if (!looked || looked.words.length === 0) return { set: [], card: [], person: [] };
      const strict = await asked(suggestionsOf(looked, limit, false));
      const none = strict.every(({ hits }) => hits.hits.length === 0);
      const found = none && allowsMistakes(looked) ? await asked(suggestionsOf(looked, limit, true)) : strict;
      const lists = found.map(({ hits }): Hit[] => hits.hits.map(({ _source }) => toHit(_source.hit)));
      return Object.fromEntries(SUGGESTED.map((kind, at) => [kind, lists[at]!])) as unknown as Suggestions;
    },
    isBuilt: () => generations.isBuilt(),
    begin: (unlessBegun = false) => exclusively(() => generations.begin(unlessBegun)),
    async fill(build, documents, version) {
      const { building } = await generations.read();
      if (building !== build || !(await write(build, documents, version))) throw new GivenUp();
    },
    async finish(build) {
      const old = await exclusively(() => generations.finish(build, REFRESH));
      if (!old) return;
      // Searches that began before the change may still be reading it.
      await sleep(atOnce ? 0 : patienceMs);
      await generations.drop(old);
    },
  };
}

/** What `_msearch` says of one of its searches. */
interface Failed {
  status: number;
  error?: { type: string };
  _shards: { failed: number };
}
