/**
 * Event types by topic. An event's payload is what a client needs to update what it shows;
 * money is a decimal string, times are ISO 8601.
 */
export interface AuctionEvents {
  'auction.created': { auctionId: string; endsAt: string; startsAt: string; startingPrice: string };
  'auction.opened': { auctionId: string; endsAt: string };
  'auction.bid': {
    auctionId: string;
    bidId: string;
    bidderHandle: string;
    price: string;
    leaderHandle: string;
    minimumNext: string;
    endsAt: string;
    extended: boolean;
    reserve: 'none' | 'not_met' | 'met';
    bidCount: number;
  };
  'auction.sold': { auctionId: string; price: string; buyerHandle: string; by: 'close' | 'buy_now' };
  'auction.unsold': { auctionId: string };
  'auction.cancelled': { auctionId: string };
}

export interface CardEvents {
  'listing.created': {
    listingId: string;
    copyId: string;
    cardId: string;
    price: string;
    sellerHandle: string;
  };
  'listing.cancelled': { listingId: string; copyId: string; cardId: string };
  'sale.completed': {
    saleId: string;
    copyId: string;
    cardId: string;
    price: string;
    venue: string;
    sellerHandle: string;
    buyerHandle: string;
  };
}

export interface UserEvents {
  'wallet.deposited': { transferId: string; amount: string };
  'wallet.withdrawn': { transferId: string; amount: string; signature: string };
  'wallet.returned': { transferId: string; amount: string };
  'copy.minted': { copyId: string; mint: string };
  'copy.withdrawn': { copyId: string; signature: string };
  'copy.deposited': { copyId: string };
  'bid.outbid': { auctionId: string; price: string };
  'auction.won': { auctionId: string; price: string };
  'auction.ended': { auctionId: string; sold: boolean; price: string | null };
  'listing.sold': { listingId: string; copyId: string; price: string; buyerHandle: string };
  'trade.offered': { tradeOfferId: string; fromHandle: string };
  'trade.countered': { tradeOfferId: string; counterId: string };
  'trade.accepted': { tradeOfferId: string };
  'trade.declined': { tradeOfferId: string };
  'trade.withdrawn': { tradeOfferId: string };
  'trade.expired': { tradeOfferId: string };
  'trade.void': { tradeOfferId: string };
}

export type EventTypes = AuctionEvents & CardEvents & UserEvents;
export type EventType = keyof EventTypes;

/** Topics: `auction:<id>`, `card:<id>`, `market` are public, `user:<id>` is its account's own. */
export type Topic = `auction:${string}` | `card:${string}` | `user:${string}` | 'market';

/** The event types that also appear, in order of commit, on the topic `market`. */
export const MARKET_EVENTS = [
  'auction.created',
  'auction.opened',
  'auction.sold',
  'auction.unsold',
  'auction.cancelled',
  'listing.created',
  'listing.cancelled',
  'sale.completed',
] as const satisfies readonly EventType[];

/** An event as it travels over the realtime feed. */
export interface FeedEvent<T extends EventType = EventType> {
  topic: string;
  sequence: number;
  type: T;
  data: EventTypes[T];
  at: string;
}
