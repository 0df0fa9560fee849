import { bandOf } from '../domain/bands.ts';
import { SHORTEST_TYPO } from '../domain/mistakes.ts';
import { normalise } from '../domain/normalise.ts';
import { LAST_SERIAL } from '../domain/order.ts';
import { brevityOf } from '../domain/rank.ts';
import { nearWords, weighedWords } from '../domain/terms.ts';
import type { Hit, SearchDocument } from '../engine.ts';

/** More letters of a name than a query can have, and most words of one that a query may begin at. */
const MOST_TITLE = 400;
const MOST_TAILS = 100;
/** The longest beginning of a word in which mistakes are looked for. */
const LONGEST_START = 12;

/** A hit as an index keeps it: money as text, for JSON knows no whole numbers of that size. */
export type KeptHit = Omit<Hit, 'price'> & { price: string | null };

/** The id of a document in an index. */
export const documentId = ({ kind, id }: Pick<SearchDocument, 'kind' | 'id'>) => `${kind}:${id}`;

const cut = (text: string) => [...text].slice(0, MOST_TITLE).join('');

/** A name from each of its words on. */
function tailsOf(title: string): string[] {
  const words = title.split(' ');
  return words.slice(0, MOST_TAILS).map((_, index) => cut(words.slice(index).join(' ')));
}

/** The beginnings of words, the words themselves included. */
function startsOf(words: string[]): string[] {
  const starts = words.flatMap((word) => {
    const letters = [...word];
    const lengths = Array.from({ length: LONGEST_START }, (_, index) => index + 1);
    const short = lengths.filter((length) => length >= SHORTEST_TYPO - 1 && length < letters.length);
    return [word, ...short.map((length) => letters.slice(0, length).join(''))];
  });
  return [...new Set(starts)];
}

/** What an index is given for a document. */
export function sourceOf(document: SearchDocument) {
  const { known: _, about: __, ...hit } = document;
  const weighed = [...weighedWords(document)];
  const ofWeights = (weights: string) =>
    weighed.filter(([, { weight }]) => weights.includes(weight)).map(([word]) => word);
  const title = cut(normalise(document.name));
  const kept: KeptHit = { ...hit, price: hit.price === null ? null : String(hit.price) };
  return {
    kind: hit.kind,
    id: hit.id,
    title,
    tails: tailsOf(title),
    name: ofWeights('A'),
    words: ofWeights('AB'),
    all: ofWeights('ABD'),
    starts: startsOf(nearWords(document)),
    brevity: brevityOf(normalise(document.name)),
    set_code: hit.setCode,
    rarity: hit.rarity,
    category: hit.category,
    card_id: hit.cardId,
    owner_id: hit.ownerId,
    serial: hit.serial ?? LAST_SERIAL,
    price: kept.price,
    band: bandOf(hit.price),
    listings: hit.listings,
    auctions: hit.auctions,
    auction_ends: hit.auctionEnds,
    sold: hit.sold,
    hit: kept,
  };
}

/** A hit as the interface gives it. */
export function toHit(kept: KeptHit): Hit {
  return { ...kept, price: kept.price === null ? null : BigInt(kept.price) };
}
