import { readFileSync } from 'node:fs';
import type { Job } from '@ece/platform/jobs/runner';
import type { Logger } from '@ece/platform/log/log';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import { createBreaker } from './breaker.ts';
import { createClient, EngineError } from './elastic/client.ts';
import { createElasticEngine } from './elastic/engine.ts';
import type { Sources } from './facts.ts';
import type { Guard } from './fallback.ts';
import { follow, type Indexer, rebuild, refresh } from './indexing.ts';
import { exclusively, QUEUES, secondsBehind } from './store.ts';

/** Where Elasticsearch or OpenSearch is. */
export interface EngineSettings {
  url: string;
  apiKey?: string | undefined;
  /** A file with the certificate authority of its certificate. */
  caFile?: string | undefined;
  /** What the names of its indexes begin with. */
  index: string;
}

export interface RemoteOptions {
  sources: Sources;
  settings: EngineSettings;
  log: Logger;
  metrics: Metrics;
}

/** An index further behind than this is not read. */
const MOST_SECONDS_BEHIND = 10;
/** Looks at which it must have all that it missed before it is read again: what was written is found by then. */
const LOOKS = 2;
const INDEX_EVERY_MS = 200;
const BIDS_EVERY_MS = 1000;
const WATCH_EVERY_MS = 1000;
const BUILD_EVERY_MS = 10_000;

/** The index in Elasticsearch or OpenSearch: the engine, whether it may be read, and what keeps it. */
export interface Remote {
  indexer: Indexer;
  guard: Guard;
  jobs: Job[];
  close(): void;
}

/** Opens it without waiting for it: an engine that is away never holds up the exchange. */
export function openRemote({ sources, settings, log, metrics }: RemoteOptions): Remote {
  const { db } = sources;
  const client = createClient({
    url: settings.url,
    apiKey: settings.apiKey,
    ca: settings.caFile === undefined ? undefined : readFileSync(settings.caFile, 'utf8'),
  });
  const documents = metrics.counter(
    'ece_search_engine_documents_total',
    'Documents sent to the search engine: written, outdated (a later one is there), refused',
    ['result'] as const,
  );
  const engine = createElasticEngine(client, {
    index: settings.index,
    exclusively: (work) => exclusively(db, work),
    onWritten({ written, outdated, refused }) {
      documents.inc({ result: 'written' }, written);
      documents.inc({ result: 'outdated' }, outdated);
      documents.inc({ result: 'refused' }, refused.length);
      if (refused.length > 0)
        log.error({ refused: refused.slice(0, 10) }, 'search: the engine refuses documents');
    },
  });
  const indexer: Indexer = { sources, engine, queue: QUEUES.engine };
  const state = watch(indexer, log, metrics);
  return { indexer, guard: state.guard, jobs: [state.job, ...jobsOf(indexer, state)], close: client.close };
}

interface State {
  guard: Guard;
  job: Job;
  /** Whether it answers, and whether it has an index. */
  answers(): boolean;
  hasIndex(): boolean;
  /** Notes an outage; throws what is none. */
  note(error: unknown): void;
}

/** Watches whether the engine answers, has an index, and how far that is behind. */
function watch({ engine, sources, queue }: Indexer, log: Logger, metrics: Metrics): State {
  const breaker = createBreaker();
  let isBuilt = false;
  let behind = 0;
  /** Since when it could be read but for what it has missed, and at how many looks since then it had all of that. */
  let back = performance.now();
  let complete = 0;
  let told: string | undefined;
  const answers = metrics.counter(
    'ece_search_answers_total',
    'Searches and suggestions, by who answered and why not the engine',
    ['by', 'reason'] as const,
  );
  const reason = () => {
    if (!breaker.isClosed()) return 'away';
    if (!isBuilt) return 'unbuilt';
    return complete < LOOKS ? 'behind' : undefined;
  };
  metrics.gauge('ece_search_engine_used', '1 while the search engine answers searches', [], (gauge) =>
    gauge.set(reason() ? 0 : 1),
  );
  metrics.gauge(
    'ece_search_engine_behind_seconds',
    'Age of the oldest change not in the engine',
    [],
    (gauge) => gauge.set(behind),
  );

  const failed = (error: unknown) => {
    if (error instanceof EngineError && error.isOutage) breaker.failed();
    // What is asked wrongly says nothing of the engine's health.
    else log.error({ err: error }, 'search: the engine did not understand');
  };
  const tell = (error?: unknown) => {
    const now = reason();
    if (now === told && told !== undefined) return;
    if (now) log.warn({ err: error, reason: now }, 'search: PostgreSQL answers in place of the engine');
    else if (told) log.info('search: the engine answers');
    told = now;
  };
  return {
    answers: () => breaker.isClosed(),
    hasIndex: () => isBuilt,
    note(error) {
      if (!(error instanceof EngineError && error.isOutage)) throw error;
      breaker.failed();
    },
    guard: {
      reason,
      succeeded() {
        if (breaker.isClosed()) breaker.succeeded();
      },
      failed,
      answered: (why) => answers.inc({ by: why ? 'postgres' : 'engine', reason: why ?? '' }),
    },
    job: {
      name: 'search.engine.watch',
      everyMs: WATCH_EVERY_MS,
      async run() {
        behind = await secondsBehind(sources.db, queue);
        if (!breaker.isClosed() && !breaker.isDue()) return false;
        try {
          const [wasClosed, wasBuilt] = [breaker.isClosed(), isBuilt];
          isBuilt = await engine.isBuilt();
          // The probe of an open breaker: what people will ask, too.
          if (isBuilt && !wasClosed) await engine.suggest('a', 1);
          if (!wasClosed) breaker.succeeded();
          if (!wasClosed || !wasBuilt || behind > MOST_SECONDS_BEHIND) {
            back = performance.now();
            complete = 0;
          } else if (complete < LOOKS && behind * 1000 < performance.now() - back) complete++;
          tell();
        } catch (error) {
          failed(error);
          tell(error);
        }
        return false;
      },
    },
  };
}

/** Following events goes on while the engine is away: what has changed is marked, each thing once, and waits. */
function jobsOf(indexer: Indexer, { answers, hasIndex, note }: State): Job[] {
  const refreshed = async (which: 'bids' | 'all else') => {
    if (!answers() || !hasIndex()) return false;
    try {
      return await refresh(indexer, which);
    } catch (error) {
      note(error);
      return false;
    }
  };
  return [
    {
      name: 'search.engine.index',
      patient: true,
      everyMs: INDEX_EVERY_MS,
      async run() {
        const [events, marks] = [await follow(indexer), await refreshed('all else')];
        return events || marks;
      },
    },
    {
      // As in PostgreSQL: prices of auctions never more often than this.
      name: 'search.engine.bids',
      patient: true,
      everyMs: BIDS_EVERY_MS,
      async run() {
        await refreshed('bids');
        return false;
      },
    },
    {
      name: 'search.engine.build',
      everyMs: BUILD_EVERY_MS,
      async run() {
        try {
          if (answers() && !(await indexer.engine.isBuilt())) await rebuild(indexer, undefined, true);
        } catch (error) {
          note(error);
        }
        return false;
      },
    },
  ];
}
