/**
 * Kinds of serial numbers that people pay for. A one-of-one is ordinary: there is no other copy whose price
 * it could be above.
 */
export const SERIAL_CLASSES = ['ordinary', 'first', 'lowest', 'low', 'last'] as const;
export type SerialClass = (typeof SERIAL_CLASSES)[number];

/** The kind of a serial: 1, 2 to 3, 4 to 10, the last of its edition, or any other. */
export function serialClass(serial: number, editionSize: number): SerialClass {
  if (editionSize === 1) return 'ordinary';
  if (serial === 1) return 'first';
  if (serial <= 3) return 'lowest';
  if (serial === editionSize) return 'last';
  return serial <= 10 ? 'low' : 'ordinary';
}

/** What a kind of serial has been worth: the logarithm of its price over an ordinary copy's, and its sales. */
export interface Premium {
  log: number;
  sales: number;
}

export type Premiums = Record<SerialClass, Premium>;

/** No premium is assumed before sales have shown it. */
export function noPremiums(): Premiums {
  return Object.fromEntries(SERIAL_CLASSES.map((name) => [name, { log: 0, sales: 0 }])) as Premiums;
}

/** Sales that count as one when a premium is learnt: the first few sales move it little. */
const CAUTION = 3;
/** The most by which one sale may differ from what is known (in logarithms), and still count in full. */
const CLIP = 0.7;
/** Weight of the newest sales once a premium is settled. */
const SLOWEST = 1 / 200;

/**
 * Moves a premium towards what a sale has shown: a recursive mean with clipped surprises (Robbins and Monro
 * 1951 with the psi function of Huber 1964), so that one absurd price moves it by a bounded step.
 * @param observed logarithm of the sale's price over the ordinary value of its card at that time
 */
export function learnPremium(premium: Premium, observed: number): Premium {
  const surprise = Math.max(-CLIP, Math.min(CLIP, observed - premium.log));
  const gain = Math.max(SLOWEST, 1 / (premium.sales + 1 + CAUTION));
  return { log: premium.log + gain * surprise, sales: premium.sales + 1 };
}

/** A premium as a whole number of ten-thousandths, as stored values are multiplied by it. */
export function premiumBasisPoints(premium: Premium): number {
  return Math.round(Math.exp(premium.log) * 10_000);
}

/** The value of a copy: its card's value times the premium of its serial, rounded down to a micro-USDC. */
export function withPremium(cardValue: bigint, basisPoints: number): bigint {
  return (cardValue * BigInt(basisPoints)) / 10_000n;
}
