import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Result } from '@ece/contract';
import type { DatabasePlace } from '@ece/platform/db/database';
import { PeerFailed } from '@ece/platform/http/remote';
import type { Logger } from '@ece/platform/log/log';
import { record } from '@ece/platform/telemetry/spans';
import type { Batch } from './batch.ts';
import { type BidsAnswer, toMessage } from './bidding-messages.ts';
import type { BidAnswer, BidRequest } from './bids.ts';

/** What the thread works with. */
export interface ThreadOptions {
  database: DatabasePlace;
  /** Connections of its own to the database. */
  connections: number;
}

interface Waiting {
  resolve(results: Result<BidAnswer>[][]): void;
  reject(error: unknown): void;
}

/**
 * Places bids in a thread of its own. A transaction takes some round trips to the database, and in the thread that
 * serves HTTP each of them waits until every call that has arrived meanwhile has been looked at: with many bidders
 * the database stood still for a third of the time (docs/adr/0032).
 */
export class BiddingThread {
  readonly #options: ThreadOptions;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  constructor(options: ThreadOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
  }

  /** Starts the thread, unless it runs: that takes a moment, which the first bid then need not wait for. */
  start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./bidding-thread-main.ts', import.meta.url), {
      workerData: this.#options,
    });
    // It serves this process, and is no reason for it to stay.
    worker.unref();
    worker.on('message', (answer: BidsAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#log.error({ err: error }, 'the thread of bids failed'));
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      const gone = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { reject } of gone) reject(new PeerFailed('the thread of bids ended'));
    });
    this.#worker = worker;
    return worker;
  }

  /**
   * Applies bids as `placeBids` does.
   * @param handles the bidders' handles by their ids
   * @throws PeerFailed when the thread ends meanwhile: whether the bids count is then known by their keys
   */
  place(
    batches: Batch<BidRequest>[],
    handles: Readonly<Record<string, string>>,
  ): Promise<Result<BidAnswer>[][]> {
    const id = ++this.#last;
    return record('transaction', { attributes: { 'db.system.name': 'postgresql' } }, () => {
      const { promise, resolve, reject } = Promise.withResolvers<Result<BidAnswer>[][]>();
      this.#waiting.set(id, { resolve, reject });
      this.start().postMessage(toMessage(id, batches, handles));
      return promise;
    });
  }

  /** Ends the thread after what it has begun. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = once(worker, 'exit');
    worker.ref();
    worker.postMessage('stop');
    await ended;
  }

  #settle(answer: BidsAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('results' in answer) waiting?.resolve(answer.results);
    else waiting?.reject(Object.assign(new Error(answer.thrown.message), answer.thrown));
  }
}
