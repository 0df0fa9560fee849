import { wordsOf } from './normalise.ts';

/** Most words of a query that are looked for; more would only cost. */
const MOST_WORDS = 8;
const SERIAL = /(?:^|\s)#([1-9]\d{0,6})(?=\s|$)/;

/** What somebody looks for. */
export interface Looked {
  /** Normalised words, without repeats. Every one must be found, the last ones also as beginnings. */
  words: string[];
  /** The words in one text, as names are compared. */
  phrase: string;
  /** From `#12`: this serial alone. */
  serial: number | undefined;
}

/**
 * Reads what somebody typed. There is no syntax beyond `#12` for a serial: quotes, signs and operators are
 * no letters and are passed over.
 * @returns undefined where nothing was typed but spaces
 */
export function readWords(text: string): Looked | undefined {
  if (text.trim() === '') return undefined;
  const serial = SERIAL.exec(text.slice(0, 1000));
  const rest = serial ? text.replace(serial[0], ' ') : text;
  const words = [...new Set(wordsOf(rest))].slice(0, MOST_WORDS);
  return { words, phrase: words.join(' '), serial: serial ? Number(serial[1]) : undefined };
}
