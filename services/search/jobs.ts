import type { Job } from '@ece/platform/jobs/runner';
import { follow, type Indexer, rebuild, refresh } from './indexing.ts';

/** How often events are looked for: how far the index is behind at the least. */
const EVERY_MS = 200;
const BUILD_EVERY_MS = 60_000;

/** The jobs of the search. */
export function searchJobs(indexer: Indexer): Job[] {
  return [
    {
      name: 'search.index',
      everyMs: EVERY_MS,
      async run() {
        const [events, marks] = [await follow(indexer), await refresh(indexer)];
        return events || marks;
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
