import { ok, type Result, refuse } from '@ece/contract';

export type OfferScope = 'copy' | 'card' | 'set';

/** What narrows an offer; null takes all. */
export interface Narrowing {
  rarity: string | null;
  category: string | null;
  serialFrom: number | null;
  serialTo: number | null;
}

/** What somebody asks to buy: one of the three ids. */
export interface Wish extends Narrowing {
  copyId: string | null;
  cardId: string | null;
  setId: string | null;
}

/** What an offer is for. `cardId` is known of a copy, `setId` of everything. */
export interface Target extends Wish {
  scope: OfferScope;
  setId: string;
}

/** What decides whether a card belongs to an offer's target. */
export interface CardTraits {
  cardId: string;
  setId: string;
  rarity: string;
  category: string;
}

/** What decides whether a copy does. */
export interface CopyTraits extends CardTraits {
  copyId: string;
  serial: number;
}

/** The scope of what somebody asks to buy; `validation_failed` where it names nothing, too much, or nonsense. */
export function scopeOf(wish: Wish): Result<OfferScope> {
  const named = (['copy', 'card', 'set'] as const).filter((scope) => wish[`${scope}Id`] !== null);
  const [scope] = named;
  if (!scope || named.length > 1) {
    return refuse('validation_failed', 'An offer names one of copyId, cardId and setId.');
  }
  if (scope !== 'set' && (wish.rarity !== null || wish.category !== null)) {
    return refuse('validation_failed', 'Rarity and category narrow an offer on a set.');
  }
  if (scope === 'copy' && isRanged(wish)) {
    return refuse('validation_failed', 'Serials narrow an offer on a set or a card.');
  }
  if (wish.serialFrom !== null && wish.serialTo !== null && wish.serialFrom > wish.serialTo) {
    return refuse('validation_failed', 'serialFrom is not above serialTo.');
  }
  return ok(scope);
}

function isRanged({ serialFrom, serialTo }: Narrowing): boolean {
  return serialFrom !== null || serialTo !== null;
}

/**
 * A target in one word. Offers that take the same copies have the same word, but for serials: those that ask
 * for some have words of their own, so that the best offer without them is one look into an index.
 */
export function wordOf(target: Target): string {
  const { scope, copyId, cardId, setId, rarity, category } = target;
  if (scope === 'copy') return wordOfCopy(copyId!);
  const word = scope === 'card' ? `card ${cardId}` : setWord(setId, rarity, category);
  return isRanged(target) ? rangedWord(word) : word;
}

/** The word of offers on a copy. */
export function wordOfCopy(copyId: string): string {
  return `copy ${copyId}`;
}

// The category is free text and comes last, so no two targets have one word.
const setWord = (setId: string, rarity: string | null, category: string | null) =>
  `set ${setId} ${rarity ?? '*'} ${category === null ? '*' : `=${category}`}`;

const rangedWord = (word: string) => `# ${word}`;

/** The words of targets that take any copy of a card. */
export function wordsOfCard({ cardId, setId, rarity, category }: CardTraits): string[] {
  return [
    `card ${cardId}`,
    setWord(setId, null, null),
    setWord(setId, rarity, null),
    setWord(setId, null, category),
    setWord(setId, rarity, category),
  ];
}

/** The words of targets that take copies of a card with some serials. */
export function rangedWordsOfCard(card: CardTraits): string[] {
  return wordsOfCard(card).map(rangedWord);
}

/** The words of all targets that may take a copy. Those that ask for serials still have to be asked. */
export function wordsOfCopy(copy: CopyTraits): string[] {
  return [wordOfCopy(copy.copyId), ...wordsOfCard(copy), ...rangedWordsOfCard(copy)];
}

/** Whether a serial is among those that an offer takes. */
export function takesSerial({ serialFrom, serialTo }: Narrowing, serial: number): boolean {
  return serial >= (serialFrom ?? serial) && serial <= (serialTo ?? serial);
}

/** Whether an offer takes a copy. */
export function takes(target: Target, copy: CopyTraits): boolean {
  switch (target.scope) {
    case 'copy':
      return target.copyId === copy.copyId;
    case 'card':
      return target.cardId === copy.cardId && takesSerial(target, copy.serial);
    case 'set':
      return (
        target.setId === copy.setId &&
        (target.rarity ?? copy.rarity) === copy.rarity &&
        (target.category ?? copy.category) === copy.category &&
        takesSerial(target, copy.serial)
      );
  }
}
