import { ok, type Result, refuse } from '@ece/contract';

/** Milliseconds. */
const DAY = 86_400_000;

/** The longest time from start to end, and the furthest start. */
export const LONGEST_MS = 30 * DAY;

/** The least starting price: a cent. */
export const LEAST_PRICE = 10_000n;

/** The usual soft close: a tenth of the auction's time, two minutes at the most. */
const LONGEST_DEFAULT_SOFT_CLOSE_S = 120;

/** What a seller asks for. */
export interface RequestedTerms {
  startingPrice: bigint;
  reservePrice: bigint | null;
  buyNowPrice: bigint | null;
  /** Unix milliseconds; now where absent. */
  startsAt: number | undefined;
  endsAt: number;
  softClose: { window: number; extension: number } | undefined;
}

/** The terms of an auction, complete. */
export interface Terms extends Omit<RequestedTerms, 'startsAt' | 'softClose'> {
  startsAt: number;
  softClose: { window: number; extension: number };
}

/**
 * Checks a seller's terms and fills in what is absent.
 * @param now Unix milliseconds of the database's clock
 * @param shortestMs the shortest time from start to end
 * @returns `invalid_prices` or `invalid_schedule` with the rule that was broken
 */
export function completeTerms(terms: RequestedTerms, now: number, shortestMs: number): Result<Terms> {
  const { startingPrice, reservePrice, buyNowPrice, endsAt } = terms;
  const prices = priceProblem(startingPrice, reservePrice, buyNowPrice);
  if (prices) return refuse('invalid_prices', prices);
  const startsAt = Math.max(terms.startsAt ?? now, now);
  const schedule = scheduleProblem(now, startsAt, endsAt, shortestMs);
  if (schedule) return refuse('invalid_schedule', schedule);
  const usual = Math.min(LONGEST_DEFAULT_SOFT_CLOSE_S, Math.floor((endsAt - startsAt) / 10_000));
  const softClose = terms.softClose ?? { window: usual, extension: usual };
  return ok({ startingPrice, reservePrice, buyNowPrice, startsAt, endsAt, softClose });
}

function priceProblem(start: bigint, reserve: bigint | null, buyNow: bigint | null): string | undefined {
  if (start < LEAST_PRICE) return 'The starting price must be 0.01 USDC or more.';
  if (reserve !== null && reserve < start) return 'The reserve must not be below the starting price.';
  if (buyNow !== null && buyNow <= start) return 'The buy-now price must be above the starting price.';
  if (buyNow !== null && reserve !== null && buyNow < reserve) {
    return 'The buy-now price must not be below the reserve.';
  }
  return undefined;
}

function scheduleProblem(now: number, start: number, end: number, shortest: number): string | undefined {
  if (!Number.isFinite(start) || !Number.isFinite(end)) return 'The times must be dates of the calendar.';
  if (start - now > LONGEST_MS) return 'The start must be within 30 days.';
  if (end - start < shortest) return `The auction must last ${shortest / 1000} seconds or longer.`;
  if (end - start > LONGEST_MS) return 'The auction must end within 30 days of its start.';
  return undefined;
}
