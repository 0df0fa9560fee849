import { circle, star } from './path.ts';

/** One stroked line icon per category, in a box of -12..12. */
const ICONS: Record<string, string> = {
  Messaging: 'M-10 -8L10 -8L10 5L-2 5L-7 10L-7 5L-10 5ZM-5 -3L5 -3M-5 1L2 1',
  Fintech: `${circle(0, 0, 10)}M4 -4C2 -7 -5 -6 -4 -2C-3 1 4 0 4 3C4 7 -3 7 -5 4M0 -8L0 8`,
  Mobility: `${circle(0, 0, 10)}${circle(0, 0, 3)}M0 -10L0 -3M9 5L3 2M-9 5L-3 2`,
  Health: 'M-3 -10L3 -10L3 -3L10 -3L10 3L3 3L3 10L-3 10L-3 3L-10 3L-10 -3L-3 -3Z',
  Games:
    'M-6 -6L6 -6C10 -6 12 4 11 7C9 10 6 7 4 4L-4 4C-6 7 -9 10 -11 7C-12 4 -10 -6 -6 -6ZM-5 -3L-5 2M-7.500 -0.500L-2.500 -0.500M5 -2L5 -1',
  'Developer Tools': 'M-5 -7L-11 0L-5 7M5 -7L11 0L5 7M2 -9L-2 9',
  Music: `${circle(-6, 7, 3)}${circle(7, 4, 3)}M-3 7L-3 -8L10 -10L10 4`,
  Climate: 'M-8 8C-12 -6 0 -11 10 -10C11 2 6 11 -8 8ZM-10 11L4 -4',
  Logistics: 'M0 -11L10 -6L10 5L0 11L-10 5L-10 -6ZM-10 -6L0 0L10 -6M0 0L0 11',
  Travel: `${circle(0, 0, 11)}${star(0, 0, 4, 8, 2.5)}`,
  Food: 'M-11 -1L11 -1C11 6 6 10 0 10C-6 10 -11 6 -11 -1ZM-4 -5L-4 -9M1 -5L1 -11M6 -5L6 -9',
  Education: 'M0 -8L12 -3L0 2L-12 -3ZM-7 0L-7 6Q0 11 7 6L7 0M12 -3L12 5',
  Security: 'M0 -11L9 -8C9 2 6 8 0 11C-6 8 -9 2 -9 -8ZM-4 0L-1 3L5 -4',
  Energy: 'M3 -11L-7 2L-1 2L-3 11L7 -3L1 -3Z',
  Space: `${circle(0, 0, 6)}M-5 -4C-14 2 -12 7 0 2C12 -3 14 -8 5 -5`,
  Home: 'M-11 0L0 -10L11 0M-8 -2L-8 10L8 10L8 -2M-2 10L-2 3L3 3L3 10',
  Media: 'M-11 -8L11 -8L11 6L-11 6ZM-3 -4L5 -1L-3 3ZM-5 10L5 10',
  Community: `${circle(-5, -5, 3.5)}${circle(6, -4, 3)}M-11 8C-11 0 1 0 1 8M3 1C8 -1 11 3 11 8`,
};

/** The categories that have an icon of their own. */
export const CATEGORIES = Object.keys(ICONS);

/** The icon of a category; a plain star where there is none. */
export function categoryIcon(category: string): string {
  return ICONS[category] ?? star(0, 0, 5, 11, 5);
}
