import { ok, type Result, refuse } from './result.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long an offer to buy or to trade stands unless it says otherwise. */
export const DEFAULT_OFFER_LIFETIME_MS = 7 * DAY_MS;
/** How long an offer may stand: what it holds or binds is out of the market for no longer. */
export const LONGEST_OFFER_LIFETIME_MS = 30 * DAY_MS;

/**
 * When an offer that is made now expires.
 * @param wanted the time asked for; an invalid date is refused, absence means the default
 * @returns the time, or `invalid_schedule` when it is not between now and 30 days from now
 */
export function offerExpiry(wanted: Date | undefined, now: Date): Result<Date> {
  if (!wanted) return ok(new Date(now.getTime() + DEFAULT_OFFER_LIFETIME_MS));
  const lifetime = wanted.getTime() - now.getTime();
  if (!(lifetime > 0 && lifetime <= LONGEST_OFFER_LIFETIME_MS)) {
    return refuse('invalid_schedule', 'An offer expires in the future, within 30 days.');
  }
  return ok(wanted);
}
