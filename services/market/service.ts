import type { ServiceInstance } from '@ece/platform/service';
import { registerSales } from '@ece/vault';
import type { MarketApi, MarketContext } from './api.ts';
import { marketChecks } from './checks.ts';
import { listMany } from './deals.ts';
import { importSales } from './history.ts';
import { marketJobs } from './jobs.ts';
import { importOffers } from './offer-history.ts';
import { bestOfferOfCards, bestOffers } from './offer-reads.ts';
import { marketRoutes } from './routes.ts';
import { cardListings, cheapestOfCards, listingRange, openListings, priceSpans } from './store.ts';

/** Puts the market together. */
export function createMarket(context: MarketContext): ServiceInstance<MarketApi> {
  registerSales(context.metrics);
  return {
    api: {
      list: (items) => listMany(context, items),
      listingRange: (cardId, exceptSellerId) => listingRange(context.db, cardId, exceptSellerId),
      openListings: (copyIds) => openListings(context.db, copyIds),
      cardListings: (cardIds) => cardListings(context.db, cardIds),
      priceSpans: (cardIds, since) => priceSpans(context.db, cardIds, since),
      importSales: (sales) => importSales(context, sales),
      importOffers: (offers) => importOffers(context, offers),
      bestOffers: (copyIds) => bestOffers(context, copyIds),
      bestOfferOfCards: (cardIds) => bestOfferOfCards(context, cardIds),
      cheapest: (cardIds, buyerId) => cheapestOfCards(context.db, cardIds, buyerId),
    },
    routes: (app) => marketRoutes(app, context),
    jobs: marketJobs(context),
    checks: marketChecks(),
  };
}
