/** Virtual time and what is to happen in it. Equal times keep the order in which they were planned. */
export class Scheduler {
  /** Virtual Unix milliseconds. */
  now: number;
  #planned = 0;
  readonly #heap: { at: number; order: number; run: () => void }[] = [];

  constructor(start: number) {
    this.now = start;
  }

  /** Plans something; what lies in the past happens now. */
  plan(at: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at: Math.max(at, this.now), order: this.#planned++, run });
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#before(i, parent)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  /** Lets the next thing happen and moves the time to it; false when nothing before `end` is left. */
  step(end: number): boolean {
    const first = this.#heap[0];
    if (!first || first.at > end) return false;
    this.now = first.at;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    first.run();
    return true;
  }

  #sink(): void {
    const { length } = this.#heap;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(child, i)) return;
      this.#swap(i, child);
      i = child;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b]!, this.#heap[a]!];
  }
}

/** A number in [0, 1) that depends on its arguments alone, so that leaving one thing out changes no other. */
export function chance(seed: number, n: number, salt: number): number {
  let x = (seed ^ Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
