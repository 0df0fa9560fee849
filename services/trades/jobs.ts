import type { Job } from '@ece/platform/jobs/runner';
import type { TradesContext } from './api.ts';
import { expireDue, voidStale } from './ending.ts';
import { openOfferIds } from './store.ts';

const BATCH = 200;
const EXPIRY_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 2_000;
const START = '00000000-0000-0000-0000-000000000000';

/**
 * The jobs of the trades. Offers that name a copy which has changed hands are found by going round the open
 * offers and comparing epochs: whatever moves a copy needs to know nothing of trades and does no work for
 * them, and a move that announces itself by no event is found as well. Until its turn comes, such an offer
 * cannot be accepted, because acceptance compares the epochs itself.
 */
export function tradeJobs(context: TradesContext): Job[] {
  let position = START;
  return [
    {
      name: 'trades.expire',
      everyMs: EXPIRY_EVERY_MS,
      run: async () => (await expireDue(context, BATCH)) === BATCH,
    },
    {
      name: 'trades.void',
      everyMs: SWEEP_EVERY_MS,
      async run() {
        const ids = await openOfferIds(context.db, position, BATCH);
        await voidStale(context, ids);
        const more = ids.length === BATCH;
        position = more ? ids.at(-1)! : START;
        return more;
      },
    },
  ];
}
