import { useEffect, useEffectEvent } from 'react';

/** Milliseconds before the first of the attempts, and between two at the most. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 20_000;
/** Attempts that a page makes by itself: about five minutes of them. */
const MOST_ATTEMPTS = 18;
/** Milliseconds after which a failure has nothing to do with those before. */
const FORGET_MS = 60_000;

// What fails again is drawn anew, so the number of attempts is the tab's.
let attempts = 0;
let lastAt = 0;

/**
 * How long to wait before an attempt; undefined when there have been enough.
 * @param made attempts that have failed already
 */
export function pauseBefore(made: number): number | undefined {
  if (made >= MOST_ATTEMPTS) return undefined;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** made);
}

/**
 * Tries something again by itself, ever more seldom, and when the browser finds the network again.
 * @param fault what went wrong last; each one has an attempt of its own
 * @param isTrying an attempt is under way
 */
export function useRetries(fault: Error, isTrying: boolean, again: () => void): void {
  const attempt = useEffectEvent(() => {
    attempts += 1;
    lastAt = Date.now();
    again();
  });
  useEffect(() => {
    if (!fault || isTrying) return undefined;
    if (Date.now() - lastAt > FORGET_MS) attempts = 0;
    const pause = pauseBefore(attempts);
    const online = () => attempt();
    addEventListener('online', online);
    const timer = pause === undefined ? undefined : setTimeout(online, pause);
    return () => {
      clearTimeout(timer);
      removeEventListener('online', online);
    };
  }, [fault, isTrying]);
}
