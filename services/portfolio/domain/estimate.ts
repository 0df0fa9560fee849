import type { Books, CardFacts } from './books.ts';
import { median } from './robust.ts';

/**
 * Where a value comes from: the card's own sales; a few of them, moved along with the set's index; cards of
 * the same rarity in the set; cards of the same rarity anywhere.
 */
export type Method = 'sales' | 'index' | 'set' | 'rarity';
export type Confidence = 'high' | 'medium' | 'low';

/** What an ordinary copy of a card is worth. An estimate, not money: nothing is ever booked by it. */
export interface CardValue {
  /** Micro-USDC; `low` to `high` is where about eight of ten next sales should lie. */
  value: bigint;
  low: bigint;
  high: bigint;
  method: Method;
  confidence: Confidence;
  /** Sales of the card that count. */
  sales: number;
}

/** Sales from which on a card's own sales speak for themselves. */
const ENOUGH_SALES = 3;
/** How far (in logarithms) a card with fewer sales may be from the cards of its rarity in its set. */
const LONE_REACH = Math.log(6);
/** Growth of the variance with each day since the last sale: what the set's index does not tell of one card. */
const DRIFT = 0.012 ** 2;
const LONGEST_DRIFT = 365;
/** Eight of ten normal values lie within this many deviations. */
const EIGHT_OF_TEN = 1.2816;
/** Deviation of a value that is taken from other cards, at the least. */
const BORROWED = 0.5;
/** Largest deviations, in logarithms, of high and medium confidence. */
const HIGH = 0.2;
const MEDIUM = 0.4;
const LARGEST = 1e15;

/** Levels of the cards with sales, by set and rarity, and their values by rarity: what others borrow. */
export interface Groups {
  bySet: ReadonlyMap<string, { log: number; deviation: number }>;
  byRarity: ReadonlyMap<string, { log: number; deviation: number }>;
}

/** The middle of each group of cards that have sales. */
export function groupsOf(books: Books, factsOf: (cardId: string) => CardFacts): Groups {
  const [bySet, byRarity] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const [cardId, { level }] of books.cards) {
    const { setId, rarity } = factsOf(cardId);
    push(bySet, `${setId} ${rarity}`, level.log);
    push(byRarity, rarity, level.log + (books.sets.get(setId) ?? 0));
  }
  const middles = (groups: Map<string, number[]>) =>
    new Map([...groups].map(([key, logs]) => [key, middleOf(logs)]));
  return { bySet: middles(bySet), byRarity: middles(byRarity) };
}

function push(groups: Map<string, number[]>, key: string, value: number): void {
  const list = groups.get(key);
  if (list) list.push(value);
  else groups.set(key, [value]);
}

function middleOf(logs: number[]): { log: number; deviation: number } {
  const log = median(logs)!;
  const off = median(logs.map((value) => Math.abs(value - log)))!;
  return { log, deviation: Math.max(BORROWED, off * 1.4826) };
}

/**
 * What an ordinary copy of a card is worth at a time; undefined while no card of its rarity was ever sold.
 * @param at days since 1970
 */
export function cardValue(books: Books, groups: Groups, card: CardFacts, at: number): CardValue | undefined {
  const index = books.sets.get(card.setId) ?? 0;
  const inSet = groups.bySet.get(`${card.setId} ${card.rarity}`);
  const level = books.cards.get(card.id)?.level;
  if (!level) {
    const borrowed = inSet ? { ...inSet, log: inSet.log + index } : groups.byRarity.get(card.rarity);
    if (!borrowed) return undefined;
    return toValue(borrowed.log, borrowed.deviation, { method: inSet ? 'set' : 'rarity', sales: 0 });
  }
  const { sales, effective, deviation, newest } = level;
  const age = Math.max(0, Math.min(LONGEST_DRIFT, at - newest));
  const expected = Math.sqrt(deviation ** 2 * (1 + 1 / effective) + DRIFT * age);
  if (sales >= ENOUGH_SALES) return toValue(level.log + index, expected, { method: 'sales', sales });
  // One or two sales may be anything: they count as far as they are thinkable for such a card.
  const log = inSet
    ? Math.max(inSet.log - LONE_REACH, Math.min(inSet.log + LONE_REACH, level.log))
    : level.log;
  return toValue(log + index, Math.max(expected, HIGH + 1e-9), { method: 'index', sales });
}

function toValue(log: number, deviation: number, about: Pick<CardValue, 'method' | 'sales'>): CardValue {
  const confidence = about.sales === 0 || deviation > MEDIUM ? 'low' : deviation > HIGH ? 'medium' : 'high';
  return {
    value: rounded(log),
    low: rounded(log - EIGHT_OF_TEN * deviation),
    high: rounded(log + EIGHT_OF_TEN * deviation),
    confidence,
    ...about,
  };
}

/** The one place where an estimate becomes a whole number of micro-USDC. */
function rounded(log: number): bigint {
  return BigInt(Math.max(1, Math.min(LARGEST, Math.round(Math.exp(log)))));
}
