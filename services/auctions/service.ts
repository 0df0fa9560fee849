import type { ServiceInstance } from '@ece/platform/service';
import type { AuctionsApi, AuctionsContext } from './api.ts';
import { auctionChecks } from './checks.ts';
import { auctionJobs } from './jobs.ts';
import { auctionRoutes } from './routes.ts';
import { readFacts } from './store.ts';

/** Makes the auctions service. */
export function createAuctions(context: AuctionsContext): ServiceInstance<AuctionsApi> {
  return {
    api: { facts: (ids) => readFacts(context.db, ids) },
    routes: (app) => auctionRoutes(app, context),
    jobs: auctionJobs(context),
    checks: auctionChecks(),
  };
}
