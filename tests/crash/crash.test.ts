import { expect, test } from 'vitest';
import { faults } from './faults/index.ts';
import { compare, Ledger } from './ledger.ts';
import { planOf } from './plan.ts';

test('a seed gives the same rounds, in which every fault has its turn before any comes again', () => {
  const rounds = planOf(7, 40, faults);
  expect(planOf(7, 40, faults)).toEqual(rounds);
  expect(planOf(8, 40, faults)).not.toEqual(rounds);
  const first = rounds.slice(0, faults.length).map(({ fault }) => fault);
  expect(first.toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
  expect(rounds.every(({ fault }) => faults.some(({ name }) => name === fault))).toBe(true);
});

test('an answer that is not there is lost, and an effect that nobody was answered for is there twice', () => {
  const answered = new Map([
    ['a', '1'],
    ['b', '1'],
  ]);
  expect(compare('bid', answered, [{ id: 'a' }, { id: 'b' }])).toEqual([]);
  expect(compare('bid', answered, [{ id: 'a' }])).toEqual(['lost: bid b was answered']);
  expect(compare('bid', answered, [{ id: 'a' }, { id: 'b' }, { id: 'c' }])).toEqual([
    'twice: bid c has no call of its own',
  ]);
});

test('a ledger notices one effect that is the answer to two calls', () => {
  const ledger = new Ledger();
  ledger.bid('a', '1');
  ledger.bid('a', '1');
  ledger.purchase('l');
  ledger.purchase('l');
  expect(ledger.faults).toEqual(['bid a was answered for two calls', 'listing l was sold twice']);
});
