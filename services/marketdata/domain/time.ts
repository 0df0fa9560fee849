/** Milliseconds of an hour and of a day. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The beginning of the hour that a time is in. Hours and days are those of UTC. */
export function hourOf(at: number): number {
  return at - (((at % HOUR) + HOUR) % HOUR);
}

/** The beginning of the first hour that is not before a time. */
export function nextHour(at: number): number {
  return hourOf(at + HOUR - 1);
}

/** The beginning of the day that a time is in. */
export function dayOf(at: number): number {
  return at - (((at % DAY) + DAY) % DAY);
}
