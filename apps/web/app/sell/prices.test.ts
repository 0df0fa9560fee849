import { parseMoney } from '@ece/sdk/browser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lotPrices, priceBy, readPercent, sumOf } from './prices.ts';

test('a rule proposes a share of what each is worth in whole cents, or one price for all', () => {
  expect(priceBy({ kind: 'estimate', percent: 100 }, '12.345678')).toBe('12.35');
  expect(priceBy({ kind: 'estimate', percent: 92.5 }, '200')).toBe('185');
  expect(priceBy({ kind: 'estimate', percent: 1 }, '0.02')).toBe('0.01');
  expect(priceBy({ kind: 'estimate', percent: 100 }, undefined)).toBe('');
  expect(priceBy({ kind: 'estimate', percent: 0 }, '5')).toBe('');
  expect(priceBy({ kind: 'same', price: '7' }, '5')).toBe('7');
});

test('the prices of a lot make up its price, and differ by a micro-USDC at the most', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.integer({ min: 1, max: 50 }), (micro, copies) => {
      const price = sumOf([`${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`]);
      const parts = lotPrices(price, copies);
      expect(sumOf(parts)).toBe(price);
      const amounts = parts.map(parseMoney);
      expect(amounts[0]! - amounts.at(-1)!).toBeLessThanOrEqual(1n);
    }),
  );
});

test.each([
  ['95', 95],
  ['92,5', 92.5],
  ['0', undefined],
  ['1001', undefined],
  ['most', undefined],
])('of %j the share is %j', (typed, percent) => {
  expect(readPercent(typed)).toBe(percent);
});
