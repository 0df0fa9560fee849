import type { AuctionsApi } from '@ece/auctions';
import type { MarketApi } from '@ece/market';
import type { NftsApi } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { ServiceModule } from '@ece/platform/service';
import type { UsersApi } from '@ece/users';
import { createSearch } from './service.ts';

/** Search over sets, cards, people and copies. Nothing of it is called by other services. */
export type SearchApi = Record<never, never>;

export interface SearchContext {
  db: Database;
  users: UsersApi;
  nfts: NftsApi;
  market: MarketApi;
  auctions: AuctionsApi;
  /** Where the exchange is reached from outside; addresses of artwork begin with it. */
  publicUrl: string;
}

export const search: ServiceModule<SearchApi, SearchContext> = {
  name: 'search',
  methods: { reads: [], writes: [] },
  migrations: { name: 'search', folder: new URL('./migrations/', import.meta.url) },
  create: createSearch,
};
