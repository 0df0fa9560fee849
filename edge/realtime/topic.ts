import type { Subscription } from './subscription.ts';

/** Bytes of frames that go out in one write, at the most; a single larger frame goes alone. */
export const LARGEST_WRITE = 32 * 1024;

/** Writes that are kept for the subscribers that need the same. */
const MOST_KEPT = 16;

/** Frames of one topic, one behind the other. */
export interface Run {
  bytes: Buffer;
  /** The number of the last event in it. */
  last: number;
}

/**
 * A topic in this process: who follows it, and the frames of its last events. The frames are those of the
 * numbers `first` to `head` without a gap. Everything behind `head` is still to be delivered by the relay.
 */
export class Topic {
  readonly name: string;
  readonly subscriptions = new Set<Subscription>();
  /** The number of the oldest frame that is kept; `head + 1` while none is. */
  first = 1;
  /** The last number that is known here; undefined until an event or the outbox has told one. */
  head: number | undefined;
  #frames: Buffer[] = [];
  /** Frames at the beginning of the list that are gone. */
  #gone = 0;
  #kept = new Map<number, Run>();

  constructor(name: string) {
    this.name = name;
  }

  /** Begins anew behind a number, without frames. */
  startAfter(sequence: number): void {
    this.#frames = [];
    this.#gone = 0;
    this.#kept.clear();
    this.first = sequence + 1;
    this.head = sequence;
  }

  /** Adds the frame of the number behind `head`. */
  push(frame: Buffer): void {
    this.#frames.push(frame);
    this.head!++;
    this.#kept.clear();
  }

  /** Forgets the oldest frame. */
  shift(): void {
    this.#frames[this.#gone++] = undefined as never;
    this.first++;
    if (this.#gone < 64 || this.#gone * 2 < this.#frames.length) return;
    this.#frames = this.#frames.slice(this.#gone);
    this.#gone = 0;
  }

  get isEmpty(): boolean {
    return this.#frames.length === this.#gone;
  }

  /** True when all that follows a number is here. */
  covers(sequence: number): boolean {
    return this.head !== undefined && sequence + 1 >= this.first;
  }

  /** The next frames behind a number that is covered and below `head`, as one write for all who need the same. */
  after(sequence: number): Run {
    const kept = this.#kept.get(sequence);
    if (kept) return kept;
    const from = this.#gone + sequence + 1 - this.first;
    let end = from + 1;
    for (let size = this.#frames[from]!.length; end < this.#frames.length; end++) {
      size += this.#frames[end]!.length;
      if (size > LARGEST_WRITE) break;
    }
    const bytes = end === from + 1 ? this.#frames[from]! : Buffer.concat(this.#frames.slice(from, end));
    const run = { bytes, last: sequence + end - from };
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(sequence, run);
    return run;
  }

  /** Lets go of the writes that were kept; they are made again when somebody needs them. */
  release(): void {
    this.#kept.clear();
  }
}
