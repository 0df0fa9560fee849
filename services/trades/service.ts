import type { ServiceInstance } from '@ece/platform/service';
import type { TradesApi, TradesContext } from './api.ts';
import { tradeChecks } from './checks.ts';
import { importOpen } from './history.ts';
import { tradeJobs } from './jobs.ts';
import { tradeRoutes } from './routes.ts';

/** Puts the trades together. */
export function createTrades(context: TradesContext): ServiceInstance<TradesApi> {
  return {
    api: { importOpen: (offers) => importOpen(context, offers) },
    routes: (app) => tradeRoutes(app, context),
    jobs: tradeJobs(context),
    checks: tradeChecks(),
  };
}
