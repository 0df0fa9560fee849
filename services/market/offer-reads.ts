import { ok, type Result, refuse } from '@ece/contract';
import type { Database } from '@ece/platform/db/database';
import { CHAIN, readCopies } from '@ece/vault';
import type { BestOffer, MarketContext } from './api.ts';
import { rangedWordsOfCard, wordOfCopy, wordsOfCard, wordsOfCopy } from './domain/target.ts';
import { toBestOffer } from './offer-present.ts';
import {
  type Asked,
  bestOf,
  listByWords,
  listOfSet,
  type OfferPlace,
  type OfferRow,
  wordsInUse,
} from './offer-store.ts';
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

/** Copies or cards that are asked about at once. */
const CHUNK = 500;

/** What is asked for a subject, all of it together. */
interface Subject {
  id: string;
  asked: Asked[];
}

/**
 * The best offer for each subject that has one. Subjects ask much the same: copies of one owner share all
 * but their own word, so each question is put once. Few targets ask for serials, so those are looked up first.
 */
async function bestForEach(db: Database, subjects: Subject[]): Promise<Record<string, BestOffer>> {
  const ranged = distinct(
    subjects.flatMap(({ asked }) => asked.flatMap(({ word, serial }) => (serial === null ? [] : [word]))),
  );
  const inUse = await wordsInUse(db, ranged);
  const questions = new Map<string, { index: number; asked: Asked }>();
  const indexesOf = subjects.map(({ asked }) =>
    asked.flatMap((one) => {
      if (one.serial !== null && !inUse.has(one.word)) return [];
      const name = `${one.ownerId} ${one.serial} ${one.word}`;
      const question = questions.get(name) ?? { index: questions.size, asked: one };
      questions.set(name, question);
      return [question.index];
    }),
  );
  const rows = await bestOf(
    db,
    [...questions.values()].map((question) => question.asked),
  );
  return Object.fromEntries(
    subjects.flatMap(({ id }, index) => {
      const best = indexesOf[index]!.map((one) => rows[one]).reduce(better, undefined);
      return best ? [[id, toBestOffer(best)]] : [];
    }),
  );
}

/** The higher offer, of equal ones the older: ids are in the order of making. */
function better(one: OfferRow | undefined, other: OfferRow | undefined): OfferRow | undefined {
  if (!one || !other) return one ?? other;
  if (one.amount !== other.amount) return one.amount > other.amount ? one : other;
  return one.id < other.id ? one : other;
}

async function byChunks(
  ids: string[],
  read: (ids: string[]) => Promise<Record<string, BestOffer>>,
): Promise<Record<string, BestOffer>> {
  const best: Record<string, BestOffer> = {};
  const all = distinct(ids);
  for (let start = 0; start < all.length; start += CHUNK) {
    Object.assign(best, await read(all.slice(start, start + CHUNK)));
  }
  return best;
}

/**
 * The best open offer for each copy that has one: on the copy, its card, or its set with what it asks for.
 * An owner's own offers do not count, and copies outside the exchange have none.
 */
export function bestOffers(context: MarketContext, copyIds: string[]): Promise<Record<string, BestOffer>> {
  const { db, nfts } = context;
  return byChunks(copyIds, async (ids) => {
    const copies = await readCopies(db, ids);
    const cards = await nfts.cardFacts(distinct(copies.map((copy) => copy.cardId)));
    const subjects = copies.flatMap(({ id, cardId, serial, ownerId, epoch }): Subject[] => {
      const card = cards[cardId];
      if (!card || ownerId === CHAIN) return [];
      const traits = { ...card, cardId };
      const ask = (word: string, more: Partial<Asked> = {}): Asked => ({
        ...{ word, serial: null, ownerId, epoch: null },
        ...more,
      });
      const asked = [
        ask(wordOfCopy(id), { epoch }),
        ...wordsOfCard(traits).map((word) => ask(word)),
        ...rangedWordsOfCard(traits).map((word) => ask(word, { serial })),
      ];
      return [{ id, asked }];
    });
    return await bestForEach(db, subjects);
  });
}

/** The best open offer for each card that has one: on any copy of it, whatever the serial and the owner. */
export function bestOfferOfCards(
  context: MarketContext,
  cardIds: string[],
): Promise<Record<string, BestOffer>> {
  const { db, nfts } = context;
  return byChunks(cardIds, async (ids) => {
    const cards = Object.values(await nfts.cardFacts(ids));
    const subjects = cards.map((card): Subject => {
      const words = wordsOfCard({ ...card, cardId: card.id });
      return {
        id: card.id,
        asked: words.map((word) => ({ word, serial: null, ownerId: null, epoch: null })),
      };
    });
    return await bestForEach(db, subjects);
  });
}
