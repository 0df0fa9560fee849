import { randomUUID } from 'node:crypto';
import type { Redis } from '../redis/redis.ts';

const CHANNEL = 'ece:committed';

/**
 * Tells other processes that something was committed, so that their relays look at once instead of at their
 * next time. A hint that is lost costs only that.
 * @param wake looks at the outbox in this process
 * @returns what to call after a commit: it wakes this process and, however many hints come in one turn of the
 * event loop, tells the others once
 */
export function shareHints(redis: Redis, wake: () => void): () => void {
  const own = randomUUID();
  let telling = false;
  redis.subscribe(CHANNEL, (sender) => {
    if (sender !== own) wake();
  });
  return () => {
    wake();
    if (telling) return;
    telling = true;
    setImmediate(() => {
      telling = false;
      redis.publish(CHANNEL, own);
    });
  };
}
