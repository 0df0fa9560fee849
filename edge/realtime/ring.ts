import type { Topic } from './topic.ts';

/** Frames and bytes that a process keeps of all topics together. */
const MOST_FRAMES = 50_000;
const MOST_BYTES = 32 * 1024 * 1024;

interface Entry {
  topic: Topic;
  sequence: number;
  bytes: number;
}

/**
 * The bound on the frames that all topics keep: the oldest ones go first, whichever topic they belong to. So
 * what is kept is a stretch of time, and who comes back within it needs nothing from the database.
 */
export class Ring {
  readonly #mostFrames: number;
  readonly #mostBytes: number;
  readonly #onEmpty: (topic: Topic) => void;
  #entries: Entry[] = [];
  #gone = 0;
  #bytes = 0;

  /** @param onEmpty called when a topic has lost its last frame */
  constructor(onEmpty: (topic: Topic) => void, mostFrames = MOST_FRAMES, mostBytes = MOST_BYTES) {
    this.#onEmpty = onEmpty;
    this.#mostFrames = mostFrames;
    this.#mostBytes = mostBytes;
  }

  /** Bytes of the frames that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next frame of a topic, and lets go of what is too much. */
  push(topic: Topic, frame: Buffer): void {
    topic.push(frame);
    this.#entries.push({ topic, sequence: topic.head!, bytes: frame.length });
    this.#bytes += frame.length;
    while (this.#entries.length - this.#gone > this.#mostFrames || this.#bytes > this.#mostBytes) {
      this.#shift();
    }
  }

  #shift(): void {
    const { topic, sequence, bytes } = this.#entries[this.#gone]!;
    this.#entries[this.#gone++] = undefined as never;
    this.#bytes -= bytes;
    if (this.#gone > 1024 && this.#gone * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#gone);
      this.#gone = 0;
    }
    // A topic that has begun anew has lost its frames already.
    if (topic.first !== sequence || topic.isEmpty) return;
    topic.shift();
    if (topic.isEmpty) this.#onEmpty(topic);
  }
}
