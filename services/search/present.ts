import { type Answer, type entities, formatMoney, type operations, type Static } from '@ece/contract';
import { contentUrl } from '@ece/nfts';
import type { SearchContext } from './api.ts';
import { BANDS } from './domain/bands.ts';
import type { Facets, Hit, Suggestions } from './engine.ts';

type SearchHit = Static<typeof entities.SearchHit>;
type Calls = (typeof operations)['search'];

const money = (amount: bigint | null) => (amount === null ? null : formatMoney(amount));
const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** Hits as the contract shows them, in their order; owners are named as they are called now. */
export async function presentHits({ users, publicUrl }: SearchContext, hits: Hit[]): Promise<SearchHit[]> {
  const owners = [...new Set(hits.flatMap(({ ownerId }) => ownerId ?? []))];
  const handles = owners.length > 0 ? await users.handles(owners) : {};
  return hits.map((hit): SearchHit => {
    const { kind, id, name, setCode, rarity, category, cardId, serial, ownerId, shown } = hit;
    return {
      ...{ kind, id, name, handle: shown.handle, setCode, setName: shown.setName, cardId },
      number: shown.number,
      rarity: rarity as SearchHit['rarity'],
      category,
      artworkUrl: shown.artworkCid === null ? null : contentUrl(publicUrl, shown.artworkCid),
      ...{ serial, editionSize: shown.editionSize },
      ownerHandle: ownerId === null ? null : (handles[ownerId] ?? null),
      away: kind === 'copy' && ownerId === null,
      price: money(hit.price),
      ...{ listings: hit.listings, auctions: hit.auctions },
      ...{ listingId: shown.listingId, auctionId: shown.auctionId },
      auctionEndsAt: time(hit.auctionEnds),
      lastSalePrice: shown.lastSalePrice === null ? null : formatMoney(BigInt(shown.lastSalePrice)),
      lastSaleAt: time(hit.sold),
      size: shown.size,
    };
  });
}

/** Facets as the contract shows them. */
export function presentFacets({
  sets,
  rarities,
  categories,
  bands,
}: Facets): Static<typeof entities.SearchFacets> {
  const named = ({ value, count }: { value: string; count: number }) => ({ value, name: value, count });
  return {
    sets: sets.map(({ value, name, count }) => ({ value, name, count })),
    rarities: rarities.map(named),
    categories: categories.map(named),
    prices: bands.map(({ band, count }) => ({
      from: money(BANDS[band]!.from),
      to: money(BANDS[band]!.to),
      count,
    })),
  };
}

/** Suggestions as the contract shows them. */
export function presentSuggestions(publicUrl: string, found: Suggestions): Answer<Calls['suggest']> {
  const shown = ({ kind, id, name, setCode, rarity, shown: more }: Hit) => ({
    kind: kind as 'set' | 'card' | 'person',
    id,
    name,
    handle: more.handle,
    setCode,
    setName: more.setName,
    rarity: rarity as SearchHit['rarity'],
    artworkUrl: more.artworkCid === null ? null : contentUrl(publicUrl, more.artworkCid),
  });
  return {
    sets: found.set.map(shown),
    cards: found.card.map(shown),
    people: found.person.map(shown),
    fallback: found.fallback ?? false,
  };
}
