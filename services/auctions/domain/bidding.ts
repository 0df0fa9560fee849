import type { ErrorCode } from '@ece/contract';
import { type IncrementRow, incrementAt } from './increments.ts';

/** What a bid depends on. Amounts are micro-USDC, times Unix milliseconds of the database's clock. */
export interface AuctionState {
  sellerId: string;
  startingPrice: bigint;
  reservePrice: bigint | null;
  increments: readonly IncrementRow[];
  startsAt: number;
  endsAt: number;
  /** Milliseconds before the end in which a bid moves the end, and from such a bid to the new end. */
  softClose: { window: number; extension: number };
  /** Null until the first bid. */
  price: bigint | null;
  leader: { bidderId: string; maximum: bigint } | null;
  bidCount: number;
}

/** A bid: the most that the bidder will pay. */
export interface Bid {
  bidderId: string;
  maximum: bigint;
  at: number;
}

export type BidRefusal = Extract<
  ErrorCode,
  | 'own_auction'
  | 'auction_not_started'
  | 'auction_ended'
  | 'bid_too_low'
  | 'maximum_not_raised'
  | 'insufficient_funds'
>;

export type BidOutcome =
  | { accepted: false; code: BidRefusal; minimum?: bigint }
  | {
      accepted: true;
      auction: AuctionState;
      extended: boolean;
    };

/** The least maximum that a new bidder may name: the starting price, later the price plus one increment. */
export function minimumNext(auction: AuctionState): bigint {
  return auction.price === null
    ? auction.startingPrice
    : auction.price + incrementAt(auction.increments, auction.price);
}

/** Whether the hidden reserve is met; `none` where there is no reserve. */
export function reserveStatus(
  auction: Pick<AuctionState, 'reservePrice' | 'price'>,
): 'none' | 'not_met' | 'met' {
  if (auction.reservePrice === null) return 'none';
  return auction.price !== null && auction.price >= auction.reservePrice ? 'met' : 'not_met';
}

/**
 * Applies one bid by the rules of proxy bidding (docs/rules.md).
 * @param available what the bidder could have held now, beside what is held for this auction already
 */
export function applyBid(auction: AuctionState, bid: Bid, available: bigint): BidOutcome {
  const refusal = refuseBid(auction, bid, available);
  if (refusal) return refusal;
  const { leader } = auction;
  const leads = leader === null || leader.bidderId === bid.bidderId || bid.maximum > leader.maximum;
  const newLeader = leads ? { bidderId: bid.bidderId, maximum: bid.maximum } : leader;
  const price = withReserve(auction, newLeader.maximum, nextPrice(auction, bid));
  const changed = price !== auction.price || newLeader.bidderId !== leader?.bidderId;
  const endsAt = changed ? softCloseEnd(auction, bid.at) : auction.endsAt;
  return {
    accepted: true,
    auction: { ...auction, price, leader: newLeader, endsAt, bidCount: auction.bidCount + 1 },
    extended: endsAt !== auction.endsAt,
  };
}

function refuseBid(auction: AuctionState, bid: Bid, available: bigint): BidOutcome | undefined {
  if (bid.bidderId === auction.sellerId) return { accepted: false, code: 'own_auction' };
  if (bid.at < auction.startsAt) return { accepted: false, code: 'auction_not_started' };
  if (bid.at >= auction.endsAt) return { accepted: false, code: 'auction_ended' };
  const { leader } = auction;
  let held = 0n;
  if (leader?.bidderId === bid.bidderId) {
    if (bid.maximum <= leader.maximum) return { accepted: false, code: 'maximum_not_raised' };
    held = leader.maximum;
  } else {
    const minimum = minimumNext(auction);
    const beatsLeader = leader !== null && bid.maximum > leader.maximum;
    if (bid.maximum < minimum && !beatsLeader) return { accepted: false, code: 'bid_too_low', minimum };
  }
  return bid.maximum - held > available ? { accepted: false, code: 'insufficient_funds' } : undefined;
}

/** The price by the second-highest maximum alone, before the reserve has its say. */
function nextPrice(auction: AuctionState, bid: Bid): bigint {
  const { leader, price } = auction;
  if (leader === null || price === null) return auction.startingPrice;
  if (leader.bidderId === bid.bidderId) return price;
  const [highest, second] =
    bid.maximum > leader.maximum ? [bid.maximum, leader.maximum] : [leader.maximum, bid.maximum];
  const beaten = second + incrementAt(auction.increments, second);
  return max(price, beaten < highest ? beaten : highest);
}

function withReserve(auction: AuctionState, maximum: bigint, price: bigint): bigint {
  const reserve = auction.reservePrice;
  return reserve !== null && maximum >= reserve ? max(price, reserve) : price;
}

function softCloseEnd(auction: AuctionState, at: number): number {
  const { window, extension } = auction.softClose;
  return auction.endsAt - at <= window ? Math.max(auction.endsAt, at + extension) : auction.endsAt;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/**
 * Applies bids one after the other. A leader who is outbid has that money available again for the bids that
 * follow, as the whole batch is one transaction.
 * @param available what each bidder could have held before the first bid
 * @returns with the outcomes, what is available after the last bid, for bids on another auction
 */
export function applyBids(
  auction: AuctionState,
  bids: readonly Bid[],
  available: ReadonlyMap<string, bigint>,
): { auction: AuctionState; outcomes: BidOutcome[]; available: Map<string, bigint> } {
  const money = new Map(available);
  let state = auction;
  const outcomes = bids.map((bid) => {
    const outcome = applyBid(state, bid, money.get(bid.bidderId) ?? 0n);
    if (outcome.accepted) {
      credit(money, state.leader, 1n);
      state = outcome.auction;
      credit(money, state.leader, -1n);
    }
    return outcome;
  });
  return { auction: state, outcomes, available: money };
}

function credit(money: Map<string, bigint>, leader: AuctionState['leader'], sign: bigint): void {
  if (leader) money.set(leader.bidderId, (money.get(leader.bidderId) ?? 0n) + sign * leader.maximum);
}

/** What an auction that has ended comes to: sold to its leader, unless the reserve was not met. */
export function resultAtClose(
  auction: Pick<AuctionState, 'price' | 'reservePrice' | 'leader'>,
): { sold: true; buyerId: string; price: bigint } | { sold: false } {
  const { price, leader } = auction;
  return price !== null && leader !== null && reserveStatus(auction) !== 'not_met'
    ? { sold: true, buyerId: leader.bidderId, price }
    : { sold: false };
}
