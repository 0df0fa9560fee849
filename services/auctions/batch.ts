import { type Result, refuse } from '@ece/contract';

/** Applies the requests of one auction in one transaction and gives a result for each, in their order. */
export type ApplyBatch<Request, Answer> = (
  auctionId: string,
  requests: Request[],
) => Promise<Result<Answer>[]>;

interface Waiting<Request, Answer> {
  request: Request;
  resolve(result: Result<Answer>): void;
  reject(error: unknown): void;
}

interface Queue<Request, Answer> {
  waiting: Waiting<Request, Answer>[];
  running: boolean;
}

export interface BatchLimits {
  /** Most requests in one transaction. */
  batch: number;
  /** Most requests that may wait for one auction; more are refused with `overloaded`. */
  waiting: number;
}

/**
 * Group commit by auction: requests that arrive while an auction's last transaction commits are gathered and
 * applied together in the next one. Auctions do not wait for each other. Several processes may do this at
 * once, as the auction's row lock orders their transactions.
 */
export class Batcher<Request, Answer> {
  readonly #apply: ApplyBatch<Request, Answer>;
  readonly #limits: BatchLimits;
  readonly #queues = new Map<string, Queue<Request, Answer>>();

  constructor(apply: ApplyBatch<Request, Answer>, limits: BatchLimits) {
    this.#apply = apply;
    this.#limits = limits;
  }

  /** Adds a request; answers once its transaction has committed. */
  submit(auctionId: string, request: Request): Promise<Result<Answer>> {
    let queue = this.#queues.get(auctionId);
    if (!queue) {
      queue = { waiting: [], running: false };
      this.#queues.set(auctionId, queue);
    }
    if (queue.waiting.length >= this.#limits.waiting) return Promise.resolve(refuse('overloaded'));
    const { promise, resolve, reject } = Promise.withResolvers<Result<Answer>>();
    queue.waiting.push({ request, resolve, reject });
    if (!queue.running) void this.#drain(auctionId, queue);
    return promise;
  }

  async #drain(auctionId: string, queue: Queue<Request, Answer>): Promise<void> {
    queue.running = true;
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, this.#limits.batch);
      try {
        const results = await this.#apply(
          auctionId,
          batch.map((waiting) => waiting.request),
        );
        for (const [index, waiting] of batch.entries()) waiting.resolve(results[index]!);
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
    this.#queues.delete(auctionId);
  }
}
