'use client';

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react';

/** The words that components say by themselves, in the reader's language. */
export interface UiWords {
  close: string;
  copy: string;
  copied: string;
  ended: string;
  now: string;
  days: string;
  hours: string;
  minutes: string;
  seconds: string;
}

interface Ui {
  /** BCP 47, e.g. de. */
  locale: string;
  words: UiWords;
  /** Unix milliseconds at which the page was rendered, by the server's clock. */
  renderedAt: number;
}

const UiContext = createContext<Ui>({
  locale: 'en',
  renderedAt: 0,
  words: {
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    ended: 'ended',
    now: 'now',
    days: 'd',
    hours: 'h',
    minutes: 'm',
    seconds: 's',
  },
});

/** Gives the components their language and the server's clock. */
export function UiProvider({ locale, words, renderedAt, children }: Ui & { children: ReactNode }) {
  useEffect(() => {
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    if (navigation) setServerTime(renderedAt, performance.timeOrigin + navigation.responseStart);
  }, [renderedAt]);
  return <UiContext value={{ locale, words, renderedAt }}>{children}</UiContext>;
}

export function useUi(): Ui {
  return useContext(UiContext);
}

/** The server's clock minus this device's, in milliseconds. */
let offset = 0;
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/**
 * Sets the clock by an answer of the server.
 * @param serverMs what the server's clock said, Unix milliseconds
 * @param deviceMs what this device's clock said at that moment
 */
export function setServerTime(serverMs: number, deviceMs: number): void {
  offset = serverMs - deviceMs;
}

/** Unix milliseconds by the server's clock. */
export function serverNow(): number {
  return Date.now() + offset;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // One timer moves every clock on the page, in step.
  ticking ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** The server's time in Unix milliseconds, renewed each second. */
export function useNow(): number {
  const { renderedAt } = useUi();
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(serverNow() / 1000) * 1000,
    () => Math.floor(renderedAt / 1000) * 1000,
  );
}
