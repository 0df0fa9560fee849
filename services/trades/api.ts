import type { Result } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { OpenOffer } from './history.ts';
import { createTrades } from './service.ts';

/** Trade offers: copies and cash on both sides. */
export interface TradesApi {
  /**
   * Makes many offers, all or none, as their senders would make them now; for seeds. Gives their ids.
   * Refusals: those of a new offer.
   */
  importOpen(offers: OpenOffer[]): Promise<Result<string[]>>;
}

export interface TradesContext {
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

export const trades: ServiceModule<TradesApi, TradesContext> = {
  name: 'trades',
  methods: { reads: [], writes: ['importOpen'] },
  migrations: { name: 'trades', folder: new URL('./migrations/', import.meta.url) },
  create: createTrades,
};
