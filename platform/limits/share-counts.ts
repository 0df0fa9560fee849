import type { Job } from '../jobs/runner.ts';
import type { Redis } from '../redis/redis.ts';
import type { WindowCounts } from './window-counts.ts';

const EVERY_MS = 200;
const MOST_AT_ONCE = 2000;

/**
 * A job that adds up what processes count. Calls never wait for it: a limit may be passed by what all processes
 * together let through between two exchanges, and while Redis is away each counts for itself.
 * @param name tells these counts from others
 */
export function shareCountsJob(name: string, counts: WindowCounts, redis: Redis): Job {
  return {
    name: `share-${name}`,
    everyMs: EVERY_MS,
    async run() {
      if (!redis.isReady()) return false;
      const untold = counts.tell(Date.now(), MOST_AT_ONCE);
      const totals = await redis.raise(
        untold.map(({ key, window, by, endsInMs }) => ({
          key: `ece:count:${name}:${window}:${key}`,
          by,
          endsInMs,
        })),
      );
      untold.forEach((entry, i) => void counts.learn(entry, totals[i]));
      return untold.length === MOST_AT_ONCE && totals.every((total) => total !== undefined);
    },
  };
}
