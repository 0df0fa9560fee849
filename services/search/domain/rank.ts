import { SHORTEST_LONG } from './mistakes.ts';
import { normalise } from './normalise.ts';
import { type Texts, weighedWords } from './terms.ts';
import type { Looked } from './words.ts';

/**
 * How well a thing fits, from best to worst: its name is what was typed; begins so; has the words in a row; has
 * all of them; the thing has all of them; it has them with mistakes.
 */
export const STEPS = { name: 6, begins: 5, inRow: 4, inName: 3, anywhere: 2, mistakes: 1 } as const;

/** What a step, a word of the name that was typed whole, and a letter less in the name add to a score. */
export const STEP = 1_000_000;
export const WHOLE = 1000;
export const MOST_BREVITY = 999;

/** More for a shorter name: less of it is beyond what was typed. */
export function brevityOf(title: string): number {
  return MOST_BREVITY - Math.min([...title].length, MOST_BREVITY);
}

/**
 * The score of a thing that is found by these words; every engine gives the same one. It is undefined for what
 * is found with mistakes alone, which each engine ranks in its own way, below `2 * STEP`.
 */
export function scoreOf(texts: Texts, { words, phrase }: Looked): number | undefined {
  const title = normalise(texts.name);
  const weighed = [...weighedWords(texts)];
  const has = (ofName: boolean) =>
    words.every((word) => {
      const weights = ofName ? 'A' : [...word].length < SHORTEST_LONG ? 'AB' : 'ABD';
      return weighed.some(([each, { weight }]) => each.startsWith(word) && weights.includes(weight));
    });
  const step = () => {
    if (title === phrase) return STEPS.name;
    if (title.startsWith(phrase)) return STEPS.begins;
    if (` ${title}`.includes(` ${phrase}`)) return STEPS.inRow;
    if (has(true)) return STEPS.inName;
    return has(false) ? STEPS.anywhere : undefined;
  };
  const found = step();
  if (found === undefined) return undefined;
  const whole = words.filter((word) => ` ${title} `.includes(` ${word} `)).length;
  return found * STEP + whole * WHOLE + brevityOf(title);
}
