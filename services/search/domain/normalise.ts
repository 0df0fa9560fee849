/** Letters that are no other letter with a mark on it, as people without them on the keyboard write them. */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ŋ: 'n',
  þ: 'th',
  ŧ: 't',
};

const SPECIAL = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g');

/** The longest text that is looked at, in UTF-16 units, and the longest word that is kept. */
const MOST_TEXT = 4000;
const MOST_WORD = 40;

/**
 * The words of a text as they are compared: lower case, without accents, letters and digits alone. Every
 * engine is given documents and queries that went through here, so that they agree about what a word is.
 */
export function wordsOf(text: string): string[] {
  const plain = text
    .slice(0, MOST_TEXT)
    .toWellFormed()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(SPECIAL, (letter) => PLAIN[letter]!);
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => [...word].slice(0, MOST_WORD).join(''));
}

/** A name as names are compared: its words with one space between them. */
export function normalise(text: string): string {
  return wordsOf(text).join(' ');
}
