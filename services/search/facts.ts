import type { AuctionsApi, LiveLot } from '@ece/auctions';
import type { MarketApi } from '@ece/market';
import type { CardRecord, NftsApi, SetRecord } from '@ece/nfts';
import type { Database } from '@ece/platform/db/database';
import type { PublicPerson, UsersApi } from '@ece/users';
import { CHAIN, type CopyRow, lastSalesOfCards, lastSalesOfCopies } from '@ece/vault';
import type { SearchDocument, Shown } from './engine.ts';

/** Those who know the facts that documents are made of. */
export interface Sources {
  db: Database;
  users: UsersApi;
  nfts: NftsApi;
  market: MarketApi;
  auctions: AuctionsApi;
}

const NOTHING_SHOWN: Shown = {
  handle: null,
  setName: null,
  number: null,
  artworkCid: null,
  editionSize: null,
  listingId: null,
  auctionId: null,
  lastSalePrice: null,
  size: null,
};

const NOTHING = {
  known: [],
  about: '',
  setCode: null,
  rarity: null,
  category: null,
  cardId: null,
  serial: null,
  ownerId: null,
  price: null,
  listings: 0,
  auctions: 0,
  auctionEnds: null,
  sold: null,
};

/** The documents of sets. */
export function setDocuments(sets: SetRecord[]): SearchDocument[] {
  return sets.map(({ id, code, name, description, cards }) => ({
    ...NOTHING,
    kind: 'set',
    id,
    name,
    known: [code],
    about: description,
    setCode: code,
    shown: { ...NOTHING_SHOWN, setName: name, size: cards },
  }));
}

/** The documents of people: what everybody may see of them and no more. */
export function personDocuments(people: PublicPerson[]): SearchDocument[] {
  return people.map(({ id, handle, displayName, bio }) => ({
    ...NOTHING,
    kind: 'person',
    id,
    name: displayName,
    known: [handle],
    about: bio,
    shown: { ...NOTHING_SHOWN, handle },
  }));
}

const byId = <T extends { id: string }>(list: T[]) => new Map(list.map((each) => [each.id, each]));

function least(...prices: (bigint | null | undefined)[]): bigint | null {
  const known = prices.filter((price) => price !== null && price !== undefined);
  return known.length === 0 ? null : known.reduce((a, b) => (b < a ? b : a));
}

/** What a card and each of its copies have in common. Nothing of it changes once there is a copy. */
function cardParts({ setCode, setName, name, number, rarity, category, ...card }: CardRecord) {
  const { editionSize, artworkCid, attributes, description } = card;
  const known = [setName, setCode, category, ...attributes.map(({ value }) => value)];
  return {
    fields: { name, known, about: description, setCode, rarity, category },
    shown: { ...NOTHING_SHOWN, setName, number, artworkCid, editionSize },
  };
}

/** The documents of cards, with what is for sale of their copies. */
export async function cardDocuments(sources: Sources, cards: CardRecord[]): Promise<SearchDocument[]> {
  if (cards.length === 0) return [];
  const ids = cards.map(({ id }) => id);
  const [listed, auctioned, sales] = await Promise.all([
    sources.market.cardListings(ids),
    sources.auctions.cardAuctions(ids),
    lastSalesOfCards(sources.db, ids),
  ]);
  const listingsOf = new Map(listed.map((each) => [each.cardId, each]));
  const auctionsOf = new Map(auctioned.map((each) => [each.cardId, each]));
  const saleOf = byId(sales);
  return cards.map((card) => {
    const [listings, auctions, sale] = [
      listingsOf.get(card.id),
      auctionsOf.get(card.id),
      saleOf.get(card.id),
    ];
    const { fields, shown } = cardParts(card);
    return {
      ...NOTHING,
      ...fields,
      kind: 'card',
      id: card.id,
      price: least(listings?.lowest, auctions?.lowest),
      listings: listings?.listings ?? 0,
      auctions: auctions?.auctions ?? 0,
      auctionEnds: auctions?.firstEndsAt.getTime() ?? null,
      sold: sale?.at.getTime() ?? null,
      shown: { ...shown, lastSalePrice: sale ? String(sale.price) : null, size: card.minted },
    };
  });
}

/** The documents of copies. Those whose mint is not final yet have none. */
export async function copyDocuments(
  sources: Sources,
  copies: CopyRow[],
  cards: CardRecord[],
): Promise<SearchDocument[]> {
  const cardOf = byId(cards);
  const there = copies.filter((copy) => copy.commitment?.kind !== 'mint' && cardOf.has(copy.cardId));
  if (there.length === 0) return [];
  const ids = there.map(({ id }) => id);
  const [listed, lots, sales] = await Promise.all([
    sources.market.openListings(ids),
    sources.auctions.liveLots(ids),
    lastSalesOfCopies(sources.db, ids),
  ]);
  const listingOf = new Map(listed.map((each) => [each.copyId, each]));
  const lotOf = new Map(lots.map((each) => [each.copyId, each]));
  const saleOf = byId(sales);
  return there.map((copy) => {
    const { fields, shown } = cardParts(cardOf.get(copy.cardId)!);
    const [listing, lot, sale] = [listingOf.get(copy.id), lotOf.get(copy.id), saleOf.get(copy.id)];
    return {
      ...NOTHING,
      ...fields,
      kind: 'copy',
      id: copy.id,
      cardId: copy.cardId,
      serial: copy.serial,
      ownerId: copy.ownerId === CHAIN ? null : copy.ownerId,
      price: listing?.price ?? priceOfCopy(lot),
      listings: listing ? 1 : 0,
      auctions: lot ? 1 : 0,
      auctionEnds: lot?.endsAt.getTime() ?? null,
      sold: sale?.at.getTime() ?? null,
      shown: {
        ...shown,
        listingId: listing?.listingId ?? null,
        auctionId: lot?.auctionId ?? null,
        lastSalePrice: sale ? String(sale.price) : null,
      },
    };
  });
}

/** The price of a lot of several copies is none of a single one. */
function priceOfCopy(lot: LiveLot | undefined): bigint | null {
  return lot?.size === 1 ? lot.price : null;
}
