import { ok, type Result, refuse } from '@ece/contract';
import type { Royalty } from '@ece/nfts';
import { type Tx, transaction } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import {
  bindCopies,
  type CopyRow,
  countSales,
  freeCopies,
  lockCopies,
  passGate,
  type SaleRow,
  type Settlement,
  salesOf,
  settle,
} from '@ece/vault';
import type { MarketContext } from './api.ts';
import { advance, cancel, checkPrice, isBound, purchase, reprice } from './domain/listing.ts';
import { createdListing, endedListing, repricedListing, saleEvents } from './listing-events.ts';
import { presentListings, presentSales } from './present.ts';
import {
  closeListings,
  insertListings,
  type ListingRow,
  lockListing,
  type NewListing,
  readListing,
  setPrices,
} from './store.ts';

/** A copy of a seller's and its price in micro-USDC. */
export interface PricedCopy {
  sellerId: string;
  copyId: string;
  price: bigint;
}

/** What listings need of the neighbours. */
export interface ListingInput {
  handles: Record<string, string>;
  items: PricedCopy[];
  feeBasisPoints: number;
  /** By copy. */
  royalties: Map<string, Royalty>;
  /** The sets of the copies. */
  sets: string[];
}

/** Lists a copy at a fixed price under the caller's key. See the contract for its refusals. */
export async function createListing(
  context: MarketContext,
  call: CallKey,
  item: Omit<PricedCopy, 'sellerId'>,
) {
  const input = await prepare(context, [{ sellerId: call.accountId, ...item }]);
  const result = await once(
    context.db,
    call,
    async (tx) => {
      const ids = await openListings(tx, input);
      return ids.ok ? ok({ id: ids.value[0]! }) : ids;
    },
    ({ id }) => showListing(context, id),
  );
  if (result.ok) context.hint();
  return result;
}

/** Lists copies, all or none. Gives the listings' ids in the order of the items. */
export async function listMany(context: MarketContext, items: PricedCopy[]): Promise<Result<string[]>> {
  const input = await prepare(context, items);
  const result = await transaction(context.db, (tx) => openListings(tx, input));
  if (result.ok) context.hint();
  return result;
}

/** Reads what a listing needs of the neighbours, before the transaction: inside it nobody is called. */
export async function prepare(
  { nfts, users, feeBasisPoints }: MarketContext,
  items: PricedCopy[],
): Promise<ListingInput> {
  const copyIds = items.map((item) => item.copyId);
  const [royalties, sets, handles] = await Promise.all([
    nfts.royalties(copyIds),
    nfts.setsOfCopies(copyIds),
    users.handles([...new Set(items.map((item) => item.sellerId))]),
  ]);
  const byCopy = new Map(royalties.map((royalty) => [royalty.copyId, royalty]));
  return { handles, items, feeBasisPoints, royalties: byCopy, sets };
}

async function openListings(tx: Tx, input: ListingInput): Promise<Result<string[]>> {
  const passed = await passGate(tx, { accounts: input.items.map((item) => item.sellerId), sets: input.sets });
  if (!passed.ok) return passed;
  const planned = input.items.map((item) => ({ id: newId(), ...item }));
  for (const { price } of planned) {
    const priced = checkPrice(price);
    if (!priced.ok) return priced;
  }
  const bound = await bindCopies(
    tx,
    planned.map(({ id, copyId, sellerId }) => ({
      copyId,
      ownerId: sellerId,
      commitment: { kind: 'listing', id },
    })),
  );
  if (!bound.ok) return bound;
  const listings = planned.map((item, index) => toListing(input, item, bound.value[index]!));
  await insertListings(tx, listings);
  await publish(
    tx,
    listings.map((listing) => createdListing(listing, input.handles)),
  );
  return ok(planned.map(({ id }) => id));
}

/** A listing of a bound copy with the terms of this moment. */
export function toListing(
  { feeBasisPoints, royalties }: ListingInput,
  { id, sellerId, price }: PricedCopy & { id: string },
  copy: CopyRow,
): NewListing {
  const royalty = royalties.get(copy.id);
  return {
    id,
    copyId: copy.id,
    cardId: copy.cardId,
    sellerId,
    epoch: copy.epoch,
    price,
    feeBasisPoints,
    royaltyBasisPoints: royalty?.basisPoints ?? 0,
    royaltyAccountId: royalty?.accountId ?? sellerId,
  };
}

/**
 * Buys at the price that the buyer saw, under the buyer's key: money, copy, fee and royalty move in one
 * transaction. See the contract for its refusals.
 */
export async function purchaseListing(context: MarketContext, call: CallKey, id: string, seen: bigint) {
  const { db, nfts, users } = context;
  const found = await readListing(db, id);
  if (!found) return refuse('not_found');
  const accounts = [call.accountId, found.sellerId];
  const [handles, sets] = await Promise.all([users.handles(accounts), nfts.setsOfCopies([found.copyId])]);
  let sold: SaleRow | undefined;
  let dead = false;
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const passed = await passGate(tx, { accounts, sets });
      if (!passed.ok) return passed;
      const listing = await lockListing(tx, id);
      if (!listing) return refuse('not_found');
      const allowed = purchase(listing, call.accountId, seen);
      if (!allowed.ok) return allowed;
      const copy = (await lockCopies(tx, [listing.copyId])).get(listing.copyId);
      dead = !isBound(listing, copy);
      if (dead) return refuse('listing_closed', undefined, { state: 'void' });
      const [settled] = await settle(tx, [toSettlement(listing, copy!, call.accountId)]);
      if (!settled!.ok) return settled!;
      sold = settled!.value[0]!;
      await Promise.all([closeListings(tx, [id], 'sold'), publish(tx, saleEvents(sold, id, handles))]);
      return ok({ id: sold.id });
    },
    () => showSale(context, id),
  );
  if (result.ok) context.hint();
  if (result.ok && sold) countSales(context.metrics, [sold]);
  if (dead) await voidListing(context, id);
  return result;
}

/** The sale of a listing to a buyer; its copy is locked and bound to it. */
export function toSettlement(listing: ListingRow, copy: CopyRow, buyerId: string): Settlement {
  const { royaltyBasisPoints, royaltyAccountId } = listing;
  return {
    venue: 'listing',
    reference: listing.id,
    sellerId: listing.sellerId,
    buyerId,
    price: listing.price,
    feeBasisPoints: listing.feeBasisPoints,
    items: [{ copy, royaltyBasisPoints, royaltyAccountId }],
  };
}

/** Changes the price of a listing, for its seller. See the contract for its refusals. */
export async function repriceListing(context: MarketContext, sellerId: string, id: string, price: bigint) {
  const { db, nfts, users } = context;
  const found = await readListing(db, id);
  if (!found) return refuse('not_found');
  const [handles, sets] = await Promise.all([
    users.handles([found.sellerId]),
    nfts.setsOfCopies([found.copyId]),
  ]);
  const result = await transaction(db, async (tx): Promise<Result<void>> => {
    const passed = await passGate(tx, { accounts: [sellerId], sets });
    if (!passed.ok) return passed;
    const listing = await lockListing(tx, id);
    if (!listing) return refuse('not_found');
    const allowed = reprice(listing, sellerId, price);
    if (!allowed.ok) return allowed;
    await setPrices(tx, [{ id, price }]);
    await publish(tx, [repricedListing(listing, price, handles)]);
    return ok(undefined);
  });
  if (!result.ok) return result;
  context.hint();
  return ok(await showListing(context, id));
}

/** Takes a listing back; the copy is free again. Refusals: `not_found`, `forbidden`, `listing_closed`. */
export async function cancelListing(context: MarketContext, sellerId: string, id: string) {
  const result = await transaction(context.db, async (tx): Promise<Result<void>> => {
    const listing = await lockListing(tx, id);
    if (!listing) return refuse('not_found');
    const allowed = cancel(listing, sellerId);
    if (!allowed.ok) return allowed;
    await end(tx, listing, 'cancelled');
    return ok(undefined);
  });
  if (!result.ok) return result;
  context.hint();
  return ok(await showListing(context, id));
}

/** Ends a listing whose copy has moved by another way than a purchase: it can never be sold. */
export async function voidListing(context: MarketContext, id: string): Promise<void> {
  await transaction(context.db, async (tx) => {
    const listing = await lockListing(tx, id);
    if (listing && advance(listing.state, 'void').ok) await end(tx, listing, 'void');
    return ok(undefined);
  });
  context.hint();
}

async function end(tx: Tx, listing: ListingRow, state: 'cancelled' | 'void'): Promise<void> {
  await freeCopies(tx, [listing.id]);
  await closeListings(tx, [listing.id], state);
  await publish(tx, [endedListing(listing)]);
}

async function showListing(context: MarketContext, id: string) {
  const row = await readListing(context.db, id);
  const [listing] = await presentListings(context, [row!]);
  return listing!;
}

/** The one sale of a listing or an offer as the contract shows it. */
export async function showSale(context: MarketContext, reference: string) {
  const [sale] = await presentSales(context, await salesOf(context.db, reference));
  return sale!;
}
