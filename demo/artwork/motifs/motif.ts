/** What a shape of an emblem is for; a theme decides how each tone is painted. */
export type Tone = 'body' | 'side' | 'deep' | 'light' | 'spark';

/** One shape in a box of -100..100 both ways: filled, or stroked where `line` gives a width. */
export interface Shape {
  tone: Tone;
  d: string;
  line?: number;
}

/** An emblem: shapes from back to front. */
export type Motif = readonly Shape[];

const filled =
  (tone: Tone) =>
  (d: string): Shape => ({ tone, d });

export const body = filled('body');
export const side = filled('side');
export const deep = filled('deep');
export const light = filled('light');
export const spark = filled('spark');

/** A stroked shape. */
export function line(tone: Tone, width: number, d: string): Shape {
  return { tone, d, line: width };
}
