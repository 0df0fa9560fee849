import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, type CardFacts, emptyBooks, type Sale } from './books.ts';
import { type Comparable, counting, countingWith, levelOf, weigh } from './comparables.ts';
import { cardValue, groupsOf } from './estimate.ts';
import { robustCenter, weightedMedian } from './robust.ts';
import { learnPremium, noPremiums, premiumBasisPoints, serialClass, withPremium } from './serials.ts';

const CARD: CardFacts = { id: 'card', setId: 'set', rarity: 'rare' };
const factsOf = (id: string): CardFacts => ({ ...CARD, id });

/** Sales of a card by people who never meet twice, each of a copy of its own. */
const sale = (i: number, price: bigint, at: number, cardId = 'card'): Sale => ({
  copyId: `${cardId} copy${i}`,
  cardId,
  serial: 'ordinary',
  sellerId: `seller${i}`,
  buyerId: `buyer${i}`,
  price,
  at,
});

/** What the card is worth after sales, of which each is on a day of its own. */
function valueAfter(sales: Sale[], at = sales.at(-1)!.at + 1) {
  let books = emptyBooks();
  for (const one of sales) ({ books } = advance(books, [one], factsOf));
  return cardValue(books, groupsOf(books, factsOf), CARD, at)!;
}

const prices = (list: bigint[]) => list.map((price, i) => sale(i, price, 100 + i));
const price = fc.bigInt({ min: 10_000n, max: 10n ** 12n });
const near = (base: bigint) => fc.integer({ min: 900, max: 1100 }).map((k) => (base * BigInt(k)) / 1000n);
const market = fc
  .bigInt({ min: 1_000_000n, max: 10n ** 10n })
  .chain((base) =>
    fc.record({ base: fc.constant(base), list: fc.array(near(base), { minLength: 8, maxLength: 20 }) }),
  );

describe('the value of a card', () => {
  test('lies between the lowest and the highest of its prices, and in its own range', () => {
    fc.assert(
      fc.property(fc.array(price, { minLength: 1, maxLength: 20 }), (list) => {
        // On one day the index does not move: the value is by the prices alone.
        const { books } = advance(
          emptyBooks(),
          list.map((one, i) => sale(i, one, 100)),
          factsOf,
        );
        const { value, low, high } = cardValue(books, groupsOf(books, factsOf), CARD, 101)!;
        const sorted = list.toSorted((a, b) => (a < b ? -1 : 1));
        expect(value).toBeGreaterThanOrEqual(sorted[0]! - 1n);
        expect(value).toBeLessThanOrEqual(sorted.at(-1)! + 1n);
        expect(low <= value && value <= high).toBe(true);
      }),
    );
  });

  test('does not depend on the unit of prices', () => {
    fc.assert(
      fc.property(market, ({ list }) => {
        const one = valueAfter(prices(list));
        const thousand = valueAfter(prices(list.map((p) => p * 1000n)));
        expect(Number(thousand.value) / Number(one.value)).toBeCloseTo(1000, 0);
      }),
    );
  });

  test('moves by less than a fifth when a quarter of the sales are absurd', () => {
    fc.assert(
      fc.property(market, fc.constantFrom(100n, 10_000n), fc.boolean(), ({ list, base }, factor, up) => {
        const absurd = up ? base * factor : base / factor + 1n;
        const spoilt = list.map((p, i) => (i % 4 === 1 ? absurd : p));
        const { value } = valueAfter(prices(spoilt));
        expect(Math.abs(Number(value) / Number(base) - 1)).toBeLessThan(0.2);
      }),
    );
  });

  test('is hardly moved by two people who pass a copy to and fro at a fancy price', () => {
    fc.assert(
      fc.property(market, fc.integer({ min: 1, max: 30 }), ({ list, base }, times) => {
        const honest = prices(list);
        const wash = Array.from({ length: times }, (_, i) => ({
          ...sale(0, base * 50n, 150 + i),
          copyId: 'washed',
          sellerId: i % 2 ? 'x' : 'y',
          buyerId: i % 2 ? 'y' : 'x',
        }));
        const { value } = valueAfter([...honest, ...wash]);
        expect(Number(value) / Number(base)).toBeGreaterThan(0.75);
        expect(Number(value) / Number(base)).toBeLessThan(1.25);
      }),
    );
  });

  test('follows the set when its other cards rise', () => {
    const others = Array.from({ length: 12 }, (_, i) => `other${i}`);
    let books = advance(
      emptyBooks(),
      ['card', ...others].flatMap((id, c) =>
        Array.from({ length: 5 }, (_, i) => sale(c * 10 + i, 1_000_000n, 100, id)),
      ),
      factsOf,
    ).books;
    for (let day = 101; day < 106; day++) {
      const sales = others.map((id, i) => sale(day * 100 + i, 1_500_000n, day, id));
      ({ books } = advance(books, sales, factsOf));
    }
    const { value, method } = cardValue(books, groupsOf(books, factsOf), CARD, 106)!;
    expect(method).toBe('sales');
    expect(Number(value)).toBeGreaterThan(1_300_000);
    expect(Number(value)).toBeLessThan(1_600_000);
  });

  test('of one absurd sale is what is thinkable for a card of its rarity in its set', () => {
    const others = Array.from({ length: 5 }, (_, i) => sale(i, 1_000_000n, 100, `other${i}`));
    const { books } = advance(emptyBooks(), [...others, sale(9, 10n ** 12n, 100)], factsOf);
    const { value, method, confidence } = cardValue(books, groupsOf(books, factsOf), CARD, 101)!;
    expect(method).toBe('index');
    expect(confidence).not.toBe('high');
    expect(value).toBeLessThanOrEqual(6_000_001n);
  });

  test('is less certain the older it is', () => {
    const sales = prices(Array.from({ length: 10 }, () => 5_000_000n));
    const widths = [1, 30, 120, 400].map((days) => {
      const { low, high } = valueAfter(sales, sales.at(-1)!.at + days);
      return Number(high - low);
    });
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    expect(new Set(widths).size).toBe(widths.length);
    expect(valueAfter(sales).confidence).toBe('high');
    expect(valueAfter(sales, 600).confidence).not.toBe('high');
  });
});

describe('the parts', () => {
  test('a weighted median has at most half of the weight on each side', () => {
    const items = fc.array(
      fc.record({ value: fc.integer({ min: -50, max: 50 }), weight: fc.integer({ min: 0, max: 9 }) }),
    );
    fc.assert(
      fc.property(items, (list) => {
        const total = list.reduce((sum, { weight }) => sum + weight, 0);
        const middle = weightedMedian(list);
        if (total === 0) {
          expect(middle).toBeUndefined();
          return;
        }
        const weight = (keep: (value: number) => boolean) =>
          list.filter(({ value }) => keep(value)).reduce((sum, item) => sum + item.weight, 0);
        expect(weight((value) => value < middle!)).toBeLessThanOrEqual(total / 2);
        expect(weight((value) => value > middle!)).toBeLessThanOrEqual(total / 2);
      }),
    );
  });

  test('a robust middle is the mean where there is no outlier', () => {
    const items = [1, 2, 3, 4, 5].map((value) => ({ value, weight: 1 }));
    expect(robustCenter(items, 0.1)!.center).toBe(3);
    expect(robustCenter([...items, { value: 1e6, weight: 1 }], 0.1)!.center).toBe(3);
    expect(robustCenter([], 0.1)).toBeUndefined();
  });

  test('a sale weighs half after a half-life; a pair and a copy count once', () => {
    const comparable = (over: Partial<Comparable>): Comparable => ({
      ...{ copyId: 'a', log: 0, serial: 'ordinary', sellerId: 's', buyerId: 'b', at: 100 },
      ...over,
    });
    const list = [
      comparable({}),
      comparable({ copyId: 'b', sellerId: 'b', buyerId: 's', at: 99 }),
      comparable({ copyId: 'c', buyerId: 'c', at: 70 }),
      comparable({ buyerId: 'd', at: 60 }),
      comparable({ copyId: 'b', buyerId: 'e', at: 50 }),
    ];
    expect(counting(list)).toEqual([list[0], list[2]]);
    expect(weigh(counting(list))).toEqual([1, 0.5]);
    expect(levelOf(counting(list), noPremiums())).toMatchObject({ log: 0, sales: 2, newest: 100 });
    expect(levelOf([], noPremiums())).toBeUndefined();
  });

  test('what counts is the same whether it is asked of all sales or of what counted before', () => {
    const sales = fc.array(fc.tuple(fc.nat(3), fc.nat(4), fc.nat(4)), { maxLength: 60 });
    fc.assert(
      fc.property(sales, (list) => {
        const all: Comparable[] = list.map(([copy, seller, buyer], i) => ({
          ...{ copyId: `${copy}`, sellerId: `${seller}`, buyerId: `${buyer}`, at: i },
          ...{ log: i, serial: 'ordinary' },
        }));
        let kept: Comparable[] = [];
        let added: Comparable[] = [];
        for (const sale of all) {
          kept = counting([sale, ...kept]);
          added = countingWith(sale, added);
        }
        expect(kept).toEqual(counting(all.toReversed()));
        expect(added).toEqual(kept);
      }),
    );
  });

  test.each([
    [1, 1, 'ordinary'],
    [1, 50, 'first'],
    [3, 50, 'lowest'],
    [3, 3, 'lowest'],
    [4, 4, 'last'],
    [10, 50, 'low'],
    [11, 50, 'ordinary'],
    [50, 50, 'last'],
  ] as const)('serial %d of %d is %s', (serial, edition, name) => {
    expect(serialClass(serial, edition)).toBe(name);
  });

  test('a premium is learnt from many sales and not from one', () => {
    const known = { log: 0, sales: 0 };
    expect(learnPremium(known, Math.log(1000)).log).toBeLessThan(0.2);
    let premium = known;
    for (let i = 0; i < 100; i++) premium = learnPremium(premium, Math.log(2));
    expect(premiumBasisPoints(premium)).toBeGreaterThan(19_000);
    expect(premiumBasisPoints(premium)).toBeLessThan(20_100);
    expect(withPremium(1_000_001n, 15_000)).toBe(1_500_001n);
  });
});
