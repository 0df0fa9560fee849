import type { Job } from '@ece/platform/jobs/runner';
import { readCopies } from '@ece/vault';
import type { MarketContext } from './api.ts';
import { expireDue, voidStale } from './offer-ending.ts';
import { openOffersOnCopies } from './offer-store.ts';

const BATCH = 200;
const SWEEP_BATCH = 2_000;
const EXPIRY_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 5_000;
const START = '00000000-0000-0000-0000-000000000000';

/**
 * The jobs of the market. Offers on a copy that has changed hands are found by going round them and comparing
 * epochs, as trade offers are: whatever moves a copy needs to know nothing of offers. Until its turn comes
 * such an offer cannot be accepted, because acceptance compares the epochs itself.
 */
export function marketJobs(context: MarketContext): Job[] {
  let position = START;
  return [
    {
      name: 'market.offers.expire',
      everyMs: EXPIRY_EVERY_MS,
      run: async () => (await expireDue(context, BATCH)) === BATCH,
    },
    {
      name: 'market.offers.void',
      everyMs: SWEEP_EVERY_MS,
      async run() {
        const offers = await openOffersOnCopies(context.db, position, SWEEP_BATCH);
        const copies = await readCopies(context.db, [...new Set(offers.map((offer) => offer.copyId))]);
        const epochs = new Map(copies.map((copy) => [copy.id, copy.epoch]));
        // Looked at without a lock: epochs only grow, so what was seen stale stays stale.
        const stale = offers.filter((offer) => epochs.get(offer.copyId) !== offer.epoch);
        await voidStale(
          context,
          stale.map((offer) => offer.id),
        );
        const more = offers.length === SWEEP_BATCH;
        position = more ? offers.at(-1)!.id : START;
        return more;
      },
    },
  ];
}
