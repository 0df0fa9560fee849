import { normalise } from '../domain/normalise.ts';
import { nearWords, type Texts, weighedWords } from '../domain/terms.ts';

/** The last position that a tsvector knows. */
const MOST_POSITION = 16_383;

/** What PostgreSQL searches of a document. */
export interface Terms {
  title: string;
  /** The text of a tsvector: words of the name weigh A, of `known` B, of `about` D. */
  vector: string;
  /** The words in which mistakes are allowed. */
  words: string;
}

/** Makes the searched columns. Words are letters and digits alone, so they need no more than quotes. */
export function termsOf(texts: Texts): Terms {
  return {
    title: normalise(texts.name),
    vector: [...weighedWords(texts)]
      .map(([word, { weight, place }]) => `'${word}':${Math.min(place, MOST_POSITION)}${weight}`)
      .join(' '),
    words: nearWords(texts).join(' '),
  };
}
