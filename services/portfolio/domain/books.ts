import {
  type Comparable,
  counting,
  countingWith,
  type Level,
  levelOf,
  MOST_COMPARABLES,
} from './comparables.ts';
import { weightedMedian } from './robust.ts';
import { learnPremium, noPremiums, type Premiums, type SerialClass } from './serials.ts';

/** What the valuation needs to know of a card. */
export interface CardFacts {
  id: string;
  setId: string;
  rarity: string;
}

/** A sale as the valuation sees it. */
export interface Sale {
  copyId: string;
  cardId: string;
  serial: SerialClass;
  sellerId: string;
  buyerId: string;
  /** Micro-USDC, above 0. */
  price: bigint;
  /** Days since 1970, with a fraction. */
  at: number;
}

/** What is known of a card's price. */
export interface CardBook {
  /** Its newest sales that count, newest first. */
  sales: readonly Comparable[];
  level: Level;
}

/**
 * The books of the valuation at the end of a day: each set's index, each card's level above it, and what
 * serials have been worth. Logarithms of micro-USDC. They are never changed: a day makes new ones.
 */
export interface Books {
  sets: ReadonlyMap<string, number>;
  cards: ReadonlyMap<string, CardBook>;
  premiums: Premiums;
}

export function emptyBooks(): Books {
  return { sets: new Map(), cards: new Map(), premiums: noPremiums() };
}

/** The books after a day, and what the day has changed. */
export interface Day {
  books: Books;
  /** Sets whose index was looked at, and cards with sales. */
  sets: string[];
  cards: string[];
}

/** Sales of a day that count as one when an index moves. A quiet day says little about a set. */
const INDEX_CAUTION = 5;
/** The most by which one sale may surprise, in logarithms, and still count in full: the rest is no market. */
const CLIP = 0.35;
/** Days for which two people who have sold a card to each other say nothing new of its set. */
const PAIR_DAYS = 30;

/**
 * Takes the sales of a day, in the order of time, into the books: first each set's index moves by what its
 * cards were sold above or below their values of the day before, then each sold card gets its level anew.
 * @param factsOf gives what is known of a card
 */
export function advance(books: Books, sales: readonly Sale[], factsOf: (cardId: string) => CardFacts): Day {
  const sets = new Map(books.sets);
  const surprises = Map.groupBy(surprisesOf(books, sales, factsOf), ({ setId }) => setId);
  for (const [setId, list] of surprises) sets.set(setId, (sets.get(setId) ?? 0) + stepOf(list));
  const premiums = learn(books, sales, factsOf, sets);
  const cards = new Map(books.cards);
  const sold = Map.groupBy(sales, ({ cardId }) => cardId);
  for (const [cardId, list] of sold) {
    const index = sets.get(factsOf(cardId).setId) ?? 0;
    let counted = books.cards.get(cardId)?.sales ?? [];
    for (const sale of list) counted = countingWith(toComparable(sale, index), counted);
    const newest = counted.slice(0, MOST_COMPARABLES);
    cards.set(cardId, { sales: newest, level: levelOf(newest, premiums)! });
  }
  return { books: { sets, cards, premiums }, sets: [...surprises.keys()], cards: [...sold.keys()] };
}

/** What is known of a card by its sales, newest first; there must be one. */
export function toCardBook(newestFirst: readonly Comparable[], premiums: Premiums): CardBook {
  const sales = counting(newestFirst);
  return { sales, level: levelOf(sales, premiums)! };
}

/** A sale as a comparable: what it cost above its set's index. */
export function toComparable(sale: Sale, index: number): Comparable {
  const { copyId, serial, sellerId, buyerId, at } = sale;
  return { copyId, serial, sellerId, buyerId, at, log: logOf(sale.price) - index };
}

export const logOf = (price: bigint) => Math.log(Number(price));

interface Surprise {
  setId: string;
  value: number;
  weight: number;
}

/** How far sales were above what their cards were worth the day before; once for each card and pair of people. */
function surprisesOf(
  books: Books,
  sales: readonly Sale[],
  factsOf: (cardId: string) => CardFacts,
): Surprise[] {
  const byCase = new Map<string, Surprise>();
  for (const sale of sales) {
    const { cardId, serial, sellerId, buyerId, price } = sale;
    const book = books.cards.get(cardId);
    if (!book || haveDealt(book, sale)) continue;
    const { level } = book;
    const { setId } = factsOf(cardId);
    const expected = level.log + (books.sets.get(setId) ?? 0) + books.premiums[serial].log;
    const [a, b] = sellerId < buyerId ? [sellerId, buyerId] : [buyerId, sellerId];
    // A level that stands on little says little about the market.
    const weight = level.effective / (level.effective + 1);
    const value = Math.max(-CLIP, Math.min(CLIP, logOf(price) - expected));
    byCase.set(`${cardId} ${a} ${b}`, { setId, value, weight });
  }
  return [...byCase.values()];
}

function haveDealt({ sales }: CardBook, { sellerId, buyerId, at }: Sale): boolean {
  return sales.some(
    (past) =>
      at - past.at < PAIR_DAYS &&
      ((past.sellerId === sellerId && past.buyerId === buyerId) ||
        (past.sellerId === buyerId && past.buyerId === sellerId)),
  );
}

function stepOf(surprises: Surprise[]): number {
  const weight = surprises.reduce((sum, surprise) => sum + surprise.weight, 0);
  return (weightedMedian(surprises) ?? 0) * (weight / (weight + INDEX_CAUTION));
}

function learn(
  books: Books,
  sales: readonly Sale[],
  factsOf: (cardId: string) => CardFacts,
  sets: ReadonlyMap<string, number>,
): Premiums {
  const premiums = { ...books.premiums };
  for (const { cardId, serial, price } of sales) {
    const level = books.cards.get(cardId)?.level;
    if (serial === 'ordinary' || !level) continue;
    const ordinary = level.log + (sets.get(factsOf(cardId).setId) ?? 0);
    premiums[serial] = learnPremium(premiums[serial], logOf(price) - ordinary);
  }
  return premiums;
}
