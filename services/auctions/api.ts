import type { Result } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import type { Database, DatabasePlace } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { IncrementRow } from './domain/increments.ts';
import type { OpenAuction } from './history.ts';
import { createAuctions } from './service.ts';

export { DEFAULT_INCREMENTS, type IncrementRow, parseIncrements } from './domain/increments.ts';

/** What others need to know of an auction. */
export interface AuctionFacts {
  id: string;
  sellerId: string;
  state: 'scheduled' | 'open' | 'sold' | 'unsold' | 'cancelled';
  endsAt: Date;
  /** The copies of the lot, in their order, with their cards. */
  lot: { copyId: string; cardId: string }[];
}

/** A copy in an auction that is announced or open. */
export interface LiveLot {
  auctionId: string;
  copyId: string;
  /** Copies in the lot. */
  size: number;
  /** Micro-USDC for the whole lot: the present price, or the one that it starts at. */
  price: bigint;
  endsAt: Date;
}

/** The announced and open auctions of a card. */
export interface CardAuctions {
  cardId: string;
  auctions: number;
  /** The lowest price in micro-USDC of those whose lot is one copy. */
  lowest: bigint | null;
  firstEndsAt: Date;
}

/** English auctions with proxy bidding. */
export interface AuctionsApi {
  /** Facts of auctions by id; unknown ids are left out. */
  facts(ids: string[]): Promise<Record<string, AuctionFacts>>;
  /** The announced and open auctions that copies are in; copies in none are left out. */
  liveLots(copyIds: string[]): Promise<LiveLot[]>;
  /** The announced and open auctions of cards, counted; cards without one are left out. */
  cardAuctions(cardIds: string[]): Promise<CardAuctions[]>;
  /**
   * Brings in auctions that are under way, all or none, with the bids so far; for seeds. The rules judge the
   * bids as they would have then; those that they refuse are left out. Refusals: those of a new auction.
   */
  importOpen(auctions: OpenAuction[]): Promise<Result<{ auctions: number; bids: number }>>;
}

export interface AuctionsContext {
  db: Database;
  /** Where the database is, for the connections of the thread of bids. */
  database: DatabasePlace;
  nfts: NftsApi;
  users: UsersApi;
  log: Logger;
  metrics: Metrics;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
  /** The exchange's fee on new deals. */
  feeBasisPoints: number;
  /** The shortest time from start to end. */
  shortestAuctionSeconds: number;
  /** The least raises by price for new auctions. */
  increments: readonly IncrementRow[];
}

export const auctions: ServiceModule<AuctionsApi, AuctionsContext> = {
  name: 'auctions',
  methods: { reads: ['facts', 'liveLots', 'cardAuctions'], writes: ['importOpen'] },
  migrations: { name: 'auctions', folder: new URL('./migrations/', import.meta.url) },
  create: createAuctions,
};
