import { formatMoney, parseMoney } from '@ece/sdk/browser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aboveMaximum, bidSteps, isLess, minus, readAmount, toCents } from './money.ts';

test.each([
  ['12', '12'],
  ['12,50', '12.5'],
  [' 012.5 ', '12.5'],
  ['0.000001', '0.000001'],
  ['5.', '5'],
  ['1000000000', '1000000000'],
])('%j is read as %s', (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});

test.each(['', '0', '0.0', '-1', '1e3', '1.2345678', '1,000.50', '1.2.3', 'NaN', '1000000001', '٣'])(
  '%j is no amount',
  (typed) => {
    expect(readAmount(typed)).toBeUndefined();
  },
);

test('what the API writes is read as itself', () => {
  const amounts = fc.bigInt({ min: 1n, max: 10n ** 15n }).map(formatMoney);
  fc.assert(fc.property(amounts, (amount) => readAmount(amount) === amount));
});

test('amounts are compared and subtracted exactly', () => {
  expect(isLess('9.99', '10')).toBe(true);
  expect(isLess('10', '10.0')).toBe(false);
  expect(minus('0.3', '0.1')).toBe('0.2');
  expect(minus('1', '2.5')).toBe('-1.5');
});

test('the steps begin with the least that is accepted and rise', () => {
  expect(bidSteps({ price: '12.5', minimumNext: '13' })).toEqual(['13', '13.5', '15']);
  expect(bidSteps({ price: null, minimumNext: '10' })).toEqual(['10', '10.5', '12']);
  const amounts = fc.bigInt({ min: 10_000n, max: 10n ** 14n });
  fc.assert(
    fc.property(amounts, amounts, fc.boolean(), (least, below, hasBids) => {
      const price = hasBids && below < least ? formatMoney(below) : null;
      const steps = bidSteps({ price, minimumNext: formatMoney(least) }).map(parseMoney);
      return steps[0] === least && steps[1]! > steps[0] && steps[2]! > steps[1]!;
    }),
  );
});

test('a raised maximum begins a step above the one that was named', () => {
  expect(bidSteps(aboveMaximum('20', { price: '11', minimumNext: '11.5' }))).toEqual(['20.5', '21', '22.5']);
  expect(aboveMaximum('20', { price: null, minimumNext: '10' })).toEqual({ price: '20', minimumNext: '30' });
});

test('a suggested price has whole cents, one at the least', () => {
  expect(['12.345', '12.3449', '0.001', '7'].map(toCents)).toEqual(['12.35', '12.34', '0.01', '7']);
});
