import type { Logger } from '@ece/platform/log/log';
import type { OrderedEvent } from '@ece/platform/outbox/reader';
import { toFrame } from './frame.ts';
import { History, type Outbox } from './history.ts';
import { Ring } from './ring.ts';
import type { Reader, Subscription } from './subscription.ts';
import { Topic } from './topic.ts';

/** Subscribers that are served before other work of the process has its turn. */
const IN_A_ROW = 500;

export interface HubOptions {
  outbox: Outbox;
  log: Logger;
  /** Bounds of the frames that are kept, where they differ from the usual ones. */
  mostFrames?: number;
  mostBytes?: number;
}

/**
 * Topics and who follows them. A subscriber is registered first, then gets history, then live events from the
 * number where history ended: nothing is lost between the two. Each event's frame is built once and kept for a
 * while in a ring that all share: what waits at the same place leaves as the same bytes in one write. A number
 * out of turn, which concurrent transactions can cause, is read again from the outbox, once for all. A reader
 * that falls behind is served at its own pace, from the ring or the outbox: nothing is buffered for it.
 */
export class Hub {
  readonly #outbox: Outbox;
  readonly #log: Logger;
  readonly #history: History;
  readonly #ring: Ring;
  readonly #topics = new Map<string, Topic>();
  /** Topics with events that not all of their subscribers were shown. */
  readonly #fresh = new Set<Topic>();
  #pumping = false;
  #size = 0;

  constructor(options: HubOptions) {
    this.#outbox = options.outbox;
    this.#log = options.log;
    this.#history = new History(options.outbox);
    this.#ring = new Ring((topic) => this.#forget(topic), options.mostFrames, options.mostBytes);
  }

  /** Sockets' subscriptions in all. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of the frames that are kept for those who come back. */
  get keptBytes(): number {
    return this.#ring.bytes;
  }

  /** Topics that are followed, or of which frames are kept. */
  get topics(): number {
    return this.#topics.size;
  }

  /** Registers a reader with a topic. Nothing is sent before `begin`, and nothing is missed from here on. */
  register(name: string, reader: Reader): Subscription {
    const topic = this.#topicOf(name);
    const subscription: Subscription = { topic, reader, last: 0, state: 'opening' };
    topic.subscriptions.add(subscription);
    this.#size++;
    return subscription;
  }

  /** Makes sure that the last number of each subscription's topic is known here, by one query at the most. */
  async locate(subscriptions: readonly Subscription[]): Promise<void> {
    const unknown = subscriptions.filter(({ topic }) => topic.head === undefined);
    if (unknown.length === 0) return;
    const found = await this.#outbox.lastSequences([...new Set(unknown.map(({ topic }) => topic.name))]);
    // An event that has come meanwhile knows better.
    for (const { topic } of unknown) {
      if (topic.head === undefined) topic.startAfter(Number(found.get(topic.name) ?? 0n));
    }
  }

  /** The number behind which a subscription's events will come: the given one, or that of now. */
  placeOf({ topic }: Subscription, after: number | undefined): number {
    return after ?? topic.head!;
  }

  /** Sends what happened behind a number, and from then on what happens. Call it after `locate`. */
  begin(subscription: Subscription, after: number): void {
    subscription.last = after;
    subscription.state = 'live';
    this.#advance(subscription);
  }

  /** Ends a subscription: nothing more is sent for it. */
  end(subscription: Subscription): void {
    if (subscription.state === 'ended') return;
    subscription.state = 'ended';
    subscription.reader.lagging?.delete(subscription);
    subscription.topic.subscriptions.delete(subscription);
    this.#size--;
    this.#forget(subscription.topic);
  }

  /** Hands new events to their topics' subscribers. Each event's frame is built once. */
  deliver(events: readonly OrderedEvent[]): void {
    for (const event of events) {
      const topic = this.#topicOf(event.topic);
      const sequence = Number(event.sequence);
      if (topic.head === undefined) topic.startAfter(sequence - 1);
      if (sequence <= topic.head!) continue;
      // What is left out is in the outbox: those who need it read it there, all together.
      if (sequence > topic.head! + 1) topic.startAfter(sequence - 1);
      this.#ring.push(topic, toFrame(event));
      if (topic.subscriptions.size > 0) this.#fresh.add(topic);
    }
    if (!this.#pumping) void this.#pump();
  }

  /** Shows subscribers what is new: the first ones at once, many in portions. */
  async #pump(): Promise<void> {
    this.#pumping = true;
    let served = 0;
    const corked = new Set<Reader>();
    const uncork = () => {
      for (const reader of corked) reader.uncork();
      corked.clear();
    };
    for (const topic of this.#fresh) {
      this.#fresh.delete(topic);
      for (const subscription of topic.subscriptions) {
        const { reader } = subscription;
        // Of several topics a reader gets what is new in one write.
        if (this.#fresh.size > 0 && !corked.has(reader)) {
          corked.add(reader);
          reader.cork();
        }
        this.#advance(subscription);
        if (++served % IN_A_ROW === 0) {
          uncork();
          await new Promise(setImmediate);
        }
      }
      topic.release();
    }
    uncork();
    this.#pumping = false;
  }

  /** Sends a live subscription what it has not got; one that cannot be served at once is put in the line. */
  #advance(subscription: Subscription): void {
    if (subscription.state !== 'live') return;
    const { topic, reader } = subscription;
    while (subscription.last < topic.head!) {
      if (reader.behind || !topic.covers(subscription.last)) {
        this.#lag(subscription);
        return;
      }
      const run = topic.after(subscription.last);
      subscription.last = run.last;
      reader.write(run.bytes);
    }
  }

  #lag(subscription: Subscription): void {
    subscription.state = 'lagging';
    const { reader } = subscription;
    if (reader.lagging) {
      reader.lagging.add(subscription);
      return;
    }
    reader.lagging = new Set([subscription]);
    void this.#serve(reader);
  }

  /** Serves a reader's subscriptions that are behind, one portion of each in turn, at the reader's pace. */
  async #serve(reader: Reader): Promise<void> {
    const lagging = reader.lagging!;
    for (const subscription of lagging) {
      try {
        if (reader.behind) await reader.flushed();
        if (subscription.state === 'lagging') await this.#catchUp(subscription);
      } catch (error) {
        this.#log.error({ err: error, topic: subscription.topic.name }, 'realtime: history cannot be read');
        reader.fail();
        break;
      }
      // Behind all others: a busy topic must not hold up the rest.
      if (lagging.delete(subscription) && subscription.state === 'lagging') lagging.add(subscription);
    }
    reader.lagging = undefined;
  }

  /** Sends the next portion of what a subscription has missed, and makes it live again when that was all. */
  async #catchUp(subscription: Subscription): Promise<void> {
    const { topic, reader } = subscription;
    if (!topic.covers(subscription.last)) {
      const page = await this.#history.page(topic.name, subscription.last);
      if (subscription.state !== 'lagging') return;
      reader.write(page.bytes);
      subscription.last = page.last;
      return;
    }
    // No await from here on: a live event comes either before these lines or after them.
    if (subscription.last < topic.head! && !reader.behind) {
      const run = topic.after(subscription.last);
      reader.write(run.bytes);
      subscription.last = run.last;
    }
    if (subscription.last >= topic.head!) subscription.state = 'live';
  }

  #topicOf(name: string): Topic {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = new Topic(name);
      this.#topics.set(name, topic);
    }
    return topic;
  }

  /** Forgets a topic that nobody follows and of which nothing is kept. */
  #forget(topic: Topic): void {
    if (topic.subscriptions.size > 0 || !topic.isEmpty) return;
    if (this.#topics.get(topic.name) === topic) this.#topics.delete(topic.name);
  }
}
