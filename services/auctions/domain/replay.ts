import { type AuctionState, applyBid, resultAtClose } from './bidding.ts';
import { giveBack, type Span } from './halts.ts';

/** An accepted bid as the log has it, with the state that it led to. Times are Unix milliseconds. */
export interface LoggedBid {
  number: number;
  bidderId: string;
  maximum: bigint;
  at: number;
  price: bigint;
  leaderId: string;
  endsAt: number;
}

/** An auction as it is stored after its bids, and perhaps its end. */
export interface StoredAuction {
  state: 'scheduled' | 'open' | 'sold' | 'unsold' | 'cancelled';
  soldBy: 'close' | 'buy_now' | null;
  buyNowPrice: bigint | null;
  price: bigint | null;
  leader: { bidderId: string; maximum: bigint } | null;
  bidCount: number;
  startsAt: number;
  endsAt: number;
}

/**
 * Applies a log to an auction without bids, by the rules alone.
 * @param halts those that the auction has counted, in order (`joinHalts`)
 * @returns the state that the log leads to, or where the log first differs from the rules
 */
export function replay(
  opening: AuctionState,
  log: readonly LoggedBid[],
  halts: readonly Span[] = [],
): AuctionState | { differs: string } {
  let auction = opening;
  let counted = 0;
  const countUpTo = (moment: number) => {
    const first = counted;
    while (counted < halts.length && halts[counted]!.until <= moment) counted++;
    auction = giveBack(auction, halts.slice(first, counted));
  };
  for (const bid of log) {
    countUpTo(bid.at);
    const outcome = applyBid(auction, bid, bid.maximum);
    if (!outcome.accepted) return { differs: `bid ${bid.number} should be refused: ${outcome.code}` };
    const { price, leader, endsAt } = outcome.auction;
    const expected = { price, leaderId: leader?.bidderId, endsAt };
    const field = differing(expected, bid);
    if (field) return { differs: `bid ${bid.number} ${field}` };
    auction = outcome.auction;
  }
  countUpTo(Number.POSITIVE_INFINITY);
  return auction;
}

/** What is stored of an auction against what its log led to; nothing where they agree. */
export function compareResult(replayed: AuctionState, stored: StoredAuction): string | undefined {
  const { bidCount, startsAt, endsAt } = replayed;
  const times = differing({ bidCount, startsAt, endsAt }, stored);
  if (times) return times;
  if (stored.state === 'sold' && stored.soldBy === 'buy_now') return compareBuyNow(replayed, stored);
  if ((stored.state === 'cancelled' || stored.state === 'scheduled') && stored.bidCount > 0) {
    return `is ${stored.state} with ${stored.bidCount} bids`;
  }
  const sold = resultAtClose(replayed).sold;
  if (stored.state === 'sold' && !sold) return 'is sold and should be unsold';
  if (stored.state === 'unsold' && sold) return 'is unsold and should be sold';
  return differing(flat(replayed), flat(stored));
}

function compareBuyNow(replayed: AuctionState, stored: StoredAuction): string | undefined {
  const price = stored.buyNowPrice;
  if (price === null || price <= (replayed.price ?? 0n))
    return 'is sold at once and has no buy-now price above its bids';
  const held = replayed.leader?.maximum ?? 0n;
  const maximum = held > price ? held : price;
  return differing({ price, maximum }, flat(stored));
}

function flat({ price, leader }: Pick<StoredAuction, 'price' | 'leader'>) {
  return { price, leaderId: leader?.bidderId ?? null, maximum: leader?.maximum ?? null };
}

/** The first field that is not as expected, in words. */
function differing<T extends object>(expected: T, found: { [K in keyof T]: unknown }): string | undefined {
  for (const name of Object.keys(expected) as (keyof T & string)[]) {
    if (expected[name] !== found[name]) return `has ${name} ${found[name]}, the rules give ${expected[name]}`;
  }
  return undefined;
}
