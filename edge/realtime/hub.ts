import type { Sql } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import { lastSequences, readTopic, type StoredEvent } from '@ece/platform/outbox/publish';
import type { OrderedEvent } from '@ece/platform/outbox/reader';

/** Where frames go. */
export interface Sink {
  send(frame: string): void;
  /** True while much of what was sent has not left this process: the reader is slower than the events. */
  behind(): boolean;
  /** Settles when what was sent has left this process. */
  flushed(): Promise<void>;
  /** Gives up: frames that were promised cannot be sent. */
  fail(): void;
}

/** One socket's interest in one topic. */
interface Subscription {
  sink: Sink;
  /** The last number that was sent. */
  last: bigint;
  /** True while history is read; live events are not sent until it has caught up. */
  catchingUp: boolean;
  /** The highest number of a live event that was not sent because history is read. */
  skipped: bigint;
  ended: boolean;
}

/** Events read from the outbox at once. */
const PAGE = 200;

/**
 * Topics and who follows them. A subscriber is registered first, then gets history, then live events from
 * the number where history ended: nothing is lost between the two. A number out of turn, which concurrent
 * transactions can cause, is read again from the outbox instead of being passed on. A reader that falls behind
 * gets its events from the outbox, too, a page at a time as it reads: nothing more is buffered for it.
 */
export class Hub {
  readonly #sql: Sql;
  readonly #log: Logger;
  readonly #topics = new Map<string, Set<Subscription>>();

  constructor(options: { sql: Sql; log: Logger }) {
    this.#sql = options.sql;
    this.#log = options.log;
  }

  /** Sockets' subscriptions in all. */
  get size(): number {
    let size = 0;
    for (const set of this.#topics.values()) size += set.size;
    return size;
  }

  /**
   * Follows a topic from behind `after`, or from now where it is absent.
   * @returns the number behind which events will come, a function that ends it, and one that sends history
   * and then live events; it settles when history is sent
   */
  async subscribe(
    topic: string,
    after: bigint | undefined,
    sink: Sink,
  ): Promise<{ after: bigint; end: () => void; begin: () => Promise<void> }> {
    const subscription: Subscription = {
      sink,
      last: after ?? 0n,
      catchingUp: true,
      skipped: 0n,
      ended: false,
    };
    let set = this.#topics.get(topic);
    if (!set) {
      set = new Set();
      this.#topics.set(topic, set);
    }
    set.add(subscription);
    const end = () => {
      subscription.ended = true;
      this.#remove(topic, subscription);
    };
    try {
      if (after === undefined) subscription.last = (await lastSequences(this.#sql, [topic])).get(topic) ?? 0n;
    } catch (error) {
      end();
      throw error;
    }
    return { after: subscription.last, end, begin: () => this.#catchUp(topic, subscription) };
  }

  /** Hands new events to their topics' subscribers. Each event's frame is built once. */
  deliver(events: OrderedEvent[]): void {
    for (const event of events) {
      const subscriptions = this.#topics.get(event.topic);
      if (!subscriptions) continue;
      const frame = toFrame(event);
      for (const subscription of subscriptions) {
        if (event.sequence <= subscription.last) continue;
        if (subscription.catchingUp) {
          if (event.sequence > subscription.skipped) subscription.skipped = event.sequence;
        } else if (event.sequence === subscription.last + 1n && !subscription.sink.behind()) {
          subscription.last = event.sequence;
          subscription.sink.send(frame);
        } else {
          void this.#catchUp(event.topic, subscription);
        }
      }
    }
  }

  /** Sends what the outbox has, at the reader's pace, until nothing is left that was written or skipped. */
  async #catchUp(topic: string, subscription: Subscription): Promise<void> {
    subscription.catchingUp = true;
    const { sink } = subscription;
    try {
      while (!subscription.ended) {
        if (sink.behind()) await sink.flushed();
        const events = await readTopic(this.#sql, topic, subscription.last, PAGE);
        if (subscription.ended) return;
        for (const event of events) {
          subscription.last = event.sequence;
          sink.send(toFrame(event));
        }
        if (events.length === PAGE) {
          await sink.flushed();
        } else if (!sink.behind() && subscription.skipped <= subscription.last) {
          // No await since the page was read: a live event comes either before this line or after it.
          subscription.catchingUp = false;
          return;
        }
      }
    } catch (error) {
      this.#log.error({ err: error, topic }, 'realtime: history cannot be read');
      if (subscription.ended) return;
      subscription.ended = true;
      this.#remove(topic, subscription);
      sink.fail();
    }
  }

  #remove(topic: string, subscription: Subscription): void {
    const set = this.#topics.get(topic);
    set?.delete(subscription);
    if (set?.size === 0) this.#topics.delete(topic);
  }
}

function toFrame(event: StoredEvent): string {
  return JSON.stringify({
    topic: event.topic,
    sequence: Number(event.sequence),
    type: event.type,
    data: event.data,
    at: event.at.toISOString(),
  });
}
