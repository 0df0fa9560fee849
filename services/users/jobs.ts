import type { Database } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import * as store from './store.ts';

/** Far longer than a registration takes, even one whose every step is slow. */
const ABANDONED_SECONDS = 3600;

/** Frees the e-mail addresses and handles of registrations that a crash has left unfinished. */
export function createJobs(db: Database): Job[] {
  return [
    {
      name: 'users.abandoned-registrations',
      everyMs: 600_000,
      async run() {
        await store.removePending(db, ABANDONED_SECONDS);
        return false;
      },
    },
  ];
}
