import type { entities, Result, Static } from '@ece/contract';
import type { Origin } from '@ece/platform/audit/audit';
import type { ChainClient } from '@ece/platform/chain/client';
import type { Sender } from '@ece/platform/chain/sender';
import type { ContentStore } from '@ece/platform/content/content-store';
import type { Database } from '@ece/platform/db/database';
import type { KeyStore } from '@ece/platform/keys/index';
import type { Logger } from '@ece/platform/log/log';
import type { ServiceModule } from '@ece/platform/service';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { UsersApi } from '@ece/users';
import type { WalletApi } from '@ece/wallet';
import type { PastMints } from './history.ts';
import { createNfts } from './service.ts';
import type { CardRow, SetRow } from './store.ts';

export { contentUrl } from './domain/metadata.ts';

/** What a list shows of a copy. */
export type CopySummary = Static<typeof entities.CopySummary>;

/** Who earns a royalty on the sales of a copy. */
export interface Royalty {
  copyId: string;
  basisPoints: number;
  accountId: string;
}

/** What never changes about a card. */
export type CardFacts = Static<typeof entities.CardSummary>;

/** What never changes about a set: also who earns how much on the sales of its copies. */
export interface SetFacts {
  id: string;
  code: string;
  name: string;
  royaltyBasisPoints: number;
  creatorId: string;
}

/** What a set is, for whoever keeps a copy of it. `cards` counts its designs. */
export type SetRecord = Pick<SetRow, 'id' | 'code' | 'name' | 'description' | 'createdAt'> & {
  cards: number;
};

/** What a card is, for whoever keeps a copy of it. */
export type CardRecord = Omit<CardRow, 'artworkType'>;

/** Some things by their ids, or those behind an id in the order of ids, `limit` at the most. */
export type Selection = { ids: string[] } | { after: string | undefined; limit: number };

/** A line of a catalogue that was refused. Line 1 is the header. */
export interface CatalogueIssue {
  line: number;
  message: string;
}

/** Cards: sets, designs, artwork, minting, and the way of copies out to wallets and back. */
export interface NftsApi {
  /** What lists show of copies, by id; unknown ids are left out. */
  summaries(copyIds: string[]): Promise<Record<string, CopySummary>>;
  royalties(copyIds: string[]): Promise<Royalty[]>;
  /** Cards by id; unknown ids are left out. */
  cardFacts(cardIds: string[]): Promise<Record<string, CardFacts>>;
  /** Sets by id; unknown ids are left out. */
  setFacts(setIds: string[]): Promise<Record<string, SetFacts>>;
  /** The set of a code. */
  setByCode(code: string): Promise<SetFacts | undefined>;
  /** Sets as they are now, in the order of their ids. */
  sets(selection: Selection): Promise<SetRecord[]>;
  /** Cards as they are now, in the order of their ids. */
  cards(selection: Selection): Promise<CardRecord[]>;
  /** The sets of some copies, each once; what the gate of the vault asks. Unknown ids are left out. */
  setsOfCopies(copyIds: string[]): Promise<string[]>;
  /** The cards of a set with numbers above one, by number, `limit` at the most. */
  cardsOfSet(setId: string, after: number, limit: number): Promise<CardRecord[]>;
  /**
   * What follows is kept in the audit trail as done by `by`, or by the exchange itself where that is absent.
   * Imports a catalogue, all rows or none. `artwork` maps the file names of the CSV to CIDs in the content
   * store. Refusal: `import_rejected` with `data.issues`, a list of `CatalogueIssue`.
   */
  importCatalogue(input: {
    csv: string;
    artwork: Record<string, string>;
    creatorId: string;
    dryRun?: boolean;
    by?: Origin;
  }): Promise<Result<{ sets: number; cards: number; dryRun: boolean }>>;
  /** Makes the next copies of a card and asks for their mint. Refusals: `not_found`, `edition_exhausted`. */
  mint(input: { cardId: string; quantity: number; ownerId: string; by?: Origin }): Promise<Result<string[]>>;
  /**
   * Brings in a set whose copies were minted before, on a local chain that takes accounts; for seeds. Gives
   * the ids of each card's copies by serial. Refusals: `not_found`, `edition_exhausted`.
   */
  importMinted(past: PastMints): Promise<Result<string[][]>>;
  /** How many copies wait for their mint and how many are final. */
  mintProgress(): Promise<{ pending: number; final: number }>;
}

export interface NftsContext {
  db: Database;
  chain: ChainClient;
  sender: Sender;
  keys: KeyStore;
  content: ContentStore;
  users: UsersApi;
  wallet: WalletApi;
  log: Logger;
  metrics: Metrics;
  /** Wakes this process's event relay after a commit. */
  hint(): void;
  /** Where the exchange is reached from outside; artwork and metadata addresses begin with it. */
  publicUrl: string;
  defaultRoyaltyBasisPoints: number;
  pollMs: number;
}

export const nfts: ServiceModule<NftsApi, NftsContext> = {
  name: 'nfts',
  methods: {
    reads: [
      'summaries',
      'royalties',
      'cardFacts',
      'setFacts',
      'sets',
      'cards',
      'cardsOfSet',
      'setsOfCopies',
      'setByCode',
      'mintProgress',
    ],
    writes: ['importCatalogue', 'mint', 'importMinted'],
  },
  migrations: { name: 'nfts', folder: new URL('./migrations/', import.meta.url) },
  create: createNfts,
};
