'use client';

import { type Ece, EceError } from '@ece/sdk/browser';
import { useCallback, useRef, useState } from 'react';
import { useT } from '../i18n/client.tsx';
import { browserApi } from './browser.ts';
import { errorText } from './error-text.ts';

/** A call that changes something, and how it goes. */
export interface CallState<I, A> {
  /** Makes the call; gives its answer, or undefined when it was refused. A second press while it runs does nothing. */
  run(input: I): Promise<A | undefined>;
  busy: boolean;
  /** What went wrong, in words that a person can act on. */
  error: string | undefined;
  /** The refusal itself, for pages that offer a way on. */
  refusal: EceError | undefined;
  clear(): void;
}

/**
 * Calls the API from a button or a form. The key of the call stays the same until the exchange has answered, so
 * that pressing again after a lost connection never does it twice.
 */
export function useCall<I, A>(
  call: (ece: Ece, input: I, idempotencyKey: string) => Promise<A>,
): CallState<I, A> {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<EceError>();
  const pending = useRef<{ key: string; input: string } | undefined>(undefined);
  const running = useRef(false);
  const run = useCallback(
    async (input: I) => {
      if (running.current) return undefined;
      running.current = true;
      setBusy(true);
      setRefusal(undefined);
      const text = JSON.stringify(input ?? null);
      if (pending.current?.input !== text) pending.current = { key: crypto.randomUUID(), input: text };
      try {
        const answer = await call(browserApi(), input, pending.current.key);
        pending.current = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof EceError)) throw error;
        // Without an answer nobody knows whether it was done: the same key again finds out.
        if (error.status > 0 && error.status < 500) pending.current = undefined;
        setRefusal(error);
        return undefined;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [call],
  );
  const clear = useCallback(() => setRefusal(undefined), []);
  return { run, busy, error: refusal && errorText(t, refusal), refusal, clear };
}
