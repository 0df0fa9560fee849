import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CopyTraits,
  rangedWordsOfCard,
  scopeOf,
  type Target,
  takes,
  type Wish,
  wordOf,
  wordsOfCard,
  wordsOfCopy,
} from './target.ts';

const NOTHING: Wish = {
  copyId: null,
  cardId: null,
  setId: null,
  rarity: null,
  category: null,
  serialFrom: null,
  serialTo: null,
};

// Few values, so that offers and copies often meet, and categories that look like the words around them.
const categories = fc.constantFrom('Apps', '*', '=Apps', 'Apps rare', '# set s1');
const copies: fc.Arbitrary<CopyTraits> = fc.record({
  copyId: fc.constantFrom('c1', 'c2'),
  cardId: fc.constantFrom('k1', 'k2'),
  setId: fc.constantFrom('s1', 's2'),
  rarity: fc.constantFrom('rare', 'epic'),
  category: categories,
  serial: fc.integer({ min: 1, max: 5 }),
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const serials = {
  serialFrom: maybe(fc.integer({ min: 1, max: 5 })),
  serialTo: maybe(fc.integer({ min: 1, max: 5 })),
};
const wishes: fc.Arbitrary<Wish> = fc.record({
  copyId: maybe(fc.constantFrom('c1', 'c2')),
  cardId: maybe(fc.constantFrom('k1', 'k2')),
  setId: maybe(fc.constantFrom('s1', 's2')),
  rarity: maybe(fc.constantFrom('rare', 'epic')),
  category: maybe(categories),
  ...serials,
});
const targets: fc.Arbitrary<Target> = fc.oneof(
  fc
    .constantFrom('c1', 'c2')
    .map((copyId): Target => ({ ...NOTHING, scope: 'copy', copyId, cardId: 'k1', setId: 's1' })),
  fc
    .record({ cardId: fc.constantFrom('k1', 'k2'), ...serials })
    .map((one): Target => ({ ...NOTHING, ...one, scope: 'card', setId: 's1' })),
  fc
    .record({
      setId: fc.constantFrom('s1', 's2'),
      rarity: maybe(fc.constantFrom('rare', 'epic')),
      category: maybe(categories),
      ...serials,
    })
    .map((one): Target => ({ ...NOTHING, ...one, scope: 'set' })),
);

describe('the words of targets', () => {
  test('are among those of a copy exactly where the offer takes it, but for the serial', () => {
    fc.assert(
      fc.property(targets, copies, (target, copy) => {
        const any = { ...target, serialFrom: null, serialTo: null };
        expect(wordsOfCopy(copy).includes(wordOf(target))).toBe(takes(any, copy));
      }),
      { numRuns: 2_000 },
    );
  });

  test('are those of a card exactly where the offer takes every copy of it', () => {
    fc.assert(
      fc.property(targets, copies, (target, copy) => {
        const every = target.scope !== 'copy' && takes({ ...target, serialFrom: null, serialTo: null }, copy);
        const ranged = target.serialFrom !== null || target.serialTo !== null;
        expect(wordsOfCard(copy).includes(wordOf(target))).toBe(every && !ranged);
        expect(rangedWordsOfCard(copy).includes(wordOf(target))).toBe(every && ranged);
      }),
      { numRuns: 2_000 },
    );
  });

  test('differ for targets that take different copies', () => {
    fc.assert(
      fc.property(targets, targets, copies, (one, other, copy) => {
        fc.pre(wordOf(one) === wordOf(other));
        const any = { serialFrom: null, serialTo: null };
        expect(takes({ ...one, ...any }, copy)).toBe(takes({ ...other, ...any }, copy));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a serial is taken within its bounds, both included', () => {
    const target: Target = {
      ...NOTHING,
      scope: 'card',
      cardId: 'k1',
      setId: 's1',
      serialFrom: 2,
      serialTo: 4,
    };
    const taken = [1, 2, 3, 4, 5].filter((serial) =>
      takes(target, { copyId: 'c', cardId: 'k1', setId: 's1', rarity: 'rare', category: 'x', serial }),
    );
    expect(taken).toEqual([2, 3, 4]);
  });
});

describe('what may be asked for', () => {
  test('is one of the three, narrowed by what it has', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const named = [wish.copyId, wish.cardId, wish.setId].filter((id) => id !== null).length;
        const traits = wish.rarity !== null || wish.category !== null;
        const ranged = wish.serialFrom !== null || wish.serialTo !== null;
        const sensible =
          named === 1 &&
          !(traits && wish.setId === null) &&
          !(ranged && wish.copyId !== null) &&
          (wish.serialFrom ?? 0) <= (wish.serialTo ?? Number.POSITIVE_INFINITY);
        const scope = scopeOf(wish);
        expect(scope.ok).toBe(sensible);
        if (!scope.ok) expect(scope.error.code).toBe('validation_failed');
        else expect(wish[`${scope.value}Id`]).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});
