import { formatMoney, ok, type Result, refuse } from '@ece/contract';

export type OfferState = 'open' | 'accepted' | 'declined' | 'withdrawn' | 'expired' | 'void';
export type PersonalOfferAction = 'accept' | 'decline' | 'withdraw';
/** What people do to an offer, or happens to it: its time runs out, or the copy that it names changes hands. */
export type OfferAction = PersonalOfferAction | 'expire' | 'void';

/** Most open offers of one person: what they ask of the exchange is bounded, however little each holds. */
export const MOST_OPEN_OFFERS = 1_000;

const TRANSITIONS: Record<OfferState, Partial<Record<OfferAction, OfferState>>> = {
  open: { accept: 'accepted', decline: 'declined', withdraw: 'withdrawn', expire: 'expired', void: 'void' },
  accepted: {},
  declined: {},
  withdrawn: {},
  expired: {},
  void: {},
};

/** The state after an action, or `offer_closed`: every state but `open` is final. */
export function advanceOffer(state: OfferState, action: OfferAction): Result<OfferState> {
  const next = TRANSITIONS[state][action];
  return next ? ok(next) : refuse('offer_closed', undefined, { state });
}

/** What the rules read of an offer. */
export interface OfferTerms {
  buyerId: string;
  /** The owner of the copy that it names. */
  ownerId: string | null;
  amount: bigint;
  state: OfferState;
  expiresAt: Date;
}

/** The state after an action by somebody who may do it. From its expiry on nothing can be done to an offer. */
function inTime(offer: OfferTerms, action: PersonalOfferAction, now: Date): Result<OfferState> {
  const next = advanceOffer(offer.state, action);
  if (next.ok && now >= offer.expiresAt) return refuse('offer_expired');
  return next;
}

/**
 * The state after somebody accepts at the amount that they saw. That their copy fits is another question.
 * @returns or `offer_closed`, `offer_expired`, `own_offer`, `price_changed` with the amount in `data`
 */
export function accept(offer: OfferTerms, sellerId: string, seen: bigint, now: Date): Result<OfferState> {
  const next = inTime(offer, 'accept', now);
  if (!next.ok) return next;
  if (offer.buyerId === sellerId) return refuse('own_offer');
  if (offer.amount !== seen) {
    return refuse('price_changed', undefined, { amount: formatMoney(offer.amount) });
  }
  return next;
}

/**
 * The state after somebody declines. An offer on a card or a set stands for its other owners.
 * @returns or `offer_not_personal`, `forbidden`, `offer_closed`, `offer_expired`
 */
export function decline(offer: OfferTerms, actorId: string, now: Date): Result<OfferState> {
  if (offer.ownerId === null) return refuse('offer_not_personal');
  if (offer.ownerId !== actorId) return refuse('forbidden', 'Only the owner of the copy declines.');
  return inTime(offer, 'decline', now);
}

/** The state after somebody takes the offer back, or `forbidden`, `offer_closed`, `offer_expired`. */
export function withdraw(offer: OfferTerms, actorId: string, now: Date): Result<OfferState> {
  if (offer.buyerId !== actorId) return refuse('forbidden', 'Only the buyer takes an offer back.');
  return inTime(offer, 'withdraw', now);
}

/** A copy as it is now. */
export interface SoldCopyState {
  ownerId: string;
  epoch: bigint;
  commitment: { kind: string; id: string } | null;
}

/**
 * Whether a copy can be sold to an offer that takes it: it is the seller's, in the epoch that the offer names
 * where it names one, and free or bound to the listing that ends with the sale.
 * @returns `copy_away`, `copy_not_owned`, `copy_stale`, `copy_committed`
 */
export function checkSellable(
  copy: SoldCopyState,
  offer: { epoch: bigint | null; listingId: string | undefined },
  sellerId: string,
  outsideId: string,
): Result<void> {
  if (copy.ownerId === outsideId) return refuse('copy_away');
  if (copy.ownerId !== sellerId) return refuse('copy_not_owned');
  if (offer.epoch !== null && copy.epoch !== offer.epoch) return refuse('copy_stale');
  if (copy.commitment && copy.commitment.id !== offer.listingId) {
    return refuse('copy_committed', undefined, { commitment: copy.commitment.kind });
  }
  return ok(undefined);
}
