import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { IncrementRow } from './domain/increments.ts';
import { createAuctions } from './service.ts';

export { DEFAULT_INCREMENTS, type IncrementRow, parseIncrements } from './domain/increments.ts';

/** English auctions with proxy bidding. Nothing of it is called by other services. */
export type AuctionsApi = Record<never, never>;

export interface AuctionsContext {
  db: Database;
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
  methods: [],
  migrations: { name: 'auctions', folder: new URL('./migrations/', import.meta.url) },
  create: createAuctions,
};
