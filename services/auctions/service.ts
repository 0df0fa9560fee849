import type { ServiceInstance } from '@ece/platform/service';
import { registerSales } from '@ece/vault';
import type { AuctionsApi, AuctionsContext } from './api.ts';
import { BiddingThread } from './bidding-thread.ts';
import { auctionChecks } from './checks.ts';
import { importOpen } from './history.ts';
import { auctionJobs } from './jobs.ts';
import { cardAuctions, liveLots } from './live.ts';
import { observeClosing } from './metrics.ts';
import { outbidTeller } from './outbid.ts';
import { auctionRoutes, LANES } from './routes.ts';
import { readFacts } from './store.ts';

/** Makes the auctions service. */
export function createAuctions(context: AuctionsContext): ServiceInstance<AuctionsApi> {
  registerSales(context.metrics);
  const outbid = outbidTeller(context);
  const thread = new BiddingThread({ database: context.database, connections: LANES }, context.log);
  return {
    api: {
      facts: (ids) => readFacts(context.db, ids),
      liveLots: (copyIds) => liveLots(context.db, copyIds),
      cardAuctions: (cardIds) => cardAuctions(context.db, cardIds),
      importOpen: (auctions) => importOpen(context, auctions),
    },
    routes: (app) => auctionRoutes(app, context, thread, outbid.wake),
    jobs: auctionJobs(context, observeClosing(context), outbid),
    checks: auctionChecks(),
    stop: () => thread.stop(),
  };
}
