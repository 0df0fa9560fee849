import type { ServiceInstance } from '@ece/platform/service';
import type { SearchApi, SearchContext } from './api.ts';
import { withCachedFacets } from './facet-cache.ts';
import { type Indexer, rebuild } from './indexing.ts';
import { searchJobs } from './jobs.ts';
import { createPostgresEngine } from './postgres/engine.ts';
import { searchRoutes } from './routes.ts';

/** Puts the search together. */
export function createSearch(context: SearchContext): ServiceInstance<SearchApi> {
  const indexer: Indexer = { sources: context, engine: withCachedFacets(createPostgresEngine(context.db)) };
  return {
    api: {},
    routes: (app) => searchRoutes(app, context, indexer.engine),
    jobs: searchJobs(indexer),
    rebuild: (progress) => rebuild(indexer, progress),
  };
}
