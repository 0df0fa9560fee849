import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affordable, checkDistinct, checkTotal } from './bulk.ts';

const prices = fc.array(fc.option(fc.bigInt({ min: 1n, max: 20n }), { nil: null }), { maxLength: 12 });
const budgets = fc.bigInt({ min: 0n, max: 60n });

test('what is chosen never costs more than there is, and what is passed over never fitted in its turn', () => {
  fc.assert(
    fc.property(prices, budgets, (items, budget) => {
      const chosen = affordable(items, budget);
      let left = budget;
      for (const [index, price] of items.entries()) {
        expect(chosen[index]).toBe(price !== null && price <= left);
        if (chosen[index]) left -= price!;
      }
      expect(left).toBeGreaterThanOrEqual(0n);
    }),
  );
});

test('what comes first is not given up for what comes later', () => {
  expect(affordable([6n, 5n, null, 4n], 10n)).toEqual([true, false, false, true]);
});

test('all of them are affordable exactly when their total is', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 20n })), budgets, (items, budget) => {
      const total = items.reduce((sum, price) => sum + price, 0n);
      expect(checkTotal(items, budget).ok).toBe(total <= budget);
      expect(affordable(items, budget).every(Boolean)).toBe(total <= budget);
    }),
  );
});

test('a call that names a thing twice is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 6 }), (ids) => {
      expect(checkDistinct(ids).ok).toBe(new Set(ids).size === ids.length);
    }),
  );
});
