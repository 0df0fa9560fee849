import { expect, test } from 'vitest';
import { type Happening, merged } from './happenings.ts';

const at = (id: string, second: number) => ({ id, at: `2030-01-01T00:00:0${second}.000Z` }) as Happening;

test('lists become one, newest first, with each thing once', () => {
  const mine = at('sold by me', 3);
  const lists = [[mine, at('older', 1)], [at('newest', 5)], [], [mine, at('between', 2)]];
  expect(merged(lists).map(({ id }) => id)).toEqual(['newest', 'sold by me', 'between', 'older']);
});
