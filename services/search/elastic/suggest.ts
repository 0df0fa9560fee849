import { SHORTEST_TYPO, SHORTEST_WITHIN } from '../domain/mistakes.ts';
import { STEP, STEPS } from '../domain/rank.ts';
import type { Looked } from '../domain/words.ts';
import {
  any,
  beginsName,
  type Clause,
  inName,
  inRow,
  isName,
  matches,
  ranked,
  scored,
} from './conditions.ts';

export const SUGGESTED = ['set', 'card', 'person'] as const;

/** Whether mistakes are allowed where nothing begins so. */
export const allowsMistakes = ({ phrase }: Looked) => phrase.length >= SHORTEST_TYPO;

/** The searches for suggestions, one for each kind: what begins so, and what has words that do. */
export function suggestionsOf(looked: Looked, limit: number, mistakes: boolean): Clause[] {
  const { phrase, words } = looked;
  const close =
    phrase.length < SHORTEST_WITHIN ? beginsName(phrase) : any([beginsName(phrase), inName(words)]);
  return SUGGESTED.map((kind) => {
    const ofKind = { term: { kind } };
    const query = mistakes
      ? ranked([ofKind, matches(looked)], looked)
      : scored(
          [ofKind, close],
          [
            [STEPS.name * STEP, isName(phrase)],
            [STEPS.begins * STEP, beginsName(phrase)],
            [STEPS.inRow * STEP, inRow(phrase)],
          ],
        );
    return {
      query,
      size: limit,
      sort: [{ _score: 'desc' }, { title: 'asc' }, { id: 'asc' }],
      track_total_hits: false,
      _source: ['hit'],
    };
  });
}
