import type { Database } from '../db/database.ts';
import type { Logger } from '../log/log.ts';
import { currentPosition, type OrderedEvent, type Position, readAfter } from './reader.ts';

/** Milliseconds after a hint in which the relay looks often, and how often. */
const EXPECTING_MS = 250;
const SHORT_MS = 5;

export type Listener = (events: OrderedEvent[]) => void;

/**
 * Tails the outbox and hands every event of every topic, in order, to this process's listeners. It polls;
 * `hint()` after a commit only wakes it early.
 */
export class Relay {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #idleMs: number;
  readonly #listeners = new Set<Listener>();
  #wake: (() => void) | undefined;
  #hinted = false;
  /** When the last hint came. */
  #hintedAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: { db: Database; log: Logger; idleMs?: number }) {
    this.#db = options.db;
    this.#log = options.log;
    this.#idleMs = options.idleMs ?? 100;
  }

  /** Adds a listener; it sees the events that are read from now on. Gives a function that removes it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something was committed: look now. */
  hint(): void {
    this.#hinted = true;
    this.#hintedAt = performance.now();
    this.#wake?.();
  }

  /** Begins to tail at the present end. */
  async start(): Promise<void> {
    const position = await currentPosition(this.#db);
    this.#running = this.#run(position);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(from: Position): Promise<void> {
    let position = from;
    while (!this.#stopped) {
      this.#hinted = false;
      let events: OrderedEvent[] = [];
      try {
        const batch = await readAfter(this.#db, position, 1000);
        events = batch.events;
        position = batch.end;
      } catch (error) {
        this.#log.error({ err: error }, 'relay: reading the outbox failed');
      }
      if (events.length > 0) {
        for (const listener of this.#listeners) listener(events);
        continue;
      }
      if (!this.#hinted && !this.#stopped) await this.#sleep();
    }
  }

  /**
   * What a hint was about may not be readable yet: a transaction that began earlier holds it back. So after a
   * hint the pauses are short for a while.
   */
  #sleep(): Promise<void> {
    const expecting = performance.now() - this.#hintedAt < EXPECTING_MS;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, expecting ? Math.min(SHORT_MS, this.#idleMs) : this.#idleMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
