/** What has been used of a limit. */
export interface Usage {
  used: number;
  /** Milliseconds until counting begins anew. */
  resetsInMs: number;
}

/** What this process counted and has not told the others yet. */
export interface Untold {
  key: string;
  window: number;
  by: number;
  endsInMs: number;
}

interface Count {
  /** Which window it is about; windows follow the clock, so that all processes mean the same one. */
  window: number;
  /** The total that all processes know of, this one's told part included. */
  known: number;
  untold: number;
}

/**
 * Counts by key in windows of fixed length: a key may have its whole limit once in each. What other processes
 * counted comes in by `learn`. The keys least recently counted are forgotten past a bound.
 */
export class WindowCounts {
  readonly #windowMs: number;
  readonly #most: number;
  readonly #counts = new Map<string, Count>();

  constructor(options: { windowMs: number; most: number }) {
    this.#windowMs = options.windowMs;
    this.#most = options.most;
  }

  /** Counts one more for a key. @param now milliseconds since 1970 */
  add(key: string, now: number): Usage {
    const window = Math.floor(now / this.#windowMs);
    const before = this.#counts.get(key);
    const count = before?.window === window ? before : { window, known: 0, untold: 0 };
    count.untold++;
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > this.#most) this.#counts.delete(this.#counts.keys().next().value!);
    return { used: count.known + count.untold, resetsInMs: this.#endOf(window) - now };
  }

  /** Gives what others have not been told, counted as told from now on, `most` keys at the most. */
  tell(now: number, most: number): Untold[] {
    const window = Math.floor(now / this.#windowMs);
    const untold: Untold[] = [];
    for (const [key, count] of this.#counts) {
      if (count.window !== window || count.untold === 0) continue;
      untold.push({ key, window, by: count.untold, endsInMs: this.#endOf(window) - now });
      count.known += count.untold;
      count.untold = 0;
      if (untold.length === most) break;
    }
    return untold;
  }

  /** Takes over the total of all processes; undefined when the others could not be told after all. */
  learn({ key, window, by }: Untold, total: number | undefined): void {
    const count = this.#counts.get(key);
    if (count?.window !== window) return;
    if (total !== undefined) {
      // Where Redis was emptied, the total is less than what is known here.
      count.known = Math.max(total, count.known);
    } else {
      count.known -= by;
      count.untold += by;
    }
  }

  #endOf(window: number): number {
    return (window + 1) * this.#windowMs;
  }
}
