import type { ServiceInstance } from '@ece/platform/service';
import type { MarketdataApi, MarketdataContext } from './api.ts';
import { marketdataChecks } from './checks.ts';
import { cardFigures } from './figures.ts';
import { marketdataJobs } from './jobs.ts';
import { rebuild } from './rebuild.ts';
import { marketdataRoutes } from './routes.ts';
import { tradersToday } from './store.ts';

/** Puts the market data together. */
export function createMarketdata(context: MarketdataContext): ServiceInstance<MarketdataApi> {
  const { db, metrics } = context;
  metrics.gauge('ece_active_traders', 'Accounts that bought or sold since midnight UTC', [], async (gauge) =>
    gauge.set(await tradersToday(db)),
  );
  return {
    api: { cardMarkets: (cardIds) => cardFigures(context, cardIds) },
    routes: (app) => marketdataRoutes(app, context),
    jobs: marketdataJobs(context),
    checks: marketdataChecks(context),
    rebuild: (progress) => rebuild(context, progress),
  };
}
