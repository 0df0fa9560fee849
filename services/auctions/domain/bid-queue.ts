/** How much waits, and how much of it is taken at once. */
export interface QueueLimits {
  /** Most bids that are taken for one auction at once. */
  bids: number;
  /** Bids of several auctions are taken together up to this number. */
  gather: number;
  /** Most bids that may wait for one auction. */
  waiting: number;
  /** Most bids that may wait in all. */
  total: number;
}

/** What is taken of one auction, in the order in which it came. */
export interface Group<T> {
  auctionId: string;
  items: T[];
}

/**
 * What waits for auctions, in a bounded space. Auctions take turns: one that has had its turn goes behind all
 * others that wait, however much more it has. While what was taken of an auction is under way, nothing more of
 * it is taken, so that its order is kept.
 */
export class BidQueue<T> {
  readonly #limits: QueueLimits;
  readonly #waiting = new Map<string, T[]>();
  /** Auctions whose turn may come, in the order of their turns. */
  readonly #ready = new Set<string>();
  readonly #underWay = new Set<string>();
  #size = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** How many wait in all. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds an item behind those of its auction. An auction may have no more waiting than there is room left for
   * all (dynamic thresholds, Choudhury and Hahne 1998): however many are wanted by everybody, there is room for
   * one that is not.
   * @returns false when there is no room for it
   */
  offer(auctionId: string, item: T): boolean {
    const items = this.#waiting.get(auctionId) ?? [];
    const { waiting, total } = this.#limits;
    if (items.length >= Math.min(waiting, total - this.#size)) return false;
    if (items.length === 0) this.#waiting.set(auctionId, items);
    items.push(item);
    this.#size++;
    if (!this.#underWay.has(auctionId)) this.#ready.add(auctionId);
    return true;
  }

  /**
   * Takes what belongs into one transaction: the auction whose turn it is, and as many of those behind it as
   * fit. One that fills the transaction has it for itself, so that nobody waits for its many bids. Call `done`
   * with it afterwards.
   * @returns nothing when nobody's turn can come
   */
  take(): Group<T>[] {
    const groups: Group<T>[] = [];
    let taken = 0;
    for (const auctionId of this.#ready) {
      const items = this.#waiting.get(auctionId)!;
      if (taken > 0 && taken + items.length > this.#limits.gather) break;
      const some = items.splice(0, this.#limits.bids);
      if (items.length === 0) this.#waiting.delete(auctionId);
      this.#ready.delete(auctionId);
      this.#underWay.add(auctionId);
      this.#size -= some.length;
      taken += some.length;
      groups.push({ auctionId, items: some });
    }
    return groups;
  }

  /** What was taken is over: its auctions may have their next turn. */
  done(groups: readonly Group<T>[]): void {
    for (const { auctionId } of groups) {
      this.#underWay.delete(auctionId);
      if (this.#waiting.has(auctionId)) this.#ready.add(auctionId);
    }
  }
}
