/** A time in which trading was halted: Unix milliseconds, the end excluded. */
export interface Span {
  at: number;
  until: number;
}

/** A halt; `until` is null while it is in force. */
export interface HaltSpan {
  at: number;
  until: number | null;
}

/** The start and the end of an auction, Unix milliseconds. */
export interface Schedule {
  startsAt: number;
  endsAt: number;
}

/** The halts of one auction put together, so that times in which several were in force count once. */
export interface HaltedTimes {
  /** What is over, in order; none of them touches another one and none will grow. */
  over: Span[];
  /** Since when trading has been halted; null while it goes on. */
  since: number | null;
}

/**
 * Puts together the halts that ended after a moment at which trading went on, and those in force.
 * @param after Unix milliseconds
 */
export function joinHalts(halts: readonly HaltSpan[], after: number): HaltedTimes {
  const over: Span[] = [];
  let current: HaltSpan | undefined;
  for (const halt of halts.toSorted((a, b) => a.at - b.at)) {
    if (halt.until !== null && halt.until <= after) continue;
    if (current && (current.until === null || halt.at < current.until)) {
      current.until = latest(current.until, halt.until);
    } else {
      if (current) over.push(current as Span);
      current = { ...halt };
    }
  }
  if (current && current.until !== null) over.push(current as Span);
  return { over, since: current && current.until === null ? current.at : null };
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/**
 * Gives an auction back the time that halts took from it: its end moves by the part of each halt in which it
 * would have been open. A start that fell into a halt moves to the halt's end, so the length stays. A halt
 * that began at the end or later changes nothing.
 * @param over halts that are over, in order
 */
export function giveBack<S extends Schedule>(auction: S, over: readonly Span[]): S {
  let { startsAt, endsAt } = auction;
  for (const { at, until } of over) {
    if (until <= startsAt || at >= endsAt) continue;
    endsAt += until - Math.max(at, startsAt);
    if (at < startsAt) startsAt = until;
  }
  return { ...auction, startsAt, endsAt };
}
