import { formatMoney, parseMoney } from '@ece/sdk/browser';
import { readAmount } from '../../../parts/money.ts';
import { feeOn } from '../../../parts/worth.ts';
import type { TradeCopy } from '../goods.ts';

export type SideName = 'give' | 'receive';

/** What one side of a draft puts on the table, as it was chosen and typed. */
export interface DraftSide {
  copies: readonly TradeCopy[];
  /** As typed; empty for no cash. */
  cash: string;
}

/** A trade before it is sent, from my side. */
export type Draft = Record<SideName, DraftSide>;

/** Copies that one side gives at the most; the contract's number. */
export const MOST_COPIES = 50;

/** Puts a copy on the table, or takes it back. What is beyond the most is left out. */
export function toggled(side: DraftSide, copy: TradeCopy): DraftSide {
  const others = side.copies.filter(({ id }) => id !== copy.id);
  if (others.length < side.copies.length) return { ...side, copies: others };
  return others.length < MOST_COPIES ? { ...side, copies: [...others, copy] } : side;
}

/** An amount that was typed into a field which may stay empty: a decimal string, or undefined where it is none. */
export function cashOf(typed: string): string | undefined {
  return /^\s*(0*[.,]?0*)\s*$/.test(typed) ? '0' : readAmount(typed);
}

/** A sum of two decimal strings. */
export function sum(a: string, b: string): string {
  return formatMoney(parseMoney(a) + parseMoney(b));
}

/** What keeps a draft from being sent. */
export type Fault = 'giveNotMoney' | 'receiveNotMoney' | 'short' | 'sideEmpty' | 'cashOnly';

/**
 * What keeps a draft from being sent; the exchange has the same rules and the last word (docs/trading.md).
 * @param available what I can spend, a decimal string
 */
export function faultOf(draft: Draft, available: string, feeBasisPoints: number): Fault | undefined {
  const give = cashOf(draft.give.cash);
  const receive = cashOf(draft.receive.cash);
  if (give === undefined) return 'giveNotMoney';
  if (receive === undefined) return 'receiveNotMoney';
  const isEmpty = (side: DraftSide, cash: string) => side.copies.length === 0 && cash === '0';
  if (isEmpty(draft.give, give) || isEmpty(draft.receive, receive)) return 'sideEmpty';
  if (draft.give.copies.length + draft.receive.copies.length === 0) return 'cashOnly';
  if (parseMoney(sum(give, feeOn(give, feeBasisPoints))) > parseMoney(available)) return 'short';
  return undefined;
}
