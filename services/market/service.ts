import type { ServiceInstance } from '@ece/platform/service';
import type { MarketApi, MarketContext } from './api.ts';
import { marketChecks } from './checks.ts';
import { listMany } from './deals.ts';
import { importSales } from './history.ts';
import { marketRoutes } from './routes.ts';
import { listingRange } from './store.ts';

/** Puts the market together. It needs no job: a listing ends by its purchase or by its seller. */
export function createMarket(context: MarketContext): ServiceInstance<MarketApi> {
  return {
    api: {
      list: (items) => listMany(context, items),
      listingRange: (cardId, exceptSellerId) => listingRange(context.db, cardId, exceptSellerId),
      importSales: (sales) => importSales(context, sales),
    },
    routes: (app) => marketRoutes(app, context),
    jobs: [],
    checks: marketChecks(),
  };
}
