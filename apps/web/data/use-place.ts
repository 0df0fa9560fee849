'use client';

import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { keepHere, keptHere, movesMade } from './history-store.ts';

/** How far a list had been read. */
export interface Place<T> {
  /** Pixels that the page was scrolled by. */
  y: number;
  /** What the list keeps, e.g. the pages after its first. */
  kept: T | undefined;
  /** When it was noted, in moves of the tab: a list that is drawn anew on an open page is not come back to. */
  moves: number;
}

/**
 * Lets people find a growing list as they left it when they come back by the browser's history: as long, and at
 * the same place. By a link it begins anew.
 * @param list what tells this list from others on its page and from newer ones: the cursor behind its first page;
 *   a list that has no more pages has no place to keep
 * @returns where the list was left before, and a function that keeps something from now on
 */
export function usePlace<T>(list: string | null): { before: Place<T> | undefined; keep(value: T): void } {
  const [place] = useState(() => {
    const left = list === null ? undefined : keptHere<Place<T>>(list);
    return left?.moves === movesMade() ? undefined : left;
  });
  const kept = useRef({ list, value: place?.kept });
  const remember = useCallback(() => {
    if (list === null) return;
    // What belonged to the list before it began afresh does not go on from where it ends now.
    const value = kept.current.list === list ? kept.current.value : undefined;
    keepHere(list, { y: scrollY, kept: value, moves: movesMade() } satisfies Place<T>);
  }, [list]);
  // The browser itself goes to where the page was, but only where the page is there at once.
  useLayoutEffect(() => {
    if (place) scrollTo(0, place.y);
  }, [place]);
  useLayoutEffect(() => {
    addEventListener('scroll', remember, { passive: true });
    return () => removeEventListener('scroll', remember);
  }, [remember]);
  const keep = useCallback(
    (value: T) => {
      kept.current = { list, value };
      remember();
    },
    [list, remember],
  );
  return { before: place, keep };
}
