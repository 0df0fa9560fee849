import { type EventTypes, formatMoney } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import type { SaleRow } from '@ece/vault';
import { known } from './present.ts';
import type { ListingRow, NewListing } from './store.ts';

/** The event of a new listing. */
export function createdListing(listing: NewListing, handles: Record<string, string>): NewEvent {
  const data: EventTypes['listing.created'] = {
    listingId: listing.id,
    copyId: listing.copyId,
    cardId: listing.cardId,
    price: formatMoney(listing.price),
    sellerHandle: known(handles, listing.sellerId),
  };
  return { topic: `card:${listing.cardId}`, type: 'listing.created', data: { ...data } };
}

/** The event of a listing that ends without its purchase. */
export function endedListing(listing: Pick<ListingRow, 'id' | 'copyId' | 'cardId'>): NewEvent {
  const { id: listingId, copyId, cardId } = listing;
  const data: EventTypes['listing.cancelled'] = { listingId, copyId, cardId };
  return { topic: `card:${cardId}`, type: 'listing.cancelled', data: { ...data } };
}

/** The event of a listing's new price. */
export function repricedListing(
  listing: ListingRow,
  price: bigint,
  handles: Record<string, string>,
): NewEvent {
  const data: EventTypes['listing.repriced'] = {
    listingId: listing.id,
    copyId: listing.copyId,
    cardId: listing.cardId,
    price: formatMoney(price),
    previousPrice: formatMoney(listing.price),
    sellerHandle: known(handles, listing.sellerId),
  };
  return { topic: `card:${listing.cardId}`, type: 'listing.repriced', data: { ...data } };
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
