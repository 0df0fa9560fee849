import { normalise, wordsOf } from '../domain/normalise.ts';
import type { SearchDocument } from '../engine.ts';

/** Most words of a document that are searched: what a tsvector and a trigram index take with ease. */
const MOST_WORDS = 600;
const MOST_POSITION = 16_383;

type Weight = 'A' | 'B' | 'D';

/** What PostgreSQL searches of a document. */
export interface Terms {
  title: string;
  /** The text of a tsvector: words of the name weigh A, of `known` B, of `about` D. */
  vector: string;
  /** The words in which mistakes are allowed. */
  words: string;
}

/** Makes the searched columns. Words are letters and digits alone, so they need no more than quotes. */
export function termsOf({ name, known, about }: SearchDocument): Terms {
  const title = normalise(name);
  const further = known.flatMap(wordsOf);
  const weighed: [string, Weight][] = [
    ...wordsOf(name).map((word): [string, Weight] => [word, 'A']),
    ...further.map((word): [string, Weight] => [word, 'B']),
    ...wordsOf(about).map((word): [string, Weight] => [word, 'D']),
  ];
  const best = new Map<string, string>();
  for (const [index, [word, weight]] of weighed.entries()) {
    if (best.size >= MOST_WORDS) break;
    if (!best.has(word)) best.set(word, `${Math.min(index + 1, MOST_POSITION)}${weight}`);
  }
  return {
    title,
    vector: [...best].map(([word, place]) => `'${word}':${place}`).join(' '),
    words: [...new Set([...wordsOf(name), ...further])].slice(0, MOST_WORDS).join(' '),
  };
}
