const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses after the tries of a mail, in milliseconds. The last failure is the end of it: ten tries in a day. */
export const MAIL_PAUSES = [
  30 * SECOND,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/** Pauses after the tries of a webhook's delivery, in milliseconds: ten tries in three days. */
export const DELIVERY_PAUSES = [
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/**
 * The pause after a number of tries, with chance in it, so that what failed together does not come back
 * together; undefined when there are no more tries.
 * @param chance from 0 up to 1
 */
export function pauseAfter(pauses: readonly number[], tries: number, chance: number): number | undefined {
  const pause = pauses[tries - 1];
  return pause === undefined ? undefined : Math.round(pause * (0.8 + 0.4 * chance));
}
