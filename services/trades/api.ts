import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import { createTrades } from './service.ts';

/** Trade offers: copies and cash on both sides. Nothing of it is called by other services. */
export type TradesApi = Record<never, never>;

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
  methods: [],
  migrations: { name: 'trades', folder: new URL('./migrations/', import.meta.url) },
  create: createTrades,
};
