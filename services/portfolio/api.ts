import type { MarketApi } from '@ece/market';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { ServiceModule } from '@ece/platform/service';
import type { UsersApi } from '@ece/users';
import type { Confidence, Method } from './domain/estimate.ts';
import { createPortfolio } from './service.ts';

/** What a copy is worth, in micro-USDC; see docs/valuation.md. An estimate, never to be booked. */
export interface Estimate {
  copyId: string;
  value: bigint;
  /** About eight of ten next sales should lie from `low` to `high`. */
  low: bigint;
  high: bigint;
  confidence: Confidence;
  method: Method;
  /** Sales of the card that count. */
  sales: number;
  /** What its serial makes of the value of an ordinary copy, in ten-thousandths. */
  serialBasisPoints: number;
}

/** What an ordinary copy of a card is worth. */
export type CardEstimate = Omit<Estimate, 'copyId' | 'serialBasisPoints'> & { cardId: string };

/** What people hold, what it cost them, and what it is worth. */
export interface PortfolioApi {
  /** What copies are worth, by id. Copies that nothing is known of are left out. */
  estimates(copyIds: string[]): Promise<Record<string, Estimate>>;
  /** What cards are worth, by id. Cards that nothing is known of are left out. */
  cardEstimates(cardIds: string[]): Promise<Record<string, CardEstimate>>;
}

export interface PortfolioContext {
  db: Database;
  users: UsersApi;
  nfts: NftsApi;
  market: MarketApi;
}

export const portfolio: ServiceModule<PortfolioApi, PortfolioContext> = {
  name: 'portfolio',
  methods: { reads: ['estimates', 'cardEstimates'], writes: [] },
  migrations: { name: 'portfolio', folder: new URL('./migrations/', import.meta.url) },
  create: createPortfolio,
};
