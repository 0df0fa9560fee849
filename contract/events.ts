import type { Notification } from './operations/notifications.ts';
import type { Static } from './schema.ts';

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
  /** Halts of trading took time from the auction, which it has back. */
  'auction.extended': { auctionId: string; startsAt: string; endsAt: string };
  'auction.sold': { auctionId: string; price: string; buyerHandle: string; by: 'close' | 'buy_now' };
  'auction.unsold': { auctionId: string };
  'auction.cancelled': { auctionId: string };
}

export interface SetEvents {
  'set.created': { setId: string; code: string; name: string };
}

export interface CardEvents {
  'card.created': { cardId: string; setId: string; number: number; name: string };
  'listing.created': {
    listingId: string;
    copyId: string;
    cardId: string;
    price: string;
    sellerHandle: string;
  };
  'listing.repriced': {
    listingId: string;
    copyId: string;
    cardId: string;
    price: string;
    previousPrice: string;
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
  /**
   * A copy was made, traded, sent to a wallet or brought back; a sale is told by `sale.completed`. The ids are
   * those of accounts: null stands for a new copy's giver, and for the world outside. `epoch` is the one that
   * began with the move.
   */
  'copy.moved': {
    copyId: string;
    cardId: string;
    epoch: number;
    fromId: string | null;
    toId: string | null;
    by: 'mint' | 'trade' | 'withdrawal' | 'deposit';
  };
}

/** What an offer is for: one copy, any copy of a card, or any copy of a set with these properties. */
export interface OfferTarget {
  offerId: string;
  scope: 'copy' | 'card' | 'set';
  /** Of offers on a copy. */
  copyId: string | null;
  /** Of offers on a copy or a card. */
  cardId: string | null;
  setId: string;
  rarity: string | null;
  category: string | null;
  serialFrom: number | null;
  serialTo: number | null;
  amount: string;
}

/** On the topic of the card; offers on a set on the topic of the set. */
export interface OfferEvents {
  'offer.created': OfferTarget & { buyerHandle: string; expiresAt: string };
  'offer.ended': OfferTarget & { state: 'accepted' | 'declined' | 'withdrawn' | 'expired' | 'void' };
}

/** Which side of a trade offer the account of the topic is, and the account on the other side. */
export interface TradeSide {
  tradeOfferId: string;
  side: 'sender' | 'recipient';
  otherId: string;
}

export interface UserEvents {
  'user.registered': { userId: string; handle: string };
  'user.changed': { userId: string; handle: string };
  /** From now on the account moves nothing, by a moderator's or an admin's word; `reason` is what its owner is told. */
  'account.frozen': { reason: string };
  /** The freeze is over. */
  'account.unfrozen': { reason: string | null };
  /** These sessions have ended: signed out, ended from another one, or by a change of role. */
  'session.ended': { sessionIds: string[] };
  'wallet.deposited': { transferId: string; amount: string };
  'wallet.withdrawn': { transferId: string; amount: string; signature: string };
  'wallet.returned': { transferId: string; amount: string };
  'copy.minted': { copyId: string; mint: string };
  'copy.withdrawn': { copyId: string; signature: string };
  'copy.deposited': { copyId: string };
  /** Somebody else leads now, at this price. Bids that come together are told of once. */
  'bid.outbid': { auctionId: string; price: string };
  'auction.won': { auctionId: string; price: string };
  'auction.ended': { auctionId: string; sold: boolean; price: string | null };
  'listing.sold': { listingId: string; copyId: string; price: string; buyerHandle: string };
  /** To the owner of the copy that the offer names. */
  'offer.received': {
    offerId: string;
    copyId: string;
    amount: string;
    buyerHandle: string;
    expiresAt: string;
  };
  /** To the owner of the copy that the offer names. */
  'offer.withdrawn': { offerId: string; copyId: string };
  /** The others are for the buyer. `copyId` is the copy that was bought. */
  'offer.accepted': { offerId: string; copyId: string; amount: string; sellerHandle: string };
  'offer.declined': { offerId: string; copyId: string; amount: string };
  'offer.expired': { offerId: string; amount: string };
  /** The copy that the offer named has changed hands. */
  'offer.void': { offerId: string; copyId: string; amount: string };
  'trade.offered': TradeSide & { fromHandle: string; expiresAt: string };
  'trade.countered': TradeSide & { counterId: string; expiresAt: string };
  'trade.accepted': TradeSide;
  'trade.declined': TradeSide;
  'trade.withdrawn': TradeSide;
  'trade.expired': TradeSide;
  'trade.void': TradeSide;
  'notification.created': Static<typeof Notification>;
  /** Some were marked as read; what is left unread, counted up to 1000. */
  'notification.read': { unread: number };
}

/** On the topic `exchange`. */
export interface ExchangeEvents {
  /** `setId` is null for everything. */
  'trading.halted': TradingHalt;
  'trading.resumed': TradingHalt;
}

/** `at` is the beginning of a halt that began, and the end of one that is over. */
export interface TradingHalt {
  haltId: string;
  setId: string | null;
  setCode: string | null;
  withdrawals: boolean;
  reason: string;
  at: string;
}

export type EventTypes = ExchangeEvents & AuctionEvents & SetEvents & CardEvents & OfferEvents & UserEvents;
export type EventType = keyof EventTypes;

/**
 * Topics: `auction:<id>`, `card:<id>`, `set:<id>`, `market` and `exchange` are public, `user:<id>` is its
 * account's own.
 */
export type Topic =
  | `auction:${string}`
  | `card:${string}`
  | `set:${string}`
  | `user:${string}`
  | 'market'
  | 'exchange';

/** The event types that also appear, in order of commit, on the topic `market`. */
export const MARKET_EVENTS = [
  'auction.created',
  'auction.opened',
  'auction.sold',
  'auction.unsold',
  'auction.cancelled',
  'auction.extended',
  'trading.halted',
  'trading.resumed',
  'listing.created',
  'listing.repriced',
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
