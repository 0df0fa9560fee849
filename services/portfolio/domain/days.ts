const DAY = 86_400_000;

/** A time as days since 1970, with a fraction. */
export function toDays(at: Date): number {
  return at.getTime() / DAY;
}

/** The date of a time in UTC: `2030-01-31`. */
export function dateOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** The first moment of a date in UTC. */
export function instantOf(day: string): Date {
  return new Date(`${day}T00:00:00.000Z`);
}

/** The date some days later, or earlier where `days` is negative. */
export function shiftDay(day: string, days: number): string {
  return dateOf(new Date(instantOf(day).getTime() + days * DAY));
}

export function nextDay(day: string): string {
  return shiftDay(day, 1);
}
