import type { Database } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import { publish } from './publish.ts';
import { consume } from './reader.ts';

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
  const types = new Set(options.types);
  const limit = 1000;
  return {
    name: `outbox.mirror.${options.topic}`,
    everyMs: options.everyMs,
    async run() {
      let written = 0;
      const read = await consume(
        options.db,
        `mirror:${options.topic}`,
        async (tx, events) => {
          const copies = events
            .filter((event) => event.topic !== options.topic && types.has(event.type))
            .map((event) => ({ topic: options.topic, type: event.type, data: event.data }));
          await publish(tx, copies);
          written = copies.length;
        },
        limit,
      );
      if (written > 0) options.hint();
      return read === limit;
    },
  };
}
