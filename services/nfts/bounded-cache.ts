/** A cache of what never changes: at most `size` entries, the oldest go first. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, V>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** Entries of keys; `load` is asked once for those that are not here. Unknown keys are left out. */
  async get(
    keys: Iterable<string>,
    load: (missing: string[]) => Promise<Iterable<[string, V]>>,
  ): Promise<Map<string, V>> {
    const found = new Map<string, V>();
    const missing = new Set<string>();
    for (const key of keys) {
      const known = this.#entries.get(key);
      if (known === undefined) missing.add(key);
      else found.set(key, known);
    }
    if (missing.size === 0) return found;
    for (const [key, value] of await load([...missing])) {
      found.set(key, value);
      this.#entries.set(key, value);
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#size) break;
      this.#entries.delete(oldest);
    }
    return found;
  }
}
