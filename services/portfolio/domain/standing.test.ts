import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERIAL_CLASSES, type SerialClass, withPremium } from './serials.ts';
import { type Change, Standing, type Worth } from './standing.ts';

const people = ['ann', 'ben', 'cyd'];
const cards = ['fox', 'owl', 'elk'];

const lots = fc.array(
  fc.record({
    accountId: fc.constantFrom(...people),
    cardId: fc.constantFrom(...cards),
    serial: fc.constantFrom<SerialClass[]>(...SERIAL_CLASSES),
    cost: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    ends: fc.boolean(),
  }),
  { maxLength: 30 },
);
// From a micro-USDC to what an estimate can be at the most: small and large sums are added in different ways.
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 10n ** 15n }));
const worths = fc.record({
  values: fc.tuple(amount, amount).map(([fox, owl]) => new Map(Object.entries({ fox, owl }))),
  basisPoints: fc
    .tuple(...SERIAL_CLASSES.map(() => fc.integer({ min: 1, max: 100_000 })))
    .map(
      (all) => Object.fromEntries(SERIAL_CLASSES.map((name, i) => [name, all[i]])) as Worth['basisPoints'],
    ),
});

test('what everybody holds is worth the sum of their copies, each with its own premium, to the micro-USDC', () => {
  fc.assert(
    fc.property(lots, worths, (all, worth) => {
      const standing = new Standing();
      const begin = ({ accountId, cardId, serial, cost }: (typeof all)[number]): Change => ({
        ...{ accountId, cardId, serial, cost },
        copies: 1,
      });
      const end = (change: Change): Change => ({ ...change, copies: -1, cost: -change.cost });
      // An end may be told before its beginning, within a day.
      for (const lot of all.filter(({ ends }) => ends)) standing.apply(end(begin(lot)));
      for (const lot of all) standing.apply(begin(lot));
      const expected = people.flatMap((accountId) => {
        const held = all.filter((lot) => lot.accountId === accountId && !lot.ends);
        if (held.length === 0) return [];
        const value = held.reduce(
          (sum, { cardId, serial }) =>
            sum + withPremium(worth.values.get(cardId) ?? 0n, worth.basisPoints[serial]),
          0n,
        );
        return [
          { accountId, value, cost: held.reduce((sum, lot) => sum + lot.cost, 0n), copies: held.length },
        ];
      });
      const byAccount = <T extends { accountId: string }>(list: T[]) =>
        list.toSorted((a, b) => a.accountId.localeCompare(b.accountId));
      expect(byAccount(standing.valued(worth))).toEqual(expected);
    }),
  );
});
