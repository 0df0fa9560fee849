import { type Answer, formatMoney, ok, operations, type Result, refuse } from '@ece/contract';
import { toPage } from '@ece/platform/db/page';
import type { PortfolioContext } from './api.ts';
import { cardsWithCopies, ownedBySet, ownedOfSet } from './holdings-store.ts';
import { known, presentOffer } from './present.ts';

const calls = operations.portfolio;
type Completion = Answer<typeof calls.completion>;
type Completions = Answer<typeof calls.completions>;

/** Cards that the market is asked about at once. */
const CARDS = 2_000;

/** Which cards of a set somebody has, and what the others cost now; `not_found` where there is no such set. */
export async function completionOf(
  context: PortfolioContext,
  accountId: string,
  setId: string,
  page: { after: number; limit: number },
): Promise<Result<Completion>> {
  const { db, market, nfts } = context;
  const [[set], owned, withCopies, cards] = await Promise.all([
    nfts.sets({ ids: [setId] }),
    ownedOfSet(db, accountId, setId),
    cardsWithCopies(db, setId),
    nfts.cardsOfSet(setId, page.after, page.limit + 1),
  ]);
  if (!set) return refuse('not_found');
  const ownedOf = new Map(owned.map((entry) => [entry.cardId, entry]));
  const cardIds = cards.map((card) => card.id);
  const missing = withCopies.filter((id) => !ownedOf.has(id));
  const [facts, cheapest, offers] = await Promise.all([
    nfts.cardFacts(cardIds),
    cheapestOf(context, accountId, [...missing, ...cardIds]),
    market.bestOfferOfCards(cardIds),
  ]);
  const listed = missing.filter((id) => cheapest[id]);
  const { items, nextCursor } = toPage(
    cards,
    page.limit,
    (card) => [card.number],
    (card) => {
      const listing = cheapest[card.id];
      return {
        cardId: card.id,
        number: card.number,
        name: card.name,
        rarity: card.rarity,
        editionSize: card.editionSize,
        artworkUrl: known(facts, card.id).artworkUrl,
        copies: ownedOf.get(card.id)?.copies ?? 0,
        lowestSerial: ownedOf.get(card.id)?.lowestSerial ?? null,
        cheapest: listing ? { ...listing, price: formatMoney(listing.price) } : null,
        bestOffer: presentOffer(offers[card.id]),
      };
    },
  );
  return ok({
    ...{ setId, setCode: set.code, setName: set.name, cards: set.cards, owned: owned.length },
    copies: owned.reduce((total, { copies }) => total + copies, 0),
    costToComplete: formatMoney(listed.reduce((total, id) => total + cheapest[id]!.price, 0n)),
    unlisted: set.cards - owned.length - listed.length,
    ...{ items, nextCursor },
  });
}

async function cheapestOf({ market }: PortfolioContext, accountId: string, cardIds: string[]) {
  const ids = [...new Set(cardIds)];
  const parts: Awaited<ReturnType<typeof market.cheapest>>[] = [];
  for (let i = 0; i < ids.length; i += CARDS) {
    parts.push(await market.cheapest(ids.slice(i, i + CARDS), accountId));
  }
  return Object.assign({}, ...parts) as (typeof parts)[number];
}

/** How far somebody has come with each set, by the sets' ids; nothing where there is no such person. */
export async function completionsOf(
  { db, nfts, users }: PortfolioContext,
  handle: string,
  page: { after: string | undefined; limit: number },
): Promise<Completions> {
  const [person, rows] = await Promise.all([
    users.byHandle(handle),
    nfts.sets({ after: page.after, limit: page.limit + 1 }),
  ]);
  if (!person) return { items: [], nextCursor: null };
  const owned = await ownedBySet(
    db,
    person.id,
    rows.map((set) => set.id),
  );
  const ownedOf = new Map(owned.map((entry) => [entry.setId, entry]));
  return toPage(
    rows,
    page.limit,
    (set) => [set.id],
    (set) => ({
      ...{ setId: set.id, setCode: set.code, setName: set.name, cards: set.cards },
      owned: ownedOf.get(set.id)?.owned ?? 0,
      copies: ownedOf.get(set.id)?.copies ?? 0,
    }),
  );
}
