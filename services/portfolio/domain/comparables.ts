import { robustCenter } from './robust.ts';
import type { Premiums, SerialClass } from './serials.ts';

/** A past sale of a card that its value is compared with. */
export interface Comparable {
  copyId: string;
  /** Logarithm of the price in micro-USDC, less the set's index (also a logarithm) on the day of the sale. */
  log: number;
  serial: SerialClass;
  sellerId: string;
  buyerId: string;
  /** Days since 1970, with a fraction. */
  at: number;
}

/** Sales of a card that are looked at: the newest of those that count. */
export const MOST_COMPARABLES = 24;
/** Days after which a sale counts half as much. */
export const HALF_LIFE = 30;
/** The least deviation of prices that is assumed: people do not agree to the cent. */
const LEAST_DEVIATION = 0.08;
/** The deviation that is assumed of a card with few sales, and the number of sales that it counts for. */
const USUAL_DEVIATION = 0.12;
const USUAL_COUNTS = 3;

/** The level of a card: where its sales lie above its set's index, for an ordinary serial. */
export interface Level {
  log: number;
  /** Deviation of a single sale around the level. */
  deviation: number;
  /** Sales that count. */
  sales: number;
  /** How many equally heavy sales the weighted ones are worth (Kish 1965). */
  effective: number;
  /** Day of the newest sale that counts. */
  newest: number;
}

/**
 * Those of a card's sales that count, newest first: the newest between two people, in whichever direction,
 * and of these the newest of its copy. Passing a card to and fro, or around, makes no price, however often.
 * What does not count now never will, so it need not be kept.
 */
export function counting(newestFirst: readonly Comparable[]): Comparable[] {
  const [pairs, copies] = [new Set<string>(), new Set<string>()];
  const kept = newestFirst.filter(({ sellerId, buyerId, copyId }) => {
    const pair = sellerId < buyerId ? `${sellerId} ${buyerId}` : `${buyerId} ${sellerId}`;
    const counts = !pairs.has(pair) && !copies.has(copyId);
    pairs.add(pair);
    copies.add(copyId);
    return counts;
  });
  return kept.slice(0, MOST_COMPARABLES);
}

/**
 * Puts a newer sale before those of a card that count. Without what a newer one has made void, the list is what
 * `counting` gives of all of them, but for its length.
 */
export function countingWith(newer: Comparable, counted: readonly Comparable[]): Comparable[] {
  const { copyId, sellerId, buyerId } = newer;
  const list = [newer];
  for (const past of counted) {
    const samePair =
      (past.sellerId === sellerId && past.buyerId === buyerId) ||
      (past.sellerId === buyerId && past.buyerId === sellerId);
    if (past.copyId !== copyId && !samePair) list.push(past);
  }
  return list;
}

/** How much each sale that counts weighs, newest first: half as much for each half-life of age. */
export function weigh(newestFirst: readonly Comparable[]): number[] {
  const newest = newestFirst[0]?.at ?? 0;
  return newestFirst.map(({ at }) => 0.5 ** ((newest - at) / HALF_LIFE));
}

/** The level of a card by its sales that count, newest first; undefined without any. */
export function levelOf(newestFirst: readonly Comparable[], premiums: Premiums): Level | undefined {
  const weights = weigh(newestFirst);
  const items = newestFirst.map(({ log, serial }, index) => ({
    value: log - premiums[serial].log,
    weight: weights[index]!,
  }));
  const robust = robustCenter(items, LEAST_DEVIATION);
  if (!robust) return undefined;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight * weight, 0);
  const variance =
    (weights.length * robust.deviation ** 2 + USUAL_COUNTS * USUAL_DEVIATION ** 2) /
    (weights.length + USUAL_COUNTS);
  return {
    log: robust.center,
    deviation: Math.sqrt(variance),
    sales: weights.length,
    effective: (sum * sum) / squares,
    newest: newestFirst[0]!.at,
  };
}
