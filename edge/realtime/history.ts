import type { Sql } from '@ece/platform/db/database';
import { lastSequences, readTopic, type StoredEvent } from '@ece/platform/outbox/publish';
import { toFrame } from './frame.ts';
import { LARGEST_WRITE, type Run } from './topic.ts';

/** Events read from the outbox at once. */
const PAGE = 100;

/** Reads at once: the feed leaves the rest of the database's connections to trading. */
const MOST_READS = 4;

/** What the feed reads of the outbox. */
export interface Outbox {
  /** Events of a topic after a number, in order, `limit` at the most. */
  readTopic(topic: string, after: bigint, limit: number): Promise<StoredEvent[]>;
  /** The last numbers drawn of some topics; topics without an event are left out. */
  lastSequences(topics: string[]): Promise<Map<string, bigint>>;
}

/** The outbox in the database. */
export function outboxOf(sql: Sql): Outbox {
  return {
    readTopic: (topic, after, limit) => readTopic(sql, topic, after, limit),
    lastSequences: (topics) => lastSequences(sql, topics),
  };
}

/** Reads what is older than the frames in memory. Those who need the same page share one read. */
export class History {
  readonly #outbox: Outbox;
  readonly #reading = new Map<string, Promise<Run>>();
  readonly #waiting: (() => void)[] = [];
  #reads = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** The events behind a number as one write, of `LARGEST_WRITE` bytes at the most. There must be some. */
  page(topic: string, after: number): Promise<Run> {
    const key = `${topic} ${after}`;
    let reading = this.#reading.get(key);
    if (!reading) {
      reading = this.#read(topic, after).finally(() => this.#reading.delete(key));
      this.#reading.set(key, reading);
    }
    return reading;
  }

  async #read(topic: string, after: number): Promise<Run> {
    if (this.#reads >= MOST_READS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#reads++;
    try {
      const events = await this.#outbox.readTopic(topic, BigInt(after), PAGE);
      if (Number(events[0]?.sequence) !== after + 1)
        throw new Error(`the outbox does not go on behind ${after}`);
      const frames: Buffer[] = [];
      let size = 0;
      for (const event of events) {
        const frame = toFrame(event);
        size += frame.length;
        if (frames.length > 0 && size > LARGEST_WRITE) break;
        frames.push(frame);
      }
      return { bytes: Buffer.concat(frames), last: Number(events[frames.length - 1]!.sequence) };
    } finally {
      // The next one takes this one's place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#reads--;
    }
  }
}
