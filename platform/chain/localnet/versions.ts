import type { AccountState } from './account.ts';
import { keyOf } from './bytes.ts';

/** What an account was before its first change in a slot; null when it did not exist. */
export interface AccountVersion {
  slot: number;
  address: Uint8Array;
  before: AccountState | null;
}

/**
 * The earlier states of accounts that changed since the finalized slot, so that a finalized read
 * sees what was, not what is.
 */
export class RecentVersions {
  readonly #versions = new Map<string, AccountVersion[]>();
  readonly #changed = new Map<number, Set<string>>();

  /** Notes a change; slots never go back. False when that slot already has a version of the account. */
  record(version: AccountVersion): boolean {
    const key = keyOf(version.address);
    const list = this.#versions.get(key) ?? [];
    if (list.at(-1)?.slot === version.slot) return false;
    list.push(version);
    this.#versions.set(key, list);
    const changed = this.#changed.get(version.slot) ?? new Set();
    this.#changed.set(version.slot, changed.add(key));
    return true;
  }

  /** State at the end of the slot, or undefined when the account has not changed since. */
  at(address: Uint8Array, slot: number): AccountState | null | undefined {
    return this.#versions.get(keyOf(address))?.find((version) => version.slot > slot)?.before;
  }

  /** Accounts that changed after the slot, with their state at its end. */
  changedSince(slot: number): { address: Uint8Array; state: AccountState | null }[] {
    return [...this.#versions.values()].flatMap((list) => {
      const version = list.find((each) => each.slot > slot);
      return version ? [{ address: version.address, state: version.before }] : [];
    });
  }

  /** Forgets what no read at or after the slot needs. */
  prune(slot: number): void {
    for (const [changedSlot, keys] of this.#changed) {
      if (changedSlot > slot) break;
      for (const key of keys) {
        const list = this.#versions.get(key)?.filter((version) => version.slot > slot) ?? [];
        if (list.length > 0) this.#versions.set(key, list);
        else this.#versions.delete(key);
      }
      this.#changed.delete(changedSlot);
    }
  }
}
