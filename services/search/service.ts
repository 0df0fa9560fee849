import type { ServiceInstance } from '@ece/platform/service';
import type { SearchApi, SearchContext } from './api.ts';
import { withCachedFacets } from './facet-cache.ts';
import { withFallback } from './fallback.ts';
import { type Indexer, rebuild } from './indexing.ts';
import { leaveEngine, searchJobs } from './jobs.ts';
import { createPostgresEngine } from './postgres/engine.ts';
import { openRemote } from './remote.ts';
import { searchRoutes } from './routes.ts';
import { QUEUES } from './store.ts';

/** Puts the search together: PostgreSQL, and an engine beside it where there is one. */
export function createSearch(context: SearchContext): ServiceInstance<SearchApi> {
  const { db, engine } = context;
  const local: Indexer = { sources: context, engine: createPostgresEngine(db), queue: QUEUES.postgres };
  const remote = engine && openRemote({ sources: context, ...engine });
  const reader = remote ? withFallback(remote.indexer.engine, local.engine, remote.guard) : local.engine;
  return {
    api: {},
    routes: (app) => searchRoutes(app, context, withCachedFacets(reader)),
    jobs: [...searchJobs(local), ...(remote?.jobs ?? [leaveEngine(db)])],
    async rebuild(progress) {
      const rows = await rebuild(local, progress);
      return remote ? rows + (await rebuild(remote.indexer, progress)) : rows;
    },
    ...(remote && {
      helpers: [{ name: 'search_engine', ready: async () => remote.guard.reason() === undefined }],
      stop: async () => remote.close(),
    }),
  };
}
