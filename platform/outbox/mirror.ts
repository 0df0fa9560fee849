import type { Database } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import { publish } from './publish.ts';
import { consume } from './reader.ts';

/** Events passed by in one transaction. */
const EVENTS = 5000;

/**
 * A job that repeats events of some types on a further topic, in the order of their commits. That topic is
 * written here alone, so the transactions that cause the events never wait for its number.
 */
export function mirrorJob(options: {
  db: Database;
  /** The consumer's name, and the topic that is written. */
  topic: string;
  types: readonly string[];
  everyMs: number;
  hint(): void;
}): Job {
  return {
    name: `outbox.mirror.${options.topic}`,
    everyMs: options.everyMs,
    async run() {
      let written = false;
      const more = await consume(
        options.db,
        `mirror:${options.topic}`,
        async (tx, events) => {
          const copies = events
            .filter((event) => event.topic !== options.topic)
            .map((event) => ({ topic: options.topic, type: event.type, data: event.data }));
          await publish(tx, copies);
          written = copies.length > 0;
        },
        { types: options.types, limit: EVENTS },
      );
      if (written) options.hint();
      return more;
    },
  };
}
