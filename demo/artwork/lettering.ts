import { bearing, GLYPHS, kern } from './glyphs.ts';
import { place } from './path.ts';
import { path } from './svg.ts';

const SPACE = 56;
const FALLBACK = '·';
/** More letters than this are not legible on a card, and lines far outside the picture abort resvg. */
const MAX_LETTERS = 160;

export interface TextStyle {
  /** Cap height in picture units. */
  size: number;
  /** Stroke width as a part of the cap height; 0.13 is regular. */
  weight?: number;
  /** Extra space between letters as a part of the cap height. */
  track?: number;
  /** Room for the line in picture units: a longer one is drawn smaller. */
  room?: number;
}

const glyphOf = (character: string) => GLYPHS[character] ?? GLYPHS[FALLBACK]!;

/** Lays the letters of one line; gives each with its left edge, on a cap height of 100, and the total width. */
function layout(text: string, style: TextStyle): { letters: [string, number][]; width: number } {
  const letters: [string, number][] = [];
  const weight = (style.weight ?? 0.13) * 100;
  const gap = (style.track ?? 0) * 100 + weight;
  let x = 0;
  let previous = '';
  for (const character of text.slice(0, MAX_LETTERS).normalize('NFKD').replace(/\p{M}/gu, '')) {
    if (character === ' ') {
      x += SPACE + gap;
      previous = '';
      continue;
    }
    if (previous !== '')
      x += bearing(previous) / 2 + bearing(character) / 2 + gap + kern(previous, character);
    letters.push([character, x]);
    x += glyphOf(character)[0];
    previous = character;
  }
  return { letters, width: x };
}

/** Width of a line of text in picture units. */
export function measure(text: string, style: TextStyle): number {
  return (layout(text, style).width * style.size) / 100;
}

/** The cap height at which a line fits its room. */
export function fittedSize(text: string, style: TextStyle): number {
  if (style.room === undefined) return style.size;
  return Math.min(style.size, (style.size * style.room) / measure(text, style));
}

/** The centre lines of a line of text as path data; `y` is the baseline. */
function textPath(text: string, x: number, y: number, style: TextStyle, anchor = 0): string {
  const scale = style.size / 100;
  const { letters, width } = layout(text, style);
  const left = x - width * scale * anchor;
  return letters
    .map(([character, at]) => place(glyphOf(character)[1], left + at * scale, y - style.size, scale))
    .join('');
}

/** A line of text drawn in a paint, fitted to its room; `anchor` 0 starts at x, 0.5 centres on it, 1 ends there. */
export function text(
  content: string,
  at: [x: number, y: number],
  style: TextStyle,
  paint: string,
  anchor = 0,
): string {
  const size = fittedSize(content, style);
  return path(textPath(content, at[0], at[1], { ...style, size }, anchor), {
    stroke: paint,
    'stroke-width': size * (style.weight ?? 0.13),
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  });
}

/** Breaks text into lines at most `width` wide. */
export function wrap(content: string, style: TextStyle, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of content.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer, style) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, line];
}
