import { ok, type Result, refuse } from '@ece/contract';

export type OfferState = 'open' | 'accepted' | 'declined' | 'withdrawn' | 'countered' | 'expired' | 'void';

/** What people do to an offer. */
export type PersonalAction = 'accept' | 'decline' | 'withdraw' | 'counter';
/** What happens to it by itself: its time runs out, or a copy of it changes hands. */
export type OfferAction = PersonalAction | 'expire' | 'void';

const TRANSITIONS: Record<OfferState, Partial<Record<OfferAction, OfferState>>> = {
  open: {
    accept: 'accepted',
    decline: 'declined',
    withdraw: 'withdrawn',
    counter: 'countered',
    expire: 'expired',
    void: 'void',
  },
  accepted: {},
  declined: {},
  withdrawn: {},
  countered: {},
  expired: {},
  void: {},
};

/** The side that may do it. */
const ACTOR: Record<PersonalAction, 'fromId' | 'toId'> = {
  accept: 'toId',
  decline: 'toId',
  counter: 'toId',
  withdraw: 'fromId',
};

/** What the rules read of an offer. */
export interface OfferTerms {
  fromId: string;
  toId: string;
  state: OfferState;
  expiresAt: Date;
}

/** The state after an action, or `trade_offer_closed`: every state but `open` is final. */
export function advance(state: OfferState, action: OfferAction): Result<OfferState> {
  const next = TRANSITIONS[state][action];
  return next ? ok(next) : refuse('trade_offer_closed', undefined, { state });
}

/** Whether an account is one of the two sides; nobody else learns that the offer exists. */
export function isSide(offer: Pick<OfferTerms, 'fromId' | 'toId'>, accountId: string): boolean {
  return offer.fromId === accountId || offer.toId === accountId;
}

/**
 * The state after somebody's action at a time. From the instant of its expiry nobody can do anything to an
 * offer, whether or not it is already marked as expired.
 * @returns `not_found` to outsiders, `forbidden` to the wrong side, `trade_offer_closed`, `trade_offer_expired`
 */
export function decide(
  offer: OfferTerms,
  action: PersonalAction,
  actorId: string,
  now: Date,
): Result<OfferState> {
  if (!isSide(offer, actorId)) return refuse('not_found');
  if (offer[ACTOR[action]] !== actorId) {
    const who = action === 'withdraw' ? 'Only the sender may do this.' : 'Only the person asked may do this.';
    return refuse('forbidden', who);
  }
  const next = advance(offer.state, action);
  if (!next.ok) return next;
  if (now >= offer.expiresAt) return refuse('trade_offer_expired');
  return next;
}
