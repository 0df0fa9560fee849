import type { Database } from '@ece/platform/db/database';
import { readCopies } from '@ece/vault';
import type { CopySummary, Royalty } from './api.ts';
import { BoundedCache } from './bounded-cache.ts';
import { contentUrl } from './domain/metadata.ts';
import { type CardRow, readCards, readSets } from './store.ts';

const COPIES = 100_000;
const CARDS = 20_000;
const SETS = 2_000;

type CardFacts = Omit<CopySummary, 'id' | 'cardId' | 'serial'> & { setId: string };

function factsOf(card: CardRow, publicUrl: string): CardFacts {
  const { setId, editionSize, name, setCode, rarity, artworkCid } = card;
  return { setId, editionSize, name, setCode, rarity, artworkUrl: contentUrl(publicUrl, artworkCid) };
}

/** Answers what lists ask about copies from what never changes about them, which is kept in memory. */
export function createFacts({ db, publicUrl }: { db: Database; publicUrl: string }) {
  const copies = new BoundedCache<{ cardId: string; serial: number }>(COPIES);
  const cards = new BoundedCache<CardFacts>(CARDS);
  const sets = new BoundedCache<{ basisPoints: number; accountId: string }>(SETS);

  async function load(copyIds: string[]) {
    const copyOf = await copies.get(copyIds, async (missing) =>
      (await readCopies(db, missing)).map(({ id, cardId, serial }) => [id, { cardId, serial }]),
    );
    const cardIds = [...copyOf.values()].map((copy) => copy.cardId);
    const cardOf = await cards.get(cardIds, async (missing) =>
      (await readCards(db, missing)).map((card) => [card.id, factsOf(card, publicUrl)]),
    );
    return { copyOf, cardOf };
  }

  return {
    async summaries(copyIds: string[]): Promise<Record<string, CopySummary>> {
      const { copyOf, cardOf } = await load(copyIds);
      const summaries: Record<string, CopySummary> = {};
      for (const [id, { cardId, serial }] of copyOf) {
        const card = cardOf.get(cardId);
        if (!card) continue;
        const { setId, ...facts } = card;
        summaries[id] = { id, cardId, serial, ...facts };
      }
      return summaries;
    },

    async royalties(copyIds: string[]): Promise<Royalty[]> {
      const { copyOf, cardOf } = await load(copyIds);
      const setIds = [...cardOf.values()].map((card) => card.setId);
      const setOf = await sets.get(setIds, async (missing) =>
        (await readSets(db, missing)).map((set) => [
          set.id,
          { basisPoints: set.royaltyBasisPoints, accountId: set.creatorId },
        ]),
      );
      return [...copyOf].flatMap(([copyId, { cardId }]) => {
        const royalty = setOf.get(cardOf.get(cardId)?.setId ?? '');
        return royalty ? [{ copyId, ...royalty }] : [];
      });
    },
  };
}
