'use client';

import { type Ece, EceError } from '@ece/sdk/browser';
import { useCallback, useEffect, useState } from 'react';
import { browserApi } from './browser.ts';

/** The answer to the newest question, or that of the one before while it is on its way. */
export interface Fresh<A> {
  answer: A | undefined;
  /** The question that the answer belongs to. */
  key: string | undefined;
  loading: boolean;
  refusal: EceError | undefined;
  retry(): void;
}

/**
 * Asks the API anew whenever the question changes, and cancels what was asked before.
 * @param key the question in a text, undefined for none; `ask` may only depend on it
 * @param known the answer where it is known already, e.g. from the server
 * @param waitMs for how long the question must stay the same before it is asked
 */
export function useFresh<A>(
  key: string | undefined,
  ask: (ece: Ece, key: string, signal: AbortSignal) => Promise<A>,
  { known, waitMs = 0 }: { known?: A; waitMs?: number } = {},
): Fresh<A> {
  const [state, setState] = useState<{ key?: string; answer?: A; refusal?: EceError; failed?: string }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (key === undefined || known !== undefined) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      ask(browserApi(), key, stop.signal).then(
        (answer) => {
          if (!stop.signal.aborted) setState({ key, answer });
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          if (!(error instanceof EceError)) throw error;
          setState((before) => ({ ...before, refusal: error, failed: key }));
        },
      );
    }, waitMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, known === undefined, ask, waitMs, round]);
  const retry = useCallback(() => {
    setState(({ key: kept, answer }) => ({ key: kept, answer }));
    setRound((count) => count + 1);
  }, []);
  if (known !== undefined) return { answer: known, key, loading: false, refusal: undefined, retry };
  const hasFailed = state.failed === key && state.refusal !== undefined;
  return {
    answer: state.answer,
    key: state.key,
    loading: key !== undefined && state.key !== key && !hasFailed,
    refusal: hasFailed ? state.refusal : undefined,
    retry,
  };
}
