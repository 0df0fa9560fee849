/** How many characters (code points) a text has. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** What is wrong with the characters of a text, in plain words; undefined where nothing is. */
export function textProblem(text: string, { lines = false }: { lines?: boolean } = {}): string | undefined {
  if (!text.isWellFormed()) return 'is not valid Unicode';
  const forbidden = lines ? /[^\P{Cc}\n\t]/u : /\p{Cc}/u;
  return forbidden.test(text) ? 'has control characters in it' : undefined;
}

/** Shortens a text to a number of UTF-8 bytes, at a character's end and with an ellipsis where it was cut. */
export function clip(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= bytes) return text;
  let kept = '';
  let used = encoder.encode('…').length;
  for (const character of text) {
    used += encoder.encode(character).length;
    if (used > bytes) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
