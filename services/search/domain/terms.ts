import { wordsOf } from './normalise.ts';

/** Most words of a thing that are searched; more would only cost. */
const MOST_WORDS = 600;

/** The texts that a thing is found by. */
export interface Texts {
  name: string;
  known: string[];
  about: string;
}

/** Where a word stands: in the name, in what the thing is known by, or in its long text. */
export type Weight = 'A' | 'B' | 'D';

/** The searched words of a thing, each with its best weight and the place where it stands first. */
export function weighedWords({ name, known, about }: Texts): Map<string, { weight: Weight; place: number }> {
  const weighed: [string, Weight][] = [
    ...wordsOf(name).map((word): [string, Weight] => [word, 'A']),
    ...known.flatMap(wordsOf).map((word): [string, Weight] => [word, 'B']),
    ...wordsOf(about).map((word): [string, Weight] => [word, 'D']),
  ];
  const best = new Map<string, { weight: Weight; place: number }>();
  for (const [index, [word, weight]] of weighed.entries()) {
    if (best.size >= MOST_WORDS) break;
    if (!best.has(word)) best.set(word, { weight, place: index + 1 });
  }
  return best;
}

/** The words in which mistakes are allowed: all but those of the long text. */
export function nearWords({ name, known }: Texts): string[] {
  return [...new Set([...wordsOf(name), ...known.flatMap(wordsOf)])].slice(0, MOST_WORDS);
}
