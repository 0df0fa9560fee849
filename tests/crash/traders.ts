import { randomUUID } from 'node:crypto';
import { pick, type Random, seeded } from '@ece/demo/market/random';
import { createClient, type Ece, EceError } from '@ece/sdk';
import type { Ledger } from './ledger.ts';

/** Milliseconds until a call without an answer is sent again, and for how long it is. */
const AGAIN_MS = 200;
const PATIENCE_MS = 300_000;

/** What a call without an answer is: it may have happened. */
const NO_ANSWER = new Set([0, 500, 502, 503, 504]);

export interface TraderOptions {
  url: string;
  handle: string;
  password: string;
  ledger: Ledger;
  seed: number;
  /** Copies of the trader's own, to list. */
  copies: string[];
}

/** Somebody who trades without end by the public API, and repeats under its key whatever is not answered. */
export class Trader {
  readonly #ece: Ece;
  readonly #options: TraderOptions;
  readonly #random: Random;
  #trading: Promise<void> | undefined;
  #resting = true;

  constructor(options: TraderOptions) {
    this.#options = options;
    this.#ece = createClient({ url: options.url, timeoutMs: 10_000 });
    this.#random = seeded(options.seed);
  }

  async signIn(): Promise<void> {
    const { handle, password } = this.#options;
    await this.#ece.signIn({ email: `${handle}@crash.ece.example`, password });
  }

  /** Goes on trading. */
  go(): void {
    this.#resting = false;
    this.#trading = this.#trade().catch((error: Error) => this.#options.ledger.stop(error));
  }

  /** Comes to rest: the call under way is answered first. */
  async rest(): Promise<void> {
    this.#resting = true;
    await this.#trading;
  }

  async #trade(): Promise<void> {
    while (!this.#resting) {
      if (this.#random() < 0.75) await this.#bid();
      else if (this.#random() < 0.5) await this.#list();
      else await this.#buy();
    }
  }

  async #bid(): Promise<void> {
    const { ledger } = this.#options;
    const auction = pick(this.#random, ledger.auctions);
    const maximum = (Number(auction.minimum) * (1 + this.#random() / 10)).toFixed(2);
    const answer = await this.#answered((options) =>
      this.#ece.auctions.bid({ id: auction.id, maximum }, options),
    );
    if (answer instanceof EceError) return ledger.refused(answer.code);
    if (Number(answer.minimumNext) > Number(auction.minimum)) auction.minimum = answer.minimumNext;
    ledger.bid(answer.bidId, auction.id);
  }

  async #list(): Promise<void> {
    const { ledger, copies } = this.#options;
    if (copies.length === 0) return this.#bid();
    const copyId = pick(this.#random, copies);
    const answer = await this.#answered((options) =>
      this.#ece.market.createListing({ copyId, price: '0.5' }, options),
    );
    if (answer instanceof EceError) return ledger.refused(answer.code);
    copies.splice(copies.indexOf(copyId), 1);
    ledger.listing(answer.id);
  }

  async #buy(): Promise<void> {
    const { ledger, copies } = this.#options;
    const id = ledger.offered();
    if (!id) return this.#bid();
    const answer = await this.#answered((options) =>
      this.#ece.market.purchase({ id, price: '0.5' }, options),
    );
    if (answer instanceof EceError) return ledger.refused(answer.code);
    ledger.purchase(id);
    copies.push(answer.copy.id);
  }

  /** Makes a call under one key until it is answered: its answer, or its refusal. */
  async #answered<T>(call: (options: { idempotencyKey: string }) => Promise<T>): Promise<T | EceError> {
    const idempotencyKey = randomUUID();
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await call({ idempotencyKey });
      } catch (error) {
        if (!(error instanceof EceError)) throw error;
        const again = NO_ANSWER.has(error.status) || error.status === 401 || error.status === 429;
        if (!again) return error;
        this.#options.ledger.unanswered(error);
        if (performance.now() > end)
          throw new Error(`a call has had no answer for five minutes: ${error.message}`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        // A clock that was stepped has ended the token before its time.
        if (error.status === 401) await this.signIn().catch(() => {});
      }
    }
  }
}
