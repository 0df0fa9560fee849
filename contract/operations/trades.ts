import { GATE_ERRORS } from '../errors.ts';
import { operation } from '../operation.ts';
import {
  BasisPoints,
  Handle,
  Id,
  IdParams,
  Money,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Time,
  Type,
} from '../schema.ts';
import { CopySummary } from './nfts.ts';

const side = object({
  copyIds: Type.Array(Id, { maxItems: 50, uniqueItems: true }),
  cash: Type.Optional(Money),
});

const Side = object({ copies: Type.Array(CopySummary), cash: Money, fee: Money });

const terms = {
  give: side,
  receive: side,
  message: Type.Optional(Type.String({ maxLength: 500, pattern: '^[^\\u0000]*$' })),
  expiresAt: Type.Optional(Time),
};

export const TradeOffer = object({
  id: Id,
  fromHandle: Handle,
  toHandle: Handle,
  give: Side,
  receive: Side,
  feeBasisPoints: BasisPoints,
  message: Type.String(),
  state: oneOf('open', 'accepted', 'declined', 'withdrawn', 'countered', 'expired', 'void'),
  counterOf: nullable(Id),
  expiresAt: Time,
  createdAt: Time,
  closedAt: nullable(Time),
});

const shared = { service: 'trades', access: 'user', params: IdParams, response: TradeOffer } as const;

export const trades = {
  create: operation({
    service: 'trades',
    method: 'POST',
    path: '/trade-offers',
    summary: 'Offer a trade: copies and cash on both sides',
    access: 'user',
    description:
      'What I give is committed and held until the offer ends; what I ask for stays free until the offer is accepted. A side’s fee is a share of the cash that it gives, rounded down and paid on top: the other side receives the cash in full. One copy at least is part of a trade. It expires after 7 days unless it says otherwise, after 30 at the latest.',
    ownership: 'the owner of the copies given',
    idempotent: true,
    status: 201,
    body: object({ toHandle: Handle, ...terms }),
    response: TradeOffer,
    errors: [
      'trade_with_self',
      'trade_empty',
      'copy_not_owned',
      'copy_committed',
      'copy_away',
      'insufficient_funds',
      'amount_too_large',
      'invalid_schedule',
      ...GATE_ERRORS,
    ],
  }),
  list: operation({
    service: 'trades',
    method: 'GET',
    path: '/trade-offers',
    summary: 'Trade offers from me and to me, newest first',
    access: 'user',
    query: pageQuery({
      direction: Type.Optional(oneOf('sent', 'received')),
      state: Type.Optional(TradeOffer.properties.state),
    }),
    response: page(TradeOffer),
  }),
  get: operation({
    ...shared,
    method: 'GET',
    path: '/trade-offers/:id',
    summary: 'One trade offer of mine',
    ownership: 'either side',
  }),
  thread: operation({
    ...shared,
    method: 'GET',
    path: '/trade-offers/:id/thread',
    summary: 'The whole negotiation that a trade offer of mine belongs to',
    description:
      'The offers that answer one another, the first one first; of a longer negotiation the last hundred.',
    ownership: 'either side',
    response: object({ items: Type.Array(TradeOffer) }),
  }),
  accept: operation({
    ...shared,
    method: 'POST',
    path: '/trade-offers/:id/accept',
    summary: 'Accept: everything moves or nothing',
    idempotent: true,
    ownership: 'the person asked',
    errors: [
      'trade_offer_closed',
      'trade_offer_expired',
      'copy_stale',
      'copy_committed',
      'insufficient_funds',
      ...GATE_ERRORS,
    ],
  }),
  decline: operation({
    ...shared,
    method: 'POST',
    path: '/trade-offers/:id/decline',
    summary: 'Decline',
    idempotent: true,
    ownership: 'the person asked',
    errors: ['trade_offer_closed', 'trade_offer_expired'],
  }),
  counter: operation({
    ...shared,
    method: 'POST',
    path: '/trade-offers/:id/counter',
    summary: 'Answer with another offer; this one ends',
    idempotent: true,
    ownership: 'the person asked',
    status: 201,
    body: object(terms),
    errors: [
      'trade_offer_closed',
      'trade_offer_expired',
      'trade_empty',
      'copy_not_owned',
      'copy_committed',
      'copy_away',
      'insufficient_funds',
      'amount_too_large',
      'invalid_schedule',
      ...GATE_ERRORS,
    ],
  }),
  withdraw: operation({
    ...shared,
    method: 'DELETE',
    path: '/trade-offers/:id',
    summary: 'Take an offer of mine back',
    ownership: 'the sender',
    errors: ['trade_offer_closed', 'trade_offer_expired'],
  }),
};
