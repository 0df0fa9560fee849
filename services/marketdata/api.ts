import type { BestOffer, MarketApi } from '@ece/market';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { Change } from './domain/change.ts';
import type { WindowName } from './domain/windows.ts';
import { createMarketdata } from './service.ts';

export type { Change } from './domain/change.ts';
export type { WindowName } from './domain/windows.ts';

/** Sales in a stretch of time that ends now. Money in micro-USDC. */
export interface WindowFigures {
  volume: bigint;
  sales: number;
  /** From the last price before the window to the last price; null where the card had not been sold before. */
  change: Change | null;
}

/** What the market says of a card. Money in micro-USDC. */
export interface CardFigures {
  cardId: string;
  setId: string;
  /** The cheapest open listing. */
  floor: bigint | null;
  /** The best open offer that takes any copy of the card. */
  bestOffer: BestOffer | null;
  supply: number;
  /** Copies in wallets outside the exchange. */
  outside: number;
  holders: number;
  listed: number;
  lastSale: { id: string; price: bigint; at: Date } | null;
  windows: Record<WindowName | 'all', WindowFigures>;
}

/** Figures of cards, sets and the market, derived from sales, copies and listings; see docs/market-data.md. */
export interface MarketdataApi {
  /** Figures of cards by id; unknown ids are left out. */
  cardMarkets(cardIds: string[]): Promise<Record<string, CardFigures>>;
}

export interface MarketdataContext {
  db: Database;
  nfts: NftsApi;
  users: UsersApi;
  market: MarketApi;
  metrics: Metrics;
}

export const marketdata: ServiceModule<MarketdataApi, MarketdataContext> = {
  name: 'marketdata',
  methods: { reads: ['cardMarkets'], writes: [] },
  migrations: { name: 'marketdata', folder: new URL('./migrations/', import.meta.url) },
  create: createMarketdata,
};
