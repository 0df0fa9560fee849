import type { Database } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import * as store from './store.ts';

/** Sessions stay for a while after their end, for whoever looks into an incident. */
const GRACE_DAYS = 30;
const BATCH = 1000;

/** Removes sessions that are long over. */
export function createJobs(db: Database): Job[] {
  return [
    {
      name: 'auth.expired-sessions',
      everyMs: 3_600_000,
      run: async () => (await store.removeExpired(db, GRACE_DAYS, BATCH)) === BATCH,
    },
  ];
}
