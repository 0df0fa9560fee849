import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Estimate } from '../data/types.ts';
import { balanceOf, compared, feeOn, worthOf } from './worth.ts';

const estimate = (copyId: string, value: string, confidence: Estimate['confidence']): Estimate => ({
  ...{ copyId, value, low: '1', high: '100.5', confidence },
  ...{ method: 'sales', sales: 3, serialFactor: 1 },
});

test('a side is worth its cash and the estimates of its copies, as sure as the least sure of them', () => {
  const estimates = { a: estimate('a', '10.25', 'high'), b: estimate('b', '4', 'low') };
  expect(worthOf(['a', 'b', 'c'], '2.5', estimates)).toEqual({
    ...{ value: '16.75', low: '4.5', high: '203.5', confidence: 'low', unknown: 1 },
  });
  expect(worthOf([], '0', estimates)).toMatchObject({ value: '0', confidence: undefined, unknown: 0 });
});

test.each([
  ['0', '0', { difference: '0', favours: 'nobody', share: 50 }],
  ['10', '10.5', { difference: '0.5', favours: 'nobody', share: 48.7 }],
  ['10', '12', { difference: '2', favours: 'me', share: 45.4 }],
  ['12', '10', { difference: '2', favours: 'them', share: 54.5 }],
  ['0', '3', { difference: '3', favours: 'me', share: 0 }],
])('giving %s for %s is %j', (give, receive, balance) => {
  expect(balanceOf(give, receive)).toEqual(balance);
});

test('what favours me favours the other side as they see it', () => {
  const money = fc.integer({ min: 0, max: 1_000_000 }).map(String);
  const seen = { me: 'them', them: 'me', nobody: 'nobody' } as const;
  fc.assert(
    fc.property(money, money, (a, b) => {
      const [mine, theirs] = [balanceOf(a, b), balanceOf(b, a)];
      expect(theirs.favours).toBe(seen[mine.favours]);
      expect(theirs.difference).toBe(mine.difference);
    }),
  );
});

test('a fee is a share of the cash, rounded down', () => {
  expect(feeOn('10', 250)).toBe('0.25');
  expect(feeOn('0.000039', 250)).toBe('0');
  expect(feeOn('0.00004', 250)).toBe('0.000001');
});

test.each([
  ['1.65', '1.1', 'above', 0.5],
  ['75', '100', 'below', 0.25],
  ['100.9', '100', 'at', 0],
  ['99.1', '100', 'at', 0],
])('a price of %s beside an estimate of %s is %s it by %d', (price, estimated, way, share) => {
  const answer = compared(price, estimated);
  expect(answer.way).toBe(way);
  expect(answer.share).toBeCloseTo(share);
});
