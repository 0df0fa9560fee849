import { type EventTypes, formatMoney, ok, type Result, refuse } from '@ece/contract';
import type { Royalty } from '@ece/nfts';
import { type Tx, transaction } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import {
  bindCopies,
  countSales,
  freeCopies,
  lockCopies,
  passGate,
  type SaleRow,
  salesOf,
  settle,
} from '@ece/vault';
import type { MarketContext } from './api.ts';
import { advance, cancel, checkPrice, isBound, purchase } from './domain/listing.ts';
import { known, presentListings, presentSales } from './present.ts';
import {
  closeListings,
  insertListings,
  type ListingRow,
  lockListing,
  type NewListing,
  readListing,
} from './store.ts';

/** A copy of a seller's and its price in micro-USDC. */
export interface PricedCopy {
  sellerId: string;
  copyId: string;
  price: bigint;
}

interface ListingInput {
  handles: Record<string, string>;
  items: PricedCopy[];
  feeBasisPoints: number;
  royalties: Royalty[];
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
async function prepare(
  { nfts, users, feeBasisPoints }: MarketContext,
  items: PricedCopy[],
): Promise<ListingInput> {
  const copyIds = items.map((item) => item.copyId);
  const [royalties, sets, handles] = await Promise.all([
    nfts.royalties(copyIds),
    nfts.setsOfCopies(copyIds),
    users.handles([...new Set(items.map((item) => item.sellerId))]),
  ]);
  return { handles, items, feeBasisPoints, royalties, sets };
}

async function openListings(tx: Tx, input: ListingInput): Promise<Result<string[]>> {
  const passed = await passGate(tx, { accounts: input.items.map((item) => item.sellerId), sets: input.sets });
  if (!passed.ok) return passed;
  const royalties = new Map(input.royalties.map((royalty) => [royalty.copyId, royalty]));
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
  const listings = planned.map(({ id, copyId, sellerId, price }, index): NewListing => {
    const copy = bound.value[index]!;
    const royalty = royalties.get(copyId);
    return {
      id,
      copyId,
      cardId: copy.cardId,
      sellerId,
      epoch: copy.epoch,
      price,
      feeBasisPoints: input.feeBasisPoints,
      royaltyBasisPoints: royalty?.basisPoints ?? 0,
      royaltyAccountId: royalty?.accountId ?? sellerId,
    };
  });
  await insertListings(tx, listings);
  await publish(
    tx,
    listings.map((listing) => created(listing, input.handles)),
  );
  return ok(planned.map(({ id }) => id));
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
      const [settled] = await settle(tx, [
        {
          venue: 'listing',
          reference: id,
          sellerId: listing.sellerId,
          buyerId: call.accountId,
          price: listing.price,
          feeBasisPoints: listing.feeBasisPoints,
          items: [
            {
              copy: copy!,
              royaltyBasisPoints: listing.royaltyBasisPoints,
              royaltyAccountId: listing.royaltyAccountId,
            },
          ],
        },
      ]);
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
async function voidListing(context: MarketContext, id: string): Promise<void> {
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

/** The event of a listing that ends without its purchase. */
export function endedListing(listing: Pick<ListingRow, 'id' | 'copyId' | 'cardId'>): NewEvent {
  const { id: listingId, copyId, cardId } = listing;
  const data: EventTypes['listing.cancelled'] = { listingId, copyId, cardId };
  return { topic: `card:${cardId}`, type: 'listing.cancelled', data: { ...data } };
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

function created(listing: NewListing, handles: Record<string, string>): NewEvent {
  const data: EventTypes['listing.created'] = {
    listingId: listing.id,
    copyId: listing.copyId,
    cardId: listing.cardId,
    price: formatMoney(listing.price),
    sellerHandle: known(handles, listing.sellerId),
  };
  return { topic: `card:${listing.cardId}`, type: 'listing.created', data: { ...data } };
}

/** The event of a sale, on the card's topic. */
export function completedEvent(sale: SaleRow, handles: Record<string, string>): NewEvent {
  const data: EventTypes['sale.completed'] = {
    saleId: sale.id,
    copyId: sale.copyId,
    cardId: sale.cardId,
    price: formatMoney(sale.price),
    venue: sale.venue,
    sellerHandle: known(handles, sale.sellerId),
    buyerHandle: known(handles, sale.buyerId),
  };
  return { topic: `card:${sale.cardId}`, type: 'sale.completed', data: { ...data } };
}

/** The events of a listing's sale: on the card's topic, and for the seller. */
export function saleEvents(sale: SaleRow, listingId: string, handles: Record<string, string>): NewEvent[] {
  const listingSold: EventTypes['listing.sold'] = {
    listingId,
    copyId: sale.copyId,
    price: formatMoney(sale.price),
    buyerHandle: known(handles, sale.buyerId),
  };
  return [
    completedEvent(sale, handles),
    { topic: `user:${sale.sellerId}`, type: 'listing.sold', data: { ...listingSold } },
  ];
}
