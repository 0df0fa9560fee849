import { type ErrorCode, ok, type Result, refuse } from '@ece/contract';

/** A copy as the vault knows it. */
export interface SimCopy {
  id: string;
  cardId: string;
  setId: string;
  serial: number;
  ownerId: string;
  epoch: bigint;
  commitment: { kind: string; id: string } | null;
}

/** Where fees go. */
export const FEES = 'fees';
/** The world outside. */
export const OUTSIDE = 'outside';

/**
 * The vault of the simulation: what core/vault does in SQL, in memory. Whatever it changes can be undone, as a
 * transaction that is rolled back.
 */
export class SimVault {
  readonly available = new Map<string, bigint>();
  readonly holds = new Map<string, { accountId: string; amount: bigint }>();
  readonly copies = new Map<string, SimCopy>();
  #undo: (() => void)[] = [];

  /** Runs one transaction: a refusal leaves everything as it was. */
  transaction<T>(work: () => Result<T>): Result<T> {
    this.#undo = [];
    const result = work();
    if (!result.ok) for (const undo of this.#undo.reverse()) undo();
    return result;
  }

  /** Changes properties of an object within the transaction. */
  change<T extends object>(target: T, values: Partial<T>): void {
    const before = { ...target };
    this.#undo.push(() => Object.assign(target, before));
    Object.assign(target, values);
  }

  /** Adds an entry to a map within the transaction. */
  add<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    this.#undo.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
    map.set(key, value);
  }

  balance(accountId: string): bigint {
    return this.available.get(accountId) ?? 0n;
  }

  held(accountId: string): bigint {
    let sum = 0n;
    for (const hold of this.holds.values()) if (hold.accountId === accountId) sum += hold.amount;
    return sum;
  }

  /** Sets the hold for a key to an amount of an account; 0 lets it go. A former hold of the key is let go first. */
  hold(key: string, accountId: string, amount: bigint): Result<void> {
    const before = this.holds.get(key);
    if (before) this.#credit(before.accountId, before.amount);
    if (amount > this.balance(accountId)) return refuse('insufficient_funds');
    if (amount > 0n) this.#credit(accountId, -amount);
    this.#undo.push(() => (before ? this.holds.set(key, before) : this.holds.delete(key)));
    if (amount > 0n) this.holds.set(key, { accountId, amount });
    else this.holds.delete(key);
    return ok(undefined);
  }

  release(key: string): void {
    const before = this.holds.get(key);
    if (before) this.hold(key, before.accountId, 0n);
  }

  /** Books amounts that sum to zero; nobody but the outside goes below zero. */
  transfer(postings: readonly (readonly [accountId: string, amount: bigint])[]): Result<void> {
    if (postings.reduce((sum, [, amount]) => sum + amount, 0n) !== 0n) {
      throw new Error('the postings do not sum to zero');
    }
    const deltas = new Map<string, bigint>();
    for (const [id, amount] of postings) deltas.set(id, (deltas.get(id) ?? 0n) + amount);
    for (const [id, delta] of deltas) {
      if (id !== OUTSIDE && this.balance(id) + delta < 0n) return refuse('insufficient_funds');
    }
    for (const [id, delta] of deltas) this.#credit(id, delta);
    return ok(undefined);
  }

  /** Binds a copy of its owner to one thing. */
  commit(copyId: string, ownerId: string, kind: string, id: string): Result<SimCopy> {
    const copy = this.copies.get(copyId);
    const refusal: ErrorCode | undefined = !copy
      ? 'not_found'
      : copy.ownerId !== ownerId
        ? 'copy_not_owned'
        : copy.commitment
          ? 'copy_committed'
          : undefined;
    if (refusal) return refuse(refusal);
    this.change(copy!, { commitment: { kind, id } });
    return ok(copy!);
  }

  /** Lets go every copy that is bound to a thing. */
  free(id: string): void {
    for (const copy of this.copies.values()) {
      if (copy.commitment?.id === id) this.change(copy, { commitment: null });
    }
  }

  /** Gives a copy to somebody: a new epoch, bound to nothing. */
  move(copyId: string, toId: string): void {
    const copy = this.copies.get(copyId)!;
    this.change(copy, { ownerId: toId, epoch: copy.epoch + 1n, commitment: null });
  }

  #credit(accountId: string, amount: bigint): void {
    this.add(this.available, accountId, this.balance(accountId) + amount);
  }
}
