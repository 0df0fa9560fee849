import type { Database } from '@ece/platform/db/database';
import { readCopies } from '@ece/vault';
import type { CardFacts, CopySummary, NftsApi, SetFacts } from './api.ts';
import { BoundedCache } from './bounded-cache.ts';
import { contentUrl } from './domain/metadata.ts';
import { type CardRow, readCards, readSets, type SetRow } from './store.ts';

const COPIES = 100_000;
const CARDS = 20_000;
const SETS = 2_000;

function factsOfCard(card: CardRow, publicUrl: string): CardFacts {
  const { id, setId, setCode, setName, name, rarity, category, editionSize, artworkCid } = card;
  const artworkUrl = contentUrl(publicUrl, artworkCid);
  return { id, setId, setCode, setName, name, rarity, category, editionSize, artworkUrl };
}

/** What never changes about a set. */
export const factsOfSet = ({ id, code, name, royaltyBasisPoints, creatorId }: SetRow): SetFacts => ({
  ...{ id, code, name, royaltyBasisPoints, creatorId },
});

type Facts = Pick<NftsApi, 'summaries' | 'royalties' | 'cardFacts' | 'setFacts' | 'setsOfCopies'>;

/** Answers what lists ask about copies, cards and sets from what never changes about them, kept in memory. */
export function createFacts({ db, publicUrl }: { db: Database; publicUrl: string }): Facts {
  const copies = new BoundedCache<{ cardId: string; serial: number }>(COPIES);
  const cards = new BoundedCache<CardFacts>(CARDS);
  const sets = new BoundedCache<SetFacts>(SETS);

  const cardsOf = (ids: string[]) =>
    cards.get(ids, async (missing) =>
      (await readCards(db, missing)).map((card) => [card.id, factsOfCard(card, publicUrl)]),
    );
  const setsOf = (ids: string[]) =>
    sets.get(ids, async (missing) => (await readSets(db, missing)).map((set) => [set.id, factsOfSet(set)]));

  async function load(copyIds: string[]) {
    const copyOf = await copies.get(copyIds, async (missing) =>
      (await readCopies(db, missing)).map(({ id, cardId, serial }) => [id, { cardId, serial }]),
    );
    return { copyOf, cardOf: await cardsOf([...copyOf.values()].map((copy) => copy.cardId)) };
  }

  return {
    async summaries(copyIds) {
      const { copyOf, cardOf } = await load(copyIds);
      const summaries: Record<string, CopySummary> = {};
      for (const [id, { cardId, serial }] of copyOf) {
        const card = cardOf.get(cardId);
        if (!card) continue;
        const { editionSize, name, setCode, rarity, artworkUrl } = card;
        summaries[id] = { id, cardId, serial, editionSize, name, setCode, rarity, artworkUrl };
      }
      return summaries;
    },

    async setsOfCopies(copyIds) {
      const { cardOf } = await load(copyIds);
      return [...new Set([...cardOf.values()].map((card) => card.setId))];
    },

    async royalties(copyIds) {
      const { copyOf, cardOf } = await load(copyIds);
      const setOf = await setsOf([...cardOf.values()].map((card) => card.setId));
      return [...copyOf].flatMap(([copyId, { cardId }]) => {
        const set = setOf.get(cardOf.get(cardId)?.setId ?? '');
        return set ? [{ copyId, basisPoints: set.royaltyBasisPoints, accountId: set.creatorId }] : [];
      });
    },

    cardFacts: async (cardIds) => Object.fromEntries(await cardsOf(cardIds)),
    setFacts: async (setIds) => Object.fromEntries(await setsOf(setIds)),
  };
}
