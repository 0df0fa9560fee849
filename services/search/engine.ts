import type { Sort } from './domain/order.ts';

/** What a search engine keeps and answers; PostgreSQL is one, others may follow. See test-conformance.ts. */

export type Kind = 'set' | 'card' | 'copy' | 'person';

/** What answers show beside the fields that are searched by; an engine gives it back as it came. */
export interface Shown {
  handle: string | null;
  setName: string | null;
  number: number | null;
  artworkCid: string | null;
  editionSize: number | null;
  listingId: string | null;
  auctionId: string | null;
  /** Micro-USDC as text. */
  lastSalePrice: string | null;
  size: number | null;
}

/** A thing that can be found. Ids are UUIDv7: their order is that of making. Money is micro-USDC. */
export interface SearchDocument {
  kind: Kind;
  id: string;
  name: string;
  /** Further texts that the thing is known by. */
  known: string[];
  /** A long text; it counts least, and is not searched with mistakes allowed. */
  about: string;
  setCode: string | null;
  rarity: string | null;
  category: string | null;
  /** Of a copy. Its name, `known` and `about` are those of its card, whose document has to be there. */
  cardId: string | null;
  serial: number | null;
  /** Of a copy; null while it is in an outside wallet. */
  ownerId: string | null;
  /** The least price that it can be had for, as far as is known. */
  price: bigint | null;
  listings: number;
  auctions: number;
  /** Of the auction that ends first; Unix milliseconds. */
  auctionEnds: number | null;
  /** The last sale; Unix milliseconds. */
  sold: number | null;
  shown: Shown;
}

/** Everything that narrows a search. What is absent narrows nothing. */
export interface Filters {
  setCodes?: string[];
  rarities?: string[];
  category?: string;
  cardId?: string;
  ownerId?: string;
  priceFrom?: bigint;
  priceTo?: bigint;
  serialFrom?: number;
  serialTo?: number;
  listed?: boolean;
  auctioned?: boolean;
  /** Only with an auction that ends by then; Unix milliseconds. */
  endsBy?: number;
}

export type { Sort } from './domain/order.ts';

export const SORTS: readonly Sort[] = [
  'relevance',
  'newest',
  'cheapest',
  'dearest',
  'ending',
  'recently_sold',
  'serial',
];

export interface SearchQuery {
  /** As somebody typed it. */
  text: string;
  /** One kind, or sets, cards and people together, for which there must be words. */
  kinds: Kind[];
  filters: Filters;
  /** `relevance` without words is `newest`. */
  sort: Sort;
  /** `next` of the page before, with the same query. One that does not fit begins at the start. */
  after?: string;
  limit: number;
  /** Whether to count facets and total. */
  facets: boolean;
  /** Unix milliseconds: auctions that end before this are over. */
  now: number;
}

export type Hit = Omit<SearchDocument, 'known' | 'about'>;

export interface FacetValue {
  value: string;
  count: number;
}

/**
 * How many of what was found there are of each value. A facet is counted without the filter of its own, so
 * that it shows what choosing another value would find.
 */
export interface Facets {
  sets: (FacetValue & { name: string })[];
  rarities: FacetValue[];
  categories: FacetValue[];
  /** By the numbers of `BANDS`. */
  bands: { band: number; count: number }[];
}

export interface SearchResult {
  hits: Hit[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
  /** Not exact: at least as many. */
  total: { count: number; exact: boolean } | null;
  facets: Facets | null;
  /** An engine answered in place of the one that should have. */
  fallback?: true;
}

export type Suggestions = Record<'set' | 'card' | 'person', Hit[]> & { fallback?: true };

/** A rebuild under way; see `SearchEngine.begin`. */
export type Build = string;

/** A query took longer than an engine lets one take. */
export class SearchTooSlow extends Error {
  constructor(cause: unknown) {
    super('the search took too long', { cause });
  }
}

/** What reads an index. */
export interface SearchReader {
  /** Throws `SearchTooSlow`. */
  search(query: SearchQuery): Promise<SearchResult>;
  /** Names that begin with what was typed, best first, `limit` of each kind at the most. Throws `SearchTooSlow`. */
  suggest(text: string, limit: number): Promise<Suggestions>;
}

export interface SearchEngine extends SearchReader {
  /**
   * Writes documents. One that is there with the same or a later version stays as it is. While a rebuild is
   * under way, what it makes gets them too.
   */
  write(documents: SearchDocument[], version: bigint): Promise<void>;
  /** Whether there has been a rebuild yet. */
  isBuilt(): Promise<boolean>;
  /**
   * Begins a new index beside the one that is read. One that was begun before is given up.
   * @param unlessBegun gives undefined where an index is there, or another process has begun one lately
   */
  begin(unlessBegun?: boolean): Promise<Build | undefined>;
  /** Writes documents into the new index alone. Throws where another rebuild has begun since. */
  fill(build: Build, documents: SearchDocument[], version: bigint): Promise<void>;
  /** From now on the new index is read. Throws where another rebuild has begun since. */
  finish(build: Build): Promise<void>;
}
