import { operation } from '../operation.ts';
import { Cursor, Handle, Id, Limit, Money, nullable, object, oneOf, Rarity, Time, Type } from '../schema.ts';

const Kind = oneOf('set', 'card', 'copy', 'person');
const Count = Type.Integer({ minimum: 0 });

/** One thing that was found. What its kind does not have is null. */
export const SearchHit = object({
  kind: Kind,
  id: Id,
  name: Type.String({ description: 'Name of the set, of the card (of a copy, too), or display name' }),
  handle: nullable(Handle),
  setCode: nullable(Type.String()),
  setName: nullable(Type.String()),
  cardId: nullable(Id),
  number: nullable(Type.Integer()),
  rarity: nullable(Rarity),
  category: nullable(Type.String()),
  artworkUrl: nullable(Type.String()),
  serial: nullable(Type.Integer()),
  editionSize: nullable(Type.Integer()),
  ownerHandle: nullable(Handle),
  away: Type.Boolean({ description: 'The copy is in an outside wallet' }),
  price: nullable(Money),
  listings: Count,
  auctions: Count,
  listingId: nullable(Id),
  auctionId: nullable(Id),
  auctionEndsAt: nullable(Time),
  lastSalePrice: nullable(Money),
  lastSaleAt: nullable(Time),
  size: nullable(Type.Integer({ description: 'Cards of a set, copies of a card' })),
});

/** One value of a facet, and how many things have it. */
const FacetValue = object({ value: Type.String(), name: Type.String(), count: Count });

export const SearchFacets = object({
  sets: Type.Array(FacetValue),
  rarities: Type.Array(FacetValue),
  categories: Type.Array(FacetValue),
  prices: Type.Array(
    object({
      from: nullable(Money),
      to: nullable(Money),
      count: Count,
    }),
    { description: 'From `from` to below `to`; both null: without a price' },
  ),
});

const Suggestion = object({
  kind: oneOf('set', 'card', 'person'),
  id: Id,
  name: Type.String(),
  handle: nullable(Handle),
  setCode: nullable(Type.String()),
  setName: nullable(Type.String()),
  rarity: nullable(Rarity),
  artworkUrl: nullable(Type.String()),
});

const Fallback = Type.Boolean({
  description: 'The search engine is away or behind, and PostgreSQL answered in its place',
});

const Text = Type.String({ maxLength: 200 });
const Serial = Type.Integer({ minimum: 1, maximum: 1_000_000 });

export const search = {
  search: operation({
    service: 'search',
    method: 'GET',
    path: '/search',
    summary: 'Find sets, cards, people and copies',
    description:
      'Without `kind`, words find sets, cards and people, and no words list cards. Facets and total come with ' +
      'the first page. docs/search.md tells how words are matched and ranked.',
    access: 'public',
    query: object({
      q: Type.Optional(Text),
      kind: Type.Optional(Kind),
      set: Type.Optional(
        Type.String({
          description: 'Codes of sets, with commas between them',
          pattern: '^[A-Z0-9]{2,8}(,[A-Z0-9]{2,8}){0,19}$',
          maxLength: 180,
        }),
      ),
      rarity: Type.Optional(
        Type.String({
          description: 'Rarities, with commas between them',
          pattern:
            '^(common|uncommon|rare|epic|legendary|mythic)(,(common|uncommon|rare|epic|legendary|mythic)){0,5}$',
          maxLength: 60,
        }),
      ),
      category: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
      cardId: Type.Optional(Id),
      ownerHandle: Type.Optional(Handle),
      priceFrom: Type.Optional(Money),
      priceTo: Type.Optional(Money),
      serialFrom: Type.Optional(Serial),
      serialTo: Type.Optional(Serial),
      listed: Type.Optional(Type.Boolean({ description: 'Only what has a listing' })),
      auctioned: Type.Optional(Type.Boolean({ description: 'Only what has a live auction' })),
      endingWithin: Type.Optional(
        Type.Integer({
          description: 'Only auctions that end within these seconds',
          minimum: 1,
          maximum: 2_592_000,
        }),
      ),
      sort: Type.Optional(
        oneOf('relevance', 'newest', 'cheapest', 'dearest', 'ending', 'recently_sold', 'serial'),
      ),
      facets: Type.Optional(Type.Boolean({ description: 'false leaves facets and total out' })),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Limit),
    }),
    response: object({
      items: Type.Array(SearchHit),
      nextCursor: nullable(Cursor),
      total: nullable(
        object({
          count: Count,
          exact: Type.Boolean({ description: 'false: there are at least as many' }),
        }),
      ),
      facets: nullable(SearchFacets),
      fallback: Fallback,
    }),
  }),
  suggest: operation({
    service: 'search',
    method: 'GET',
    path: '/search/suggest',
    summary: 'Names of sets, cards and people, while somebody types',
    access: 'public',
    query: object({ q: Text, limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 5 })) }),
    response: object({
      sets: Type.Array(Suggestion),
      cards: Type.Array(Suggestion),
      people: Type.Array(Suggestion),
      fallback: Fallback,
    }),
  }),
};
