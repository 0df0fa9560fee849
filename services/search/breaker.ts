/** Failures in a row that open it, and the pauses before it is tried again. */
const FAILURES = 5;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * A circuit breaker for something that is asked often. After some failures in a row it is open: nobody asks any
 * more. After a pause somebody may probe (half-open): success closes it, failure doubles the pause.
 */
export interface Breaker {
  /** Whether calls may be made. */
  isClosed(): boolean;
  /** Whether it is open and the pause is over. */
  isDue(): boolean;
  succeeded(): void;
  failed(): void;
}

/**
 * Makes a breaker that is open, and due at once: the first probe tells.
 * @param now gives milliseconds that never run backwards
 */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  let closed = false;
  let failures = 0;
  let pauseMs = FIRST_PAUSE_MS / 2;
  let due = now();
  return {
    isClosed: () => closed,
    isDue: () => !closed && now() >= due,
    succeeded() {
      closed = true;
      failures = 0;
      pauseMs = FIRST_PAUSE_MS / 2;
    },
    failed() {
      failures++;
      if (closed && failures < FAILURES) return;
      // Calls that were out when it opened tell nothing new.
      if (!closed && now() < due) return;
      closed = false;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      due = now() + pauseMs;
    },
  };
}
