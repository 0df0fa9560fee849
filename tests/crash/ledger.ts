import type { EceError } from '@ece/sdk';

/** An auction as the traders see it. */
export interface KnownAuction {
  id: string;
  /** The least maximum that a bid needs, as it was said last. */
  minimum: string;
}

/** What the exchange has answered: all of it must be there, once, and nothing else. */
export class Ledger {
  readonly auctions: KnownAuction[] = [];
  readonly bids = new Map<string, string>();
  readonly listings = new Set<string>();
  readonly purchases = new Set<string>();
  readonly refusals = new Map<string, number>();
  /** Calls that were answered, and attempts that were not. */
  answers = 0;
  attempts = 0;
  readonly #open: string[] = [];
  readonly #waiting = new Set<() => void>();
  #broken: Error | undefined;
  /** Answers that should not have been given. */
  readonly faults: string[] = [];

  bid(id: string, auctionId: string): void {
    if (this.bids.has(id)) this.faults.push(`bid ${id} was answered for two calls`);
    this.bids.set(id, auctionId);
    this.#answered();
  }

  listing(id: string): void {
    if (this.listings.has(id)) this.faults.push(`listing ${id} was answered for two calls`);
    this.listings.add(id);
    this.#open.push(id);
    this.#answered();
  }

  purchase(listingId: string): void {
    if (this.purchases.has(listingId)) this.faults.push(`listing ${listingId} was sold twice`);
    this.purchases.add(listingId);
    this.#answered();
  }

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    this.#answered();
  }

  unanswered(error: EceError): void {
    this.attempts++;
    // What is wrong inside is never a reason to tell people that it is their fault, nor to say 500.
    if (error.status === 500) this.faults.push(`a call was answered with ${error.status} ${error.code}`);
  }

  /** A listing that nobody has been seen to buy. */
  offered(): string | undefined {
    return this.#open.shift();
  }

  /** Settles when so many more calls have been answered. */
  async untilAnswered(calls: number): Promise<void> {
    const wanted = this.answers + calls;
    while (this.answers < wanted) {
      if (this.#broken) throw this.#broken;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Nobody can go on: whoever waits for answers hears why. */
  stop(error: Error): void {
    this.#broken = error;
    this.#wake();
  }

  #answered(): void {
    this.answers++;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Everything that was answered and is not there, and everything that is there and was not answered. */
export function compare(
  what: string,
  answered: { has(id: string): boolean; keys(): Iterable<string> },
  rows: readonly { id: string }[],
): string[] {
  const present = new Set(rows.map(({ id }) => id));
  return [
    ...[...answered.keys()].filter((id) => !present.has(id)).map((id) => `lost: ${what} ${id} was answered`),
    ...rows
      .filter(({ id }) => !answered.has(id))
      .map(({ id }) => `twice: ${what} ${id} has no call of its own`),
  ];
}
