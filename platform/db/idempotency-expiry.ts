import type { Job } from '../jobs/runner.ts';
import type { Database } from './database.ts';

/** Days that a call's key and answer are kept. */
export const KEY_DAYS = 30;

const BATCH = 1000;
const EVERY_MS = 60_000;

/** A job that forgets keys whose time is over: from then on such a key is a new one. */
export function expireKeysJob(db: Database): Job {
  return {
    name: 'idempotency.expire',
    everyMs: EVERY_MS,
    async run() {
      const gone = await db`
        delete from platform.idempotency_keys where (account_id, key) in (
          select account_id, key from platform.idempotency_keys
          where created_at < now() - make_interval(days => ${KEY_DAYS}) order by created_at limit ${BATCH}
          for update skip locked)`;
      return gone.count === BATCH;
    },
  };
}
