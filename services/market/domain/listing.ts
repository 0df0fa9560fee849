import { formatMoney, MAX_AMOUNT, MICRO, ok, type Result, refuse } from '@ece/contract';

export type ListingState = 'open' | 'sold' | 'cancelled' | 'void';
export type ListingAction = 'purchase' | 'cancel' | 'void';

const TRANSITIONS: Record<ListingState, Partial<Record<ListingAction, ListingState>>> = {
  open: { purchase: 'sold', cancel: 'cancelled', void: 'void' },
  sold: {},
  cancelled: {},
  void: {},
};

/**
 * The least price of a listing in micro-USDC: one cent. Fees and royalties are rounded down, so that below a
 * cent they would come to nothing, and worthless sales would distort the prices that cards are valued by.
 */
export const MINIMUM_PRICE = MICRO / 100n;

/** The state after an action, or `listing_closed`: every state but `open` is final. */
export function advance(state: ListingState, action: ListingAction): Result<ListingState> {
  const next = TRANSITIONS[state][action];
  return next ? ok(next) : refuse('listing_closed', undefined, { state });
}

/** Whether copies may be listed at a price in micro-USDC: `amount_too_small`, `amount_too_large`. */
export function checkPrice(price: bigint): Result<void> {
  if (price < MINIMUM_PRICE) {
    return refuse('amount_too_small', 'A price is one cent or more.', {
      minimum: formatMoney(MINIMUM_PRICE),
    });
  }
  if (price > MAX_AMOUNT) {
    return refuse('amount_too_large', 'A price is a billion USDC at the most.', {
      maximum: formatMoney(MAX_AMOUNT),
    });
  }
  return ok(undefined);
}

/** What the rules read of a listing. */
export interface ListingTerms {
  id: string;
  sellerId: string;
  price: bigint;
  epoch: bigint;
  state: ListingState;
}

/**
 * The state after a purchase at the price that the buyer saw, or `listing_closed`, `own_listing`,
 * `price_changed` with the present price in `data`.
 */
export function purchase(listing: ListingTerms, buyerId: string, seen: bigint): Result<ListingState> {
  const next = advance(listing.state, 'purchase');
  if (!next.ok) return next;
  if (listing.sellerId === buyerId) return refuse('own_listing');
  if (listing.price !== seen)
    return refuse('price_changed', undefined, { price: formatMoney(listing.price) });
  return next;
}

/**
 * Whether somebody may change a listing's price to another: `forbidden` to everybody but the seller,
 * `listing_closed`, `amount_too_small`, `amount_too_large`.
 */
export function reprice(listing: ListingTerms, actorId: string, price: bigint): Result<void> {
  if (listing.sellerId !== actorId) return refuse('forbidden', 'Only the seller changes the price.');
  if (listing.state !== 'open') return refuse('listing_closed', undefined, { state: listing.state });
  return checkPrice(price);
}

/** The state after a cancellation, or `forbidden` to everybody but the seller, `listing_closed`. */
export function cancel(listing: ListingTerms, actorId: string): Result<ListingState> {
  if (listing.sellerId !== actorId) return refuse('forbidden', 'Only the seller takes a listing back.');
  return advance(listing.state, 'cancel');
}

/** Whether a copy is still the seller's, in the epoch of the listing and bound to it; if not, the listing is dead. */
export function isBound(
  listing: ListingTerms,
  copy: { ownerId: string; epoch: bigint; commitment: { id: string } | null } | undefined,
): boolean {
  return (
    copy?.ownerId === listing.sellerId && copy.epoch === listing.epoch && copy.commitment?.id === listing.id
  );
}
