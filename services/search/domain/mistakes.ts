/** Words shorter than this are not searched with mistakes: nearly everything would resemble them. */
export const SHORTEST_TYPO = 4;
/** Words shorter than this are not searched in long texts: they stand in nearly all of them. */
export const SHORTEST_LONG = 3;

/** Texts shorter than this are not suggested from within names. */
export const SHORTEST_WITHIN = 2;

/** The word with two neighbours swapped, in every way. */
export function swapped(word: string): string[] {
  const letters = [...word];
  return letters.slice(1).map((letter, index) => {
    const other = [...letters];
    [other[index], other[index + 1]] = [letter, letters[index]!];
    return other.join('');
  });
}
