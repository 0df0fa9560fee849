'use client';

import { type Ece, EceError } from '@ece/sdk/browser';
import { useEffect, useState } from 'react';
import { browserApi } from './browser.ts';

/** Milliseconds of rest in typing after which the exchange is asked. */
const REST_MS = 250;

/** What the exchange said, and to what. */
export interface Answered<A> {
  question: string;
  answer?: A;
  error?: EceError;
}

/**
 * Asks the exchange while somebody types. An answer that came too late is dropped; the last one stays until the
 * next one is there.
 * @param question undefined asks nothing
 * @param ask stays the same between renders
 */
export function useAnswer<A>(
  question: string | undefined,
  ask: (ece: Ece, question: string, signal: AbortSignal) => Promise<A>,
): Answered<A> | undefined {
  const [answered, setAnswered] = useState<Answered<A>>();
  useEffect(() => {
    if (question === undefined) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(browserApi(), question, stop.signal).then(
        (answer) => {
          if (!stop.signal.aborted) setAnswered({ question, answer });
        },
        (error: unknown) => {
          if (!stop.signal.aborted && error instanceof EceError) setAnswered({ question, error });
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question, ask]);
  return answered;
}
