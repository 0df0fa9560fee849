import type { Topic } from './topic.ts';

/** A socket as the hub sees it. */
export interface Reader {
  /** Sends bytes that are whole frames. */
  write(frames: Buffer): void;
  /** True while much of what was sent has not left this process: the reader is slower than the events. */
  readonly behind: boolean;
  /** Settles when what was sent has left this process, or when that took too long and the reader is gone. */
  flushed(): Promise<void>;
  /** Holds writes back until `uncork`, so that they leave as one. */
  cork(): void;
  uncork(): void;
  /** Gives up: frames that were promised cannot be sent. */
  fail(): void;
  /** Subscriptions that are behind and are served in turn, at the reader's pace; undefined while none is. */
  lagging: Set<Subscription> | undefined;
}

/** One reader's interest in one topic. */
export interface Subscription {
  readonly topic: Topic;
  readonly reader: Reader;
  /** The last number that was sent. */
  last: number;
  /** What it gets now: nothing yet, events as they come, what it has missed, or nothing any more. */
  state: 'opening' | 'live' | 'lagging' | 'ended';
}
