import { expect, test } from 'vitest';
import type { TradeCopy } from '../goods.ts';
import { cashOf, type Draft, faultOf, MOST_COPIES, toggled } from './draft.ts';

const copy = (id: string): TradeCopy => ({
  ...{ id, name: id, serial: 1, editionSize: 9, rarity: 'rare', artworkUrl: '/content/x' },
});
const none = { copies: [], cash: '' };

test('a copy goes on the table and comes back, and no more than may be there', () => {
  const one = toggled(none, copy('a'));
  expect(one.copies.map(({ id }) => id)).toEqual(['a']);
  expect(toggled(one, copy('a')).copies).toEqual([]);
  const full = Array.from({ length: MOST_COPIES + 1 }, (_, index) => copy(String(index))).reduce(
    toggled,
    none,
  );
  expect(full.copies).toHaveLength(MOST_COPIES);
});

test.each([
  ['', '0'],
  [' 0,00', '0'],
  ['1,5', '1.5'],
  ['1.2.3', undefined],
  ['ten', undefined],
])('%j is %j of cash', (typed, amount) => {
  expect(cashOf(typed)).toBe(amount);
});

test.each<[Partial<Draft>, string, string | undefined]>([
  [{}, '100', 'sideEmpty'],
  [{ give: { copies: [copy('a')], cash: '' } }, '100', 'sideEmpty'],
  [{ give: { copies: [], cash: '5' }, receive: { copies: [], cash: '4' } }, '100', 'cashOnly'],
  [{ give: { copies: [], cash: 'x' } }, '100', 'giveNotMoney'],
  [{ receive: { copies: [], cash: 'x' } }, '100', 'receiveNotMoney'],
  [{ give: { copies: [], cash: '100' }, receive: { copies: [copy('a')], cash: '' } }, '102.5', undefined],
  [{ give: { copies: [], cash: '100' }, receive: { copies: [copy('a')], cash: '' } }, '102.49', 'short'],
  [{ give: { copies: [copy('b')], cash: '' }, receive: { copies: [], cash: '900' } }, '0', undefined],
])('a draft %j of somebody with %s: %s', (sides, available, fault) => {
  expect(faultOf({ give: none, receive: none, ...sides }, available, 250)).toBe(fault);
});
