import { ok, type Result, refuse } from '@ece/contract';
import { CHAIN, readCopies } from '@ece/vault';
import type { BestOffer, MarketContext } from './api.ts';
import { rangedWordsOfCard, wordsOfCard, wordsOfCopy } from './domain/target.ts';
import { toBestOffer } from './offer-present.ts';
import { type Asked, bestOf, listByWords, listOfSet, type OfferPlace, type OfferRow } from './offer-store.ts';
import { distinct } from './present.ts';

/** What the offers of a list are for: one of the three. */
export interface OfferSubject {
  copyId?: string;
  cardId?: string;
  setId?: string;
}

/** Open offers for a copy, a card or a set behind a place, best first. Refusal: `validation_failed`. */
export async function listOffersFor(
  context: MarketContext,
  subject: OfferSubject,
  after: OfferPlace | undefined,
  limit: number,
): Promise<Result<OfferRow[]>> {
  const { db, nfts } = context;
  const { copyId, cardId, setId } = subject;
  if ([copyId, cardId, setId].filter(Boolean).length !== 1) {
    return refuse('validation_failed', 'The list is of one of copyId, cardId and setId.');
  }
  if (setId) return ok(await listOfSet(db, setId, after, limit));
  const [copy] = copyId ? await readCopies(db, [copyId]) : [];
  const id = cardId ?? copy?.cardId;
  const card = id && (await nfts.cardFacts([id]))[id];
  if (!card) return ok([]);
  const traits = { ...card, cardId: card.id };
  const words = copy
    ? wordsOfCopy({ ...traits, copyId: copy.id, serial: copy.serial })
    : [...wordsOfCard(traits), ...rangedWordsOfCard(traits)];
  return ok(await listByWords(db, words, after, limit, copy));
}

/** Copies or cards that one query asks for. */
const CHUNK = 500;

async function bestByChunks(
  ids: string[],
  ask: (ids: string[]) => Promise<(OfferRow & { subject: string })[]>,
): Promise<Record<string, BestOffer>> {
  const best: Record<string, BestOffer> = {};
  const all = distinct(ids);
  for (let start = 0; start < all.length; start += CHUNK) {
    for (const row of await ask(all.slice(start, start + CHUNK))) best[row.subject] = toBestOffer(row);
  }
  return best;
}

/**
 * The best open offer for each copy that has one: on the copy, its card, or its set with what it asks for.
 * An owner's own offers do not count, and copies outside the exchange have none.
 */
export function bestOffers(context: MarketContext, copyIds: string[]): Promise<Record<string, BestOffer>> {
  const { db, nfts } = context;
  return bestByChunks(copyIds, async (ids) => {
    const copies = await readCopies(db, ids);
    const cards = await nfts.cardFacts(distinct(copies.map((copy) => copy.cardId)));
    const asked = copies.flatMap((copy): Asked[] => {
      const card = cards[copy.cardId];
      if (!card || copy.ownerId === CHAIN) return [];
      const { id: subject, serial, ownerId, epoch } = copy;
      const words = wordsOfCopy({ ...card, cardId: card.id, copyId: subject, serial });
      return words.map((word) => ({ subject, word, serial, ownerId, epoch }));
    });
    return await bestOf(db, asked);
  });
}

/** The best open offer for each card that has one: on any copy of it, whatever the serial and the owner. */
export function bestOfferOfCards(
  context: MarketContext,
  cardIds: string[],
): Promise<Record<string, BestOffer>> {
  const { db, nfts } = context;
  return bestByChunks(cardIds, async (ids) => {
    const cards = Object.values(await nfts.cardFacts(ids));
    const asked = cards.flatMap((card): Asked[] =>
      wordsOfCard({ ...card, cardId: card.id }).map((word) => ({
        ...{ subject: card.id, word, serial: null, ownerId: null, epoch: null },
      })),
    );
    return await bestOf(db, asked);
  });
}
