import { type entities, formatMoney, type Static } from '@ece/contract';
import { freezesOf, type SaleRow, splitPrice } from '@ece/vault';
import type { MarketContext } from './api.ts';
import type { ListingRow } from './store.ts';

/** What answers need of the neighbours. */
export type Hydration = Pick<MarketContext, 'db' | 'nfts' | 'users'>;

/** What a seller receives at a price under given terms. */
export function presentQuote(
  price: bigint,
  feeBasisPoints: number,
  royaltyBasisPoints: number,
): Static<typeof entities.Quote> {
  const split = splitPrice(price, feeBasisPoints, royaltyBasisPoints);
  return {
    price: formatMoney(split.price),
    fee: formatMoney(split.fee),
    royalty: formatMoney(split.royalty),
    sellerReceives: formatMoney(split.sellerReceives),
    feeBasisPoints,
  };
}

/** Listings as the contract shows them, in their order; one call to each neighbour for all of them. */
export async function presentListings(
  { db, nfts, users }: Hydration,
  rows: ListingRow[],
): Promise<Static<typeof entities.Listing>[]> {
  if (rows.length === 0) return [];
  const sellers = distinct(rows.map((row) => row.sellerId));
  const [summaries, handles, frozen] = await Promise.all([
    nfts.summaries(distinct(rows.map((row) => row.copyId))),
    users.handles(sellers),
    freezesOf(db, sellers),
  ]);
  return rows.map((row) => ({
    id: row.id,
    copy: known(summaries, row.copyId),
    sellerHandle: known(handles, row.sellerId),
    price: formatMoney(row.price),
    quote: presentQuote(row.price, row.feeBasisPoints, row.royaltyBasisPoints),
    state: row.state,
    available: row.state === 'open' && !frozen.has(row.sellerId),
    createdAt: row.createdAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  }));
}

/** Sales as the contract shows them, in their order; one call to each neighbour for all of them. */
export async function presentSales(
  { nfts, users }: Hydration,
  rows: SaleRow[],
): Promise<Static<typeof entities.Sale>[]> {
  if (rows.length === 0) return [];
  const [summaries, handles] = await Promise.all([
    nfts.summaries(distinct(rows.map((row) => row.copyId))),
    users.handles(distinct(rows.flatMap((row) => [row.sellerId, row.buyerId]))),
  ]);
  return rows.map((row) => ({
    id: row.id,
    copy: known(summaries, row.copyId),
    venue: row.venue,
    sellerHandle: known(handles, row.sellerId),
    buyerHandle: known(handles, row.buyerId),
    price: formatMoney(row.price),
    fee: formatMoney(row.fee),
    royalty: formatMoney(row.royalty),
    at: row.at.toISOString(),
  }));
}

/** The same ids, each once. */
export function distinct(ids: string[]): string[] {
  return [...new Set(ids)];
}

/**
 * The entry of an id that a row of ours names.
 * @throws when there is none, which is a bug
 */
export function known<T>(entries: Record<string, T>, id: string): T {
  const entry = entries[id];
  if (entry === undefined) throw new Error(`nothing is known of ${id}`);
  return entry;
}
