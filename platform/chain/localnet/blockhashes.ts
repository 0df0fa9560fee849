import { createHash } from 'node:crypto';
import { toBase58 } from './bytes.ts';

/** Blocks after which a blockhash can no longer start a transaction, as on mainnet. */
export const MAX_BLOCKHASH_AGE = 150;

/**
 * The hash of each recent slot. It follows from the chain's seed and the slot's number, so it is the
 * same after a restart and nothing needs to be stored.
 */
export class Blockhashes {
  readonly #seed: Uint8Array;
  readonly #slotByHash = new Map<string, number>();
  readonly #hashBySlot = new Map<number, string>();

  constructor(seed: Uint8Array) {
    this.#seed = seed;
  }

  /** Makes the slot the newest one. */
  advance(slot: number): void {
    for (let each = Math.max(0, slot - MAX_BLOCKHASH_AGE); each <= slot; each += 1) {
      if (this.#hashBySlot.has(each)) continue;
      const hash = toBase58(hashOf(this.#seed, `slot ${each}`));
      this.#hashBySlot.set(each, hash);
      this.#slotByHash.set(hash, each);
    }
    for (const [each, hash] of this.#hashBySlot) {
      if (each >= slot - MAX_BLOCKHASH_AGE) break;
      this.#hashBySlot.delete(each);
      this.#slotByHash.delete(hash);
    }
  }

  /** Hash of a recent slot. */
  of(slot: number): string {
    const hash = this.#hashBySlot.get(slot);
    if (hash === undefined) throw new Error(`slot ${slot} is not recent`);
    return hash;
  }

  /** Slot of a hash that is still valid. */
  slotOf(hash: string): number | undefined {
    return this.#slotByHash.get(hash);
  }

  /** The recent slots and their hashes, newest first. */
  recent(): { slot: number; hash: string }[] {
    return [...this.#hashBySlot].map(([slot, hash]) => ({ slot, hash })).reverse();
  }

  /** Hash that names the chain. */
  genesis(): string {
    return toBase58(hashOf(this.#seed, 'genesis'));
  }
}

function hashOf(seed: Uint8Array, text: string): Uint8Array {
  return createHash('sha256').update(seed).update(text).digest();
}
