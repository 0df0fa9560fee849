import type { Job } from '@ece/platform/jobs/runner';
import { follow, type Indexer, rebuild, refresh } from './indexing.ts';

/** How often events are looked for: how far the index is behind at the least. */
const EVERY_MS = 200;
const BIDS_EVERY_MS = 1_000;
const BUILD_EVERY_MS = 60_000;

/** The jobs of the search. */
export function searchJobs(indexer: Indexer): Job[] {
  return [
    {
      name: 'search.index',
      patient: true,
      everyMs: EVERY_MS,
      async run() {
        const [events, marks] = [await follow(indexer), await refresh(indexer, 'all else')];
        return events || marks;
      },
    },
    {
      // Prices of auctions: never more often than this, and never more at once. A price that is a moment old costs
      // nobody anything, and documents take longer than the bids that they tell of.
      name: 'search.bids',
      patient: true,
      everyMs: BIDS_EVERY_MS,
      async run() {
        await refresh(indexer, 'bids');
        return false;
      },
    },
    {
      // What was there before the index knew of events.
      name: 'search.build',
      everyMs: BUILD_EVERY_MS,
      async run() {
        if (!(await indexer.engine.isBuilt())) await rebuild(indexer, undefined, true);
        return false;
      },
    },
  ];
}
