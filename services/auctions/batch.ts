import { type Result, refuse } from '@ece/contract';
import { type CallContext, currentCall } from '@ece/platform/telemetry/call-context';
import { recordForMany } from '@ece/platform/telemetry/spans';
import { BidQueue, type Group, type QueueLimits } from './domain/bid-queue.ts';

/** The requests of one auction. */
export interface Batch<Request> {
  auctionId: string;
  requests: Request[];
}

/** Applies requests in one transaction and gives a result for each, in their order. */
export type ApplyBatches<Request, Answer> = (batches: Batch<Request>[]) => Promise<Result<Answer>[][]>;

export interface BatchLimits extends QueueLimits {
  /** Most transactions at once. */
  lanes: number;
}

interface Waiting<Request, Answer> {
  request: Request;
  call: CallContext | undefined;
  resolve(result: Result<Answer>): void;
  reject(error: unknown): void;
}

/**
 * Group commit: requests that arrive while their auction's last transaction commits are gathered and applied
 * together in the next one, and few requests of many auctions share a transaction. Each is answered after the
 * commit. What waits is bounded, more is refused with `overloaded` at once. Several processes may do this at the
 * same time, as the auctions' row locks, taken in order, order their transactions.
 */
export class Batcher<Request, Answer> {
  readonly #apply: ApplyBatches<Request, Answer>;
  readonly #lanes: number;
  readonly #queue: BidQueue<Waiting<Request, Answer>>;
  #running = 0;
  #scheduled = false;

  constructor(apply: ApplyBatches<Request, Answer>, limits: BatchLimits) {
    this.#apply = apply;
    this.#lanes = limits.lanes;
    this.#queue = new BidQueue(limits);
  }

  /** Requests that wait for a transaction. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Adds a request; answers once its transaction has committed. */
  submit(auctionId: string, request: Request): Promise<Result<Answer>> {
    const { promise, resolve, reject } = Promise.withResolvers<Result<Answer>>();
    if (!this.#queue.offer(auctionId, { request, call: currentCall(), resolve, reject })) {
      return Promise.resolve(refuse('overloaded'));
    }
    this.#schedule();
    return promise;
  }

  /** Begins once everything that has arrived in this turn of the event loop is in the queue. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= this.#lanes) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  /** Works until nothing is left whose turn can come. */
  async #run(): Promise<void> {
    this.#running++;
    for (let groups = this.#queue.take(); groups.length > 0; groups = this.#queue.take()) {
      // What did not fit goes to another lane at once.
      if (this.#queue.size > 0) this.#schedule();
      await this.#settle(groups);
      this.#queue.done(groups);
    }
    this.#running--;
  }

  async #settle(groups: Group<Waiting<Request, Answer>>[]): Promise<void> {
    try {
      const batches = groups.map(({ auctionId, items }) => ({
        auctionId,
        requests: items.map(({ request }) => request),
      }));
      const calls = groups.flatMap(({ items }) => items.map(({ call }) => call));
      const attributes = { 'ece.auctions': groups.length, 'ece.requests': calls.length };
      const results = await recordForMany('bid batch', calls, attributes, () => this.#apply(batches));
      for (const [g, { items }] of groups.entries()) {
        for (const [i, waiting] of items.entries()) waiting.resolve(results[g]![i]!);
      }
    } catch (error) {
      // The fault of one auction is not the others': each has a transaction of its own.
      if (groups.length > 1) for (const group of groups) await this.#settle([group]);
      else for (const waiting of groups[0]!.items) waiting.reject(error);
    }
  }
}
