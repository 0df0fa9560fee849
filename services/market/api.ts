import type { Result } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import { SETTLED_PAST_TABLES } from '@ece/vault';
import type { Wish } from './domain/target.ts';
import { createMarket } from './service.ts';

/** A copy that is for sale at a fixed price, in micro-USDC. */
export interface OpenListing {
  listingId: string;
  copyId: string;
  price: bigint;
}

/** The open listings of a card: how many, and the lowest price in micro-USDC. */
export interface CardListings {
  cardId: string;
  listings: number;
  lowest: bigint;
}

/** A listing's price, in micro-USDC, and for how long it was open at it; `until` is null while it is. */
export interface PriceSpan {
  cardId: string;
  price: bigint;
  from: Date;
  until: Date | null;
}

/** Fixed-price listings, and offers to buy. */
export interface MarketApi {
  /** Lists copies at fixed prices, all or none; for seeds. Gives the listings' ids. */
  list(items: { sellerId: string; copyId: string; price: bigint }[]): Promise<Result<string[]>>;
  /** The cheapest and the dearest open listing of a card, those of one seller left out. */
  listingRange(cardId: string, exceptSellerId: string): Promise<ListingRange>;
  /** The open listings of copies; copies without one are left out. */
  openListings(copyIds: string[]): Promise<OpenListing[]>;
  /** The open listings of cards, counted; cards without one are left out. */
  cardListings(cardIds: string[]): Promise<CardListings[]>;
  /** For how long listings of cards were open at which prices: those that were at a time or later, or all. */
  priceSpans(cardIds: string[], since: Date | null): Promise<PriceSpan[]>;
  /**
   * Brings in sales that happened before, in the order given and all or none; thousands at a time. No event
   * tells of them: rebuild what is derived from sales afterwards. For seeds.
   */
  importSales(sales: PastSale[]): Promise<void>;
  /**
   * Makes offers of many people, all or none, hundreds at a time; their money is held, and events tell of them.
   * How many one person may have open is not looked at. For seeds. Gives their ids.
   */
  importOffers(offers: OpenOffer[]): Promise<Result<string[]>>;
  /**
   * The best open offer that the owner of each copy could accept, by copy: on the copy, its card, or its set
   * with what the offer asks for. Copies without one are left out.
   */
  bestOffers(copyIds: string[]): Promise<Record<string, BestOffer>>;
  /**
   * The best open offer that takes any copy of each card, whatever its serial, by card. Cards without one are
   * left out.
   */
  bestOfferOfCards(cardIds: string[]): Promise<Record<string, BestOffer>>;
  /** The cheapest open listing of each card by somebody else than `buyerId`; cards without one are left out. */
  cheapest(cardIds: string[], buyerId: string): Promise<Record<string, CheapestListing>>;
}

/** An offer that is the best for something; money in micro-USDC. */
export interface BestOffer {
  offerId: string;
  scope: 'copy' | 'card' | 'set';
  amount: bigint;
  /** What is left of the amount after fee and royalty. */
  sellerReceives: bigint;
  expiresAt: Date;
}

/** A listing as a buyer of any copy of its card sees it. The price is in micro-USDC. */
export interface CheapestListing {
  listingId: string;
  copyId: string;
  price: bigint;
}

/** The ends of a card's open listings; undefined where there is none. Prices in micro-USDC. */
export interface ListingRange {
  cheapest?: { id: string; copyId: string; price: bigint };
  dearest?: { id: string; copyId: string; price: bigint };
}

/** An offer of somebody to buy. The amount is in micro-USDC. */
export interface OpenOffer {
  buyerId: string;
  wish: Wish;
  amount: bigint;
  /** In seven days where absent. */
  expiresAt?: Date;
}

/** The tables that `importSales` adds rows to, for those who fill them with millions. */
export const PAST_SALE_TABLES = [...SETTLED_PAST_TABLES, 'market.listings'];

/** A sale that happened before this exchange knew of it. The price is in micro-USDC. */
export interface PastSale {
  copyId: string;
  sellerId: string;
  buyerId: string;
  price: bigint;
  at: Date;
}

export interface MarketContext {
  db: Database;
  nfts: NftsApi;
  users: UsersApi;
  log: Logger;
  metrics: Metrics;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
  /** The exchange's fee on new deals. */
  feeBasisPoints: number;
}

export const market: ServiceModule<MarketApi, MarketContext> = {
  name: 'market',
  methods: {
    reads: [
      'listingRange',
      'openListings',
      'cardListings',
      'priceSpans',
      'bestOffers',
      'bestOfferOfCards',
      'cheapest',
    ],
    writes: ['list', 'importSales', 'importOffers'],
  },
  migrations: { name: 'market', folder: new URL('./migrations/', import.meta.url) },
  create: createMarket,
};
