import { GATE_ERRORS } from '../errors.ts';
import { operation } from '../operation.ts';
import { Id, IdParams, Money, nullable, object, oneOf, Type } from '../schema.ts';
import { Listing, Quote, Sale } from './market.ts';

/** Why one item of a call with many was refused; the others are not concerned. */
export const ItemProblem = object({
  code: Type.String(),
  title: Type.String(),
  detail: Type.Optional(Type.String()),
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** Most items of one call. */
const MOST = 100;
const many = <S extends Parameters<typeof Type.Array>[0]>(item: S) =>
  Type.Array(item, { minItems: 1, maxItems: MOST });
const priced = object({ listingId: Id, price: Money });

const results = object({
  results: Type.Array(object({ listingId: Id, listing: nullable(Listing), problem: nullable(ItemProblem) })),
});

const EACH = 'Each item succeeds or is refused by itself; the results stand in the order of the items.';

/** What one copy's id and one price look like within lists of them. */
const COPY = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const PRICE = '(0|[1-9][0-9]{0,9})(\\.[0-9]{1,6})?';

const { price, fee, royalty, sellerReceives } = Quote.properties;

/** Calls about many listings at once, and the price of one. They belong to the market. */
export const bulkListings = {
  quotes: operation({
    service: 'market',
    method: 'GET',
    path: '/quotes/bulk',
    summary: 'What a seller receives for up to 100 copies at prices, one by one and together',
    description:
      'The prices stand in the order of the copies. The total is over the copies that have a quote.',
    access: 'public',
    query: object({
      copyIds: Type.String({
        description: 'Ids of up to 100 copies, with commas between them',
        pattern: `^${COPY}(,${COPY}){0,99}$`,
        maxLength: 3_699,
      }),
      prices: Type.String({
        description: 'As many prices in USDC, with commas between them',
        pattern: `^${PRICE}(,${PRICE}){0,99}$`,
        maxLength: 1_799,
      }),
    }),
    response: object({
      items: Type.Array(object({ copyId: Id, quote: nullable(Quote), problem: nullable(ItemProblem) })),
      total: object({ price, fee, royalty, sellerReceives }),
    }),
  }),
  repriceListing: operation({
    service: 'market',
    method: 'PATCH',
    path: '/listings/:id',
    summary: 'Change the price of a listing of mine',
    description: 'Fee and royalty in basis points stay those of the moment of listing.',
    access: 'user',
    ownership: 'the seller',
    params: IdParams,
    body: object({ price: Money }),
    response: Listing,
    errors: ['listing_closed', 'amount_too_small', 'amount_too_large', ...GATE_ERRORS],
  }),
  createListings: operation({
    service: 'market',
    method: 'POST',
    path: '/listings/bulk',
    summary: 'List up to 100 copies of mine',
    description: EACH,
    access: 'user',
    idempotent: true,
    body: object({ items: many(object({ copyId: Id, price: Money })) }),
    response: object({
      results: Type.Array(object({ copyId: Id, listing: nullable(Listing), problem: nullable(ItemProblem) })),
    }),
    errors: [...GATE_ERRORS],
  }),
  repriceListings: operation({
    service: 'market',
    method: 'PATCH',
    path: '/listings/bulk',
    summary: 'Change the prices of up to 100 listings of mine',
    description: EACH,
    access: 'user',
    body: object({ items: many(priced) }),
    response: results,
    errors: [...GATE_ERRORS],
  }),
  cancelListings: operation({
    service: 'market',
    method: 'POST',
    path: '/listings/bulk/cancel',
    summary: 'Take up to 100 listings of mine back',
    description: EACH,
    access: 'user',
    idempotent: true,
    body: object({ listingIds: many(Id) }),
    response: results,
  }),
  purchaseListings: operation({
    service: 'market',
    method: 'POST',
    path: '/listings/bulk/purchase',
    summary: 'Buy up to 100 listings at the prices that I saw',
    description:
      '`all` buys every item or none: where one cannot be bought the call is refused with `bulk_refused`, and `data.items` says which and why. `possible` buys as many as possible, in the order of the items: one that is gone, has another price, or costs more than what is left of the balance is passed over, and the next is tried.',
    access: 'user',
    idempotent: true,
    body: object({ mode: oneOf('all', 'possible'), items: many(priced) }),
    response: object({
      spent: Money,
      results: Type.Array(object({ listingId: Id, sale: nullable(Sale), problem: nullable(ItemProblem) })),
    }),
    errors: ['bulk_refused', 'insufficient_funds', ...GATE_ERRORS],
  }),
};
