import { ok, operations, parseMoney, type Query, type Result, refuse } from '@ece/contract';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { SearchContext } from './api.ts';
import { type Filters, type Kind, type SearchReader, SearchTooSlow } from './engine.ts';
import { presentFacets, presentHits, presentSuggestions } from './present.ts';

const calls = operations.search;
type Asked = Query<(typeof calls)['search']>;

const LIMIT = 50;
const SUGGESTIONS = 5;

/** Registers the routes of the search. */
export function searchRoutes(app: FastifyInstance, context: SearchContext, engine: SearchReader): void {
  const { users, publicUrl } = context;

  route(app, calls.search, ({ query }) =>
    inTime(async () => {
      const now = Date.now();
      const filters = filtersOf(query, now);
      const facets = query.facets ?? query.cursor === undefined;
      if (query.ownerHandle !== undefined) {
        const owner = await users.byHandle(query.ownerHandle);
        if (!owner) return ok(nothing(facets));
        filters.ownerId = owner.id;
      }
      const text = query.q ?? '';
      const found = await engine.search({
        text,
        kinds: kindsOf(query, text),
        filters,
        sort: query.sort ?? 'relevance',
        ...(query.cursor !== undefined && { after: query.cursor }),
        limit: query.limit ?? LIMIT,
        facets,
        now,
      });
      return ok({
        items: await presentHits(context, found.hits),
        nextCursor: found.next,
        total: found.total,
        facets: found.facets && presentFacets(found.facets),
        fallback: found.fallback ?? false,
      });
    }),
  );

  route(app, calls.suggest, ({ query }) =>
    inTime(async () =>
      ok(presentSuggestions(publicUrl, await engine.suggest(query.q, query.limit ?? SUGGESTIONS))),
    ),
  );
}

/** Answers with `overloaded` where the search took too long. */
async function inTime<T>(answer: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof SearchTooSlow) return refuse('overloaded');
    throw error;
  }
}

/** Words alone find sets, cards and people. Serials and owners are those of copies. */
function kindsOf(query: Asked, text: string): Kind[] {
  if (query.kind !== undefined) return [query.kind];
  const ofCopies = query.cardId ?? query.ownerHandle ?? query.serialFrom ?? query.serialTo;
  if (ofCopies !== undefined) return ['copy'];
  return text.trim() === '' ? ['card'] : ['set', 'card', 'person'];
}

function filtersOf(query: Asked, now: number): Filters {
  const { category, cardId, serialFrom, serialTo, listed, auctioned } = query;
  return {
    ...(query.set !== undefined && { setCodes: query.set.split(',') }),
    ...(query.rarity !== undefined && { rarities: query.rarity.split(',') }),
    ...(category !== undefined && { category }),
    ...(cardId !== undefined && { cardId }),
    ...(query.priceFrom !== undefined && { priceFrom: parseMoney(query.priceFrom) }),
    ...(query.priceTo !== undefined && { priceTo: parseMoney(query.priceTo) }),
    ...(serialFrom !== undefined && { serialFrom }),
    ...(serialTo !== undefined && { serialTo }),
    ...(listed && { listed }),
    ...(auctioned && { auctioned }),
    ...(query.endingWithin !== undefined && { endsBy: now + query.endingWithin * 1000 }),
  };
}

function nothing(facets: boolean) {
  return {
    items: [],
    nextCursor: null,
    total: facets ? { count: 0, exact: true } : null,
    facets: facets ? { sets: [], rarities: [], categories: [], prices: [] } : null,
    fallback: false,
  };
}
