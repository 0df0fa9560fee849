import type { Database } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import { forgetConsumer } from '@ece/platform/outbox/reader';
import { follow, type Indexer, rebuild, refresh } from './indexing.ts';
import { QUEUES } from './store.ts';

/** How often events are looked for: how far the index is behind at the least. */
const EVERY_MS = 200;
const BIDS_EVERY_MS = 1_000;
const BUILD_EVERY_MS = 60_000;
const LEAVE_EVERY_MS = 3_600_000;

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

/** Without an engine its reader of events would only be shown as one that falls behind. */
export function leaveEngine(db: Database): Job {
  return {
    name: 'search.engine.leave',
    everyMs: LEAVE_EVERY_MS,
    async run() {
      await forgetConsumer(db, QUEUES.engine.consumer);
      return false;
    },
  };
}
