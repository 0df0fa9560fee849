/** What one address, or one account, may have open in a process. */
export interface ShareLimits {
  sockets: number;
  /** Topics that all of its sockets follow together. */
  topics: number;
}

/** What one address, or one account, has open. */
export interface Share {
  /** Counts topics; gives false, and counts nothing, when that would be too many. */
  addTopics(count: number): boolean;
  removeTopics(count: number): void;
  /** One of its sockets is gone. */
  leave(): void;
}

/** Counts what each address, or each account, has open, so that no single one takes a process for itself. */
export class Shares {
  readonly #limits: ShareLimits;
  readonly #open = new Map<string, CountedShare>();

  constructor(limits: ShareLimits) {
    this.#limits = limits;
  }

  /** How many of them have something open. */
  get size(): number {
    return this.#open.size;
  }

  /** Counts one more socket; undefined when there are too many. Give it back with `leave`. */
  enter(key: string): Share | undefined {
    const share = this.#open.get(key) ?? new CountedShare(this.#limits, () => this.#open.delete(key));
    if (share.sockets >= this.#limits.sockets) return undefined;
    share.sockets++;
    this.#open.set(key, share);
    return share;
  }
}

class CountedShare implements Share {
  sockets = 0;
  #topics = 0;
  readonly #limits: ShareLimits;
  readonly #onEmpty: () => void;

  constructor(limits: ShareLimits, onEmpty: () => void) {
    this.#limits = limits;
    this.#onEmpty = onEmpty;
  }

  addTopics(count: number): boolean {
    if (this.#topics + count > this.#limits.topics) return false;
    this.#topics += count;
    return true;
  }

  removeTopics(count: number): void {
    this.#topics -= count;
  }

  leave(): void {
    if (--this.sockets === 0) this.#onEmpty();
  }
}
