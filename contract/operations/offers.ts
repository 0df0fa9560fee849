import { GATE_ERRORS } from '../errors.ts';
import { operation } from '../operation.ts';
import {
  Handle,
  Id,
  IdParams,
  Money,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Rarity,
  Time,
  Type,
} from '../schema.ts';
import { Quote, Sale } from './market.ts';
import { CardSummary, CopySummary, SetSummary } from './nfts.ts';

const Serial = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const Category = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\u0000]*$' });
const Scope = oneOf('copy', 'card', 'set');

export const Offer = object(
  {
    id: Id,
    scope: Scope,
    copy: nullable(CopySummary),
    card: nullable(CardSummary),
    set: SetSummary,
    rarity: nullable(Rarity),
    category: nullable(Type.String()),
    serialFrom: nullable(Type.Integer()),
    serialTo: nullable(Type.Integer()),
    buyerHandle: Handle,
    amount: Money,
    quote: Quote,
    state: oneOf('open', 'accepted', 'declined', 'withdrawn', 'expired', 'void'),
    soldCopyId: nullable(Id),
    expiresAt: Time,
    createdAt: Time,
    closedAt: nullable(Time),
  },
  {
    description:
      'An offer on one copy (`copy`), on any copy of a card (`card`) or of a set (`set`). `rarity`, `category` and the serials narrow what it takes. `quote` is what the seller receives.',
  },
);

export const BestOffer = object({
  offerId: Id,
  scope: Scope,
  amount: Money,
  sellerReceives: Money,
  expiresAt: Time,
});

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const Ids = Type.String({
  pattern: `^${UUID}(,${UUID}){0,99}$`,
  maxLength: 3_700,
  description: 'Up to 100 ids with commas between them',
});

const shared = { service: 'market', params: IdParams, access: 'user' } as const;

/** Calls about offers. They belong to the market. */
export const offers = {
  createOffer: operation({
    service: 'market',
    method: 'POST',
    path: '/offers',
    summary: 'Offer to buy a copy, any copy of a card, or any copy of a set',
    access: 'user',
    description:
      'Names one of `copyId`, `cardId` and `setId`. `rarity` and `category` narrow an offer on a set, serials one on a set or a card. The amount is held until the offer ends. It expires after 7 days unless it says otherwise, after 30 at the latest. One offer buys one copy.',
    idempotent: true,
    status: 201,
    body: object({
      copyId: Type.Optional(Id),
      cardId: Type.Optional(Id),
      setId: Type.Optional(Id),
      rarity: Type.Optional(Rarity),
      category: Type.Optional(Category),
      serialFrom: Type.Optional(Serial),
      serialTo: Type.Optional(Serial),
      amount: Money,
      expiresAt: Type.Optional(Time),
    }),
    response: Offer,
    errors: [
      'own_copy',
      'copy_away',
      'amount_too_small',
      'amount_too_large',
      'invalid_schedule',
      'insufficient_funds',
      'too_many_offers',
      ...GATE_ERRORS,
    ],
  }),
  listOffers: operation({
    service: 'market',
    method: 'GET',
    path: '/offers',
    summary: 'Open offers for a copy, a card or a set, best first',
    access: 'public',
    description:
      'Names one of the three. For a copy: every offer that it could be sold to. For a card: those on any of its copies, made on the card or its set. For a set: those on any copy of it.',
    query: pageQuery({
      copyId: Type.Optional(Id),
      cardId: Type.Optional(Id),
      setId: Type.Optional(Id),
    }),
    response: page(Offer),
  }),
  bestOffers: operation({
    service: 'market',
    method: 'GET',
    path: '/offers/best',
    summary: 'The best open offer for each of some copies and cards',
    access: 'public',
    description:
      'For a copy: the best that its owner could accept, so none of their own. For a card: the best that takes any of its copies, whatever the serial.',
    query: object({ copyIds: Type.Optional(Ids), cardIds: Type.Optional(Ids) }),
    response: object({
      copies: Type.Array(object({ copyId: Id, best: nullable(BestOffer) })),
      cards: Type.Array(object({ cardId: Id, best: nullable(BestOffer) })),
    }),
  }),
  sentOffers: operation({
    service: 'market',
    method: 'GET',
    path: '/offers/sent',
    summary: 'Offers of mine, newest first',
    access: 'user',
    query: pageQuery({ state: Type.Optional(Offer.properties.state) }),
    response: page(Offer),
  }),
  receivedOffers: operation({
    service: 'market',
    method: 'GET',
    path: '/offers/received',
    summary: 'Open offers that I could accept with what I hold, best first',
    access: 'user',
    description:
      '`copies` are copies of mine that the offer takes, those that are free or listed, the lowest serials first, 20 at the most. A page may hold fewer offers than asked for and still have a next one.',
    query: pageQuery({}),
    response: page(object({ offer: Offer, copies: Type.Array(CopySummary) })),
  }),
  getOffer: operation({
    ...shared,
    method: 'GET',
    path: '/offers/:id',
    summary: 'One offer',
    access: 'public',
    response: Offer,
  }),
  acceptOffer: operation({
    ...shared,
    method: 'POST',
    path: '/offers/:id/accept',
    summary: 'Sell a copy of mine to an offer, at the amount that I saw',
    description: 'The copy is free or listed; its listing ends with the sale.',
    ownership: 'the owner of the copy in the body',
    idempotent: true,
    body: object({ copyId: Id, amount: Money }),
    response: Sale,
    errors: [
      'offer_closed',
      'offer_expired',
      'own_offer',
      'offer_mismatch',
      'price_changed',
      'copy_not_owned',
      'copy_committed',
      'copy_away',
      'copy_stale',
      ...GATE_ERRORS,
    ],
  }),
  declineOffer: operation({
    ...shared,
    method: 'POST',
    path: '/offers/:id/decline',
    summary: 'Decline an offer on a copy of mine',
    description: 'Offers on a card or a set are made to all of its owners and cannot be declined by one.',
    ownership: 'the owner of the copy that the offer names',
    idempotent: true,
    response: Offer,
    errors: ['offer_closed', 'offer_expired', 'offer_not_personal'],
  }),
  withdrawOffer: operation({
    ...shared,
    method: 'DELETE',
    path: '/offers/:id',
    summary: 'Take an offer of mine back',
    ownership: 'the buyer',
    response: Offer,
    errors: ['offer_closed', 'offer_expired'],
  }),
};
