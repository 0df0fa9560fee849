'use client';

import type { Ece, EceError, ErrorCode } from '@ece/sdk/browser';
import { errorText } from '../../data/error-text.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/client.tsx';

interface Priced {
  copyId: string;
  price: string;
}

type Answer = Awaited<ReturnType<Ece['market']['quotes']>>;
export type QuoteTotal = Answer['total'];

/** What is received for copies at prices. */
interface Quotes {
  /** Of all that have a quote; the last answer while the next one is on its way. */
  total: QuoteTotal | undefined;
  /** What each copy brings, by its id. */
  receives: ReadonlyMap<string, string>;
  /** What is wrong with a price, in words, by the copy's id. */
  problems: ReadonlyMap<string, string>;
  /** Whether this is about the prices as they are now. */
  isCurrent: boolean;
  error: EceError | undefined;
}

const ask = (ece: Ece, question: string, signal: AbortSignal) => {
  const items = question.split(',').map((item) => item.split(':'));
  return ece.market.quotes(
    {
      copyIds: items.map(([copyId]) => copyId).join(),
      prices: items.map(([, price]) => price).join(),
    },
    { signal },
  );
};

/**
 * Asks the exchange what is received, once the prices have rested.
 * @param items 100 at the most, with decimal strings of USDC
 */
export function useQuotes(items: readonly Priced[]): Quotes {
  const t = useT();
  const question = items.map(({ copyId, price }) => `${copyId}:${price}`).join() || undefined;
  const answered = useAnswer(question, ask);
  const answer = answered?.answer;
  const entries = answer?.items ?? [];
  return {
    total: answer?.total,
    receives: new Map(
      entries.flatMap(({ copyId, quote }) => (quote ? [[copyId, quote.sellerReceives]] : [])),
    ),
    problems: new Map(
      entries.flatMap(({ copyId, problem }) =>
        problem ? [[copyId, errorText(t, { code: problem.code as ErrorCode })]] : [],
      ),
    ),
    isCurrent: answered?.question === question,
    error: answered?.error,
  };
}
