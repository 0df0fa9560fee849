import type { AuctionsApi } from '@ece/auctions';
import type { MarketApi } from '@ece/market';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { EngineSettings } from './remote.ts';
import { createSearch } from './service.ts';

export type { EngineSettings };

/** Search over sets, cards, people and copies. Nothing of it is called by other services. */
export type SearchApi = Record<never, never>;

export interface SearchContext {
  db: Database;
  users: UsersApi;
  nfts: NftsApi;
  market: MarketApi;
  auctions: AuctionsApi;
  /** Elasticsearch or OpenSearch, which is asked before PostgreSQL where it is there. */
  engine?: { settings: EngineSettings; log: Logger; metrics: Metrics } | undefined;
  /** Where the exchange is reached from outside; addresses of artwork begin with it. */
  publicUrl: string;
}

export const search: ServiceModule<SearchApi, SearchContext> = {
  name: 'search',
  methods: { reads: [], writes: [] },
  migrations: { name: 'search', folder: new URL('./migrations/', import.meta.url) },
  create: createSearch,
};
