import { type EventTypes, formatMoney, type OfferTarget } from '@ece/contract';
import type { NewEvent } from '@ece/platform/outbox/publish';
import type { OfferState } from './domain/offer.ts';
import type { NewOffer } from './offer-store.ts';

/** Who watches an offer: the card's topic, or the set's where it is for any copy of a set. */
function topicOf({ cardId, setId }: NewOffer): string {
  return cardId ? `card:${cardId}` : `set:${setId}`;
}

function targetOf(offer: NewOffer): OfferTarget {
  const { id, scope, copyId, cardId, setId, rarity, category, serialFrom, serialTo, amount } = offer;
  return {
    ...{ offerId: id, scope, copyId, cardId, setId, rarity, category, serialFrom, serialTo },
    amount: formatMoney(amount),
  };
}

function toPerson<T extends keyof EventTypes>(accountId: string, type: T, data: EventTypes[T]): NewEvent {
  return { topic: `user:${accountId}`, type, data: { ...data } };
}

/** The events of a new offer: for everybody, and for the owner of the copy that it names. */
export function madeEvents(offer: NewOffer, buyerHandle: string): NewEvent[] {
  const data: EventTypes['offer.created'] = {
    ...targetOf(offer),
    buyerHandle,
    expiresAt: offer.expiresAt.toISOString(),
  };
  const { expiresAt } = data;
  const { id: offerId, copyId, ownerId } = offer;
  const amount = formatMoney(offer.amount);
  return [
    { topic: topicOf(offer), type: 'offer.created', data: { ...data } },
    ...(copyId && ownerId
      ? [toPerson(ownerId, 'offer.received', { offerId, copyId, amount, buyerHandle, expiresAt })]
      : []),
  ];
}

/** The event of an offer's end, for everybody. */
export function endedEvent(offer: NewOffer, state: Exclude<OfferState, 'open'>): NewEvent {
  const data: EventTypes['offer.ended'] = { ...targetOf(offer), state };
  return { topic: topicOf(offer), type: 'offer.ended', data: { ...data } };
}

/** The events of an offer that ended without a sale: for everybody, and for whom it concerns. */
export function unsoldEvents(offer: NewOffer, state: Exclude<OfferState, 'open' | 'accepted'>): NewEvent[] {
  const { id: offerId, copyId, ownerId, buyerId } = offer;
  const amount = formatMoney(offer.amount);
  const personal: NewEvent[] = [];
  if (state === 'expired') personal.push(toPerson(buyerId, 'offer.expired', { offerId, amount }));
  if (copyId && ownerId) {
    if (state === 'withdrawn') personal.push(toPerson(ownerId, 'offer.withdrawn', { offerId, copyId }));
    if (state === 'declined') personal.push(toPerson(buyerId, 'offer.declined', { offerId, copyId, amount }));
    if (state === 'void') personal.push(toPerson(buyerId, 'offer.void', { offerId, copyId, amount }));
  }
  return [endedEvent(offer, state), ...personal];
}

/** The events of an accepted offer, beside those of the sale: for everybody, and for the buyer. */
export function acceptedEvents(offer: NewOffer, copyId: string, sellerHandle: string): NewEvent[] {
  const amount = formatMoney(offer.amount);
  return [
    endedEvent(offer, 'accepted'),
    toPerson(offer.buyerId, 'offer.accepted', { offerId: offer.id, copyId, amount, sellerHandle }),
  ];
}
