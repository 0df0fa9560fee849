import { expect, test } from 'vitest';
import { addressOf, callOf, filtersOf, readQuery } from './query.ts';

const read = (address: string) => readQuery(Object.fromEntries(new URL(address, 'http://ece').searchParams));

test.each([
  '/explore',
  '/explore?q=amber+fox',
  '/explore?kind=copy&set=ABYS%2CGILD&rarity=rare&category=Music&from=1.5&to=20&serialFrom=1&serialTo=10&listed=true&auction=true&ending=3600&sort=serial&view=table',
])('%s is read and written the same', (address) => {
  expect(addressOf(read(address))).toBe(address);
});

test('what makes no sense is left out', () => {
  const nonsense =
    '/explore?kind=house&set=a%2Cb&rarity=odd&from=-1&serialFrom=0&listed=1&ending=2&sort=up&view=x';
  expect(read(nonsense)).toEqual({ kind: 'card' });
  expect(readQuery({ q: ['a', 'b'] })).toEqual({ kind: 'card' });
});

test('the API is asked only for what a kind has', () => {
  expect(callOf(read('/explore?kind=person&q=ada&rarity=rare&sort=cheapest'))).toEqual({
    kind: 'person',
    q: 'ada',
  });
  expect(callOf(read('/explore?serialTo=5&sort=serial&auction=true'))).toEqual({
    kind: 'card',
    auctioned: true,
  });
  expect(callOf(read('/explore?kind=copy&serialTo=5&set=ABYS,GILD'))).toEqual({
    kind: 'copy',
    serialTo: 5,
    set: 'ABYS,GILD',
  });
});

test('filters are counted without words and order', () => {
  expect(filtersOf(read('/explore?kind=copy&q=a&sort=newest&view=table'))).toBe(0);
  expect(filtersOf(read('/explore?set=ABYS&listed=true&to=5'))).toBe(3);
});
