import { formatMoney, parseMoney } from '@ece/sdk/browser';
import type { Estimate, Estimates } from '../data/types.ts';

export type Confidence = Estimate['confidence'];

/** What one side of a trade is worth, by the estimates of its copies and its cash; decimal strings of USDC. */
export interface Worth {
  value: string;
  low: string;
  high: string;
  /** The least of its copies; undefined where no copy has an estimate. */
  confidence: Confidence | undefined;
  /** Copies without an estimate, which do not count. */
  unknown: number;
}

const RANKS: readonly Confidence[] = ['high', 'medium', 'low'];

/**
 * Adds up what a side gives.
 * @param cash a decimal string of USDC
 */
export function worthOf(copyIds: readonly string[], cash: string, estimates: Estimates): Worth {
  const known = copyIds.flatMap((id) => estimates[id] ?? []);
  const sum = (part: 'value' | 'low' | 'high') =>
    formatMoney(known.reduce((total, estimate) => total + parseMoney(estimate[part]), parseMoney(cash)));
  return {
    value: sum('value'),
    low: sum('low'),
    high: sum('high'),
    confidence: leastConfidence(known.map(({ confidence }) => confidence)),
    unknown: copyIds.length - known.length,
  };
}

/** The least of some confidences; undefined of none. */
export function leastConfidence(all: readonly (Confidence | undefined)[]): Confidence | undefined {
  return RANKS.findLast((rank) => all.includes(rank));
}

/** Who a trade favours, as the estimates have it. */
export interface Balance {
  /** What I receive minus what I give, without a sign. */
  difference: string;
  favours: 'me' | 'them' | 'nobody';
  /** What I give of the value of both sides, from 0 to 100. */
  share: number;
}

/** Parts of the greater side below which a difference is less than an estimate can tell: one twentieth. */
const EVEN = 20n;

/** Compares what I give with what I receive. */
export function balanceOf(give: string, receive: string): Balance {
  const [mine, theirs] = [parseMoney(give), parseMoney(receive)];
  const greater = mine > theirs ? mine : theirs;
  const difference = mine > theirs ? mine - theirs : theirs - mine;
  const isEven = difference * EVEN <= greater;
  return {
    difference: formatMoney(difference),
    favours: isEven ? 'nobody' : theirs > mine ? 'me' : 'them',
    share: mine + theirs === 0n ? 50 : Number((mine * 1000n) / (mine + theirs)) / 10,
  };
}

/**
 * The fee on the cash of a side, paid on top of it: a share, rounded down to a micro-USDC (docs/trading.md).
 * @param cash a decimal string of USDC
 */
export function feeOn(cash: string, feeBasisPoints: number): string {
  return formatMoney((parseMoney(cash) * BigInt(feeBasisPoints)) / 10_000n);
}

/**
 * How a price compares with an estimate, both decimal strings above zero: by which share of the estimate it is above
 * or below it; within a hundredth it is `at` it.
 */
export function compared(price: string, estimate: string): { way: 'above' | 'below' | 'at'; share: number } {
  const share = Number(price) / Number(estimate) - 1;
  if (Math.abs(share) < 0.01) return { way: 'at', share: 0 };
  return { way: share > 0 ? 'above' : 'below', share: Math.abs(share) };
}
