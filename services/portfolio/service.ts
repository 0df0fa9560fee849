import type { ServiceInstance } from '@ece/platform/service';
import type { PortfolioApi, PortfolioContext } from './api.ts';
import { portfolioChecks } from './checks.ts';
import { cardEstimatesOf, estimatesOf } from './holdings-store.ts';
import { portfolioJobs, rebuild } from './jobs.ts';
import { portfolioRoutes } from './routes.ts';

/** Puts the portfolio together. */
export function createPortfolio(context: PortfolioContext): ServiceInstance<PortfolioApi> {
  const { db } = context;
  return {
    api: {
      estimates: async (copyIds) => byId(await estimatesOf(db, copyIds), ({ copyId }) => copyId),
      cardEstimates: async (cardIds) => byId(await cardEstimatesOf(db, cardIds), ({ cardId }) => cardId),
    },
    routes: (app) => portfolioRoutes(app, context),
    jobs: portfolioJobs(context),
    checks: portfolioChecks(),
    rebuild: (progress) => rebuild(context, progress),
  };
}

function byId<T>(items: T[], idOf: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((item) => [idOf(item), item]));
}
