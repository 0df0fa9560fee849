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

export const Quote = object({
  price: Money,
  fee: Money,
  royalty: Money,
  sellerReceives: Money,
  feeBasisPoints: BasisPoints,
});

export const Listing = object({
  id: Id,
  copy: CopySummary,
  sellerHandle: Handle,
  price: Money,
  quote: Quote,
  state: oneOf('open', 'sold', 'cancelled', 'void'),
  available: Type.Boolean({
    description: 'Open, and its seller can sell at present. Halts of trading are told by GET /status.',
  }),
  createdAt: Time,
  closedAt: nullable(Time),
});

export const Sale = object({
  id: Id,
  copy: CopySummary,
  venue: oneOf('listing', 'auction', 'offer'),
  sellerHandle: Handle,
  buyerHandle: Handle,
  price: Money,
  fee: Money,
  royalty: Money,
  at: Time,
});

const price = object({ price: Money });

export const market = {
  quote: operation({
    service: 'market',
    method: 'GET',
    path: '/quotes',
    summary: 'What a seller receives for copies at a price, before anyone commits',
    access: 'public',
    query: object({ copyId: Id, price: Money }),
    response: Quote,
    errors: ['amount_too_small', 'amount_too_large'],
  }),
  listListings: operation({
    service: 'market',
    method: 'GET',
    path: '/listings',
    summary: 'Open listings',
    access: 'public',
    query: pageQuery({
      cardId: Type.Optional(Id),
      sellerHandle: Type.Optional(Handle),
      sort: Type.Optional(oneOf('newest', 'cheapest')),
    }),
    response: page(Listing),
  }),
  getListing: operation({
    service: 'market',
    method: 'GET',
    path: '/listings/:id',
    summary: 'One listing',
    access: 'public',
    params: IdParams,
    response: Listing,
  }),
  createListing: operation({
    service: 'market',
    method: 'POST',
    path: '/listings',
    summary: 'List a copy of mine at a fixed price',
    access: 'user',
    ownership: 'the owner of the copy in the body',
    idempotent: true,
    status: 201,
    body: object({ copyId: Id, price: Money }),
    response: Listing,
    errors: [
      'copy_not_owned',
      'copy_committed',
      'copy_away',
      'amount_too_small',
      'amount_too_large',
      ...GATE_ERRORS,
    ],
  }),
  cancelListing: operation({
    service: 'market',
    method: 'DELETE',
    path: '/listings/:id',
    summary: 'Take a listing of mine back',
    access: 'user',
    ownership: 'the seller',
    params: IdParams,
    response: Listing,
    errors: ['listing_closed'],
  }),
  purchase: operation({
    service: 'market',
    method: 'POST',
    path: '/listings/:id/purchase',
    summary: 'Buy at the price that I saw',
    access: 'user',
    idempotent: true,
    status: 200,
    params: IdParams,
    body: price,
    response: Sale,
    errors: ['listing_closed', 'price_changed', 'own_listing', 'insufficient_funds', ...GATE_ERRORS],
  }),
  listSales: operation({
    service: 'market',
    method: 'GET',
    path: '/sales',
    summary: 'Sales, newest first',
    access: 'public',
    query: pageQuery({
      cardId: Type.Optional(Id),
      buyerHandle: Type.Optional(Handle),
      sellerHandle: Type.Optional(Handle),
    }),
    response: page(Sale),
  }),
};
