import type { Job } from '@ece/platform/jobs/runner';
import type { MarketdataContext } from './api.ts';
import { markEvents } from './marks.ts';
import { refresh } from './refresh.ts';

const EVERY_MS = 250;
const BATCH = 500;

/** The jobs of the market data: noting what has changed, and computing it again. */
export function marketdataJobs(context: MarketdataContext): Job[] {
  return [
    { name: 'marketdata.mark', everyMs: EVERY_MS, patient: true, run: () => markEvents(context.db) },
    {
      name: 'marketdata.refresh',
      everyMs: EVERY_MS,
      patient: true,
      run: async () => (await refresh(context, BATCH)) === 'done',
    },
  ];
}
