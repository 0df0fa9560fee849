import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accept,
  advanceOffer,
  checkSellable,
  decline,
  type OfferAction,
  type OfferState,
  type OfferTerms,
  withdraw,
} from './offer.ts';

const NOW = new Date('2030-01-01T00:00:00.000Z');
const STATES: OfferState[] = ['open', 'accepted', 'declined', 'withdrawn', 'expired', 'void'];
const offer = (over: Partial<OfferTerms> = {}): OfferTerms => ({
  ...{ buyerId: 'buyer', ownerId: 'owner', amount: 5_000_000n, state: 'open' },
  expiresAt: new Date(NOW.getTime() + 1),
  ...over,
});
const offers = fc.record({
  buyerId: fc.constant('buyer'),
  ownerId: fc.constantFrom('owner', null),
  amount: fc.constant(5_000_000n),
  state: fc.constantFrom(...STATES),
  expiresAt: fc.integer({ min: -2, max: 2 }).map((ms) => new Date(NOW.getTime() + ms)),
});
const people = fc.constantFrom('buyer', 'owner', 'other');

test('whatever is done to an offer, the first action ends it and nothing changes it again', () => {
  const actions = fc.constantFrom<OfferAction>('accept', 'decline', 'withdraw', 'expire', 'void');
  fc.assert(
    fc.property(fc.array(actions, { minLength: 1, maxLength: 8 }), (sequence) => {
      let state: OfferState = 'open';
      let changes = 0;
      for (const action of sequence) {
        const next = advanceOffer(state, action);
        if (!next.ok) continue;
        state = next.value;
        changes++;
      }
      expect(changes).toBe(1);
      expect(state).toBe(
        { accept: 'accepted', decline: 'declined', withdraw: 'withdrawn', expire: 'expired', void: 'void' }[
          sequence[0]!
        ],
      );
    }),
  );
});

describe('who may do what', () => {
  test('anybody but the buyer accepts, at the amount that they saw, while it is open and in time', () => {
    fc.assert(
      fc.property(offers, people, fc.bigInt({ min: 4_999_999n, max: 5_000_001n }), (one, actor, seen) => {
        const expected =
          one.state === 'open' && one.expiresAt > NOW && actor !== 'buyer' && seen === one.amount;
        expect(accept(one, actor, seen, NOW).ok).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(accept(offer(), 'owner', 1n, NOW)).toMatchObject({
      error: { code: 'price_changed', data: { amount: '5' } },
    });
  });

  test('the owner of the named copy declines, the buyer withdraws', () => {
    fc.assert(
      fc.property(offers, people, (one, actor) => {
        const live = one.state === 'open' && one.expiresAt > NOW;
        expect(decline(one, actor, NOW).ok).toBe(live && one.ownerId !== null && actor === one.ownerId);
        expect(withdraw(one, actor, NOW).ok).toBe(live && actor === 'buyer');
      }),
      { numRuns: 1_000 },
    );
    expect(decline(offer({ ownerId: null }), 'owner', NOW)).toMatchObject({
      error: { code: 'offer_not_personal' },
    });
    expect(withdraw(offer({ expiresAt: NOW }), 'buyer', NOW)).toMatchObject({
      error: { code: 'offer_expired' },
    });
  });
});

test.each([
  [{}, undefined],
  [{ commitment: { kind: 'listing', id: 'l' } }, undefined],
  [{ commitment: { kind: 'auction', id: 'a' } }, 'copy_committed'],
  [{ commitment: { kind: 'listing', id: 'other' } }, 'copy_committed'],
  [{ ownerId: 'other' }, 'copy_not_owned'],
  [{ ownerId: 'outside' }, 'copy_away'],
  [{ epoch: 4n }, 'copy_stale'],
] as const)('a copy that is %o is refused with %s', (over, code) => {
  const copy = { ownerId: 'seller', epoch: 3n, commitment: null, ...over };
  const result = checkSellable(copy, { epoch: 3n, listingId: 'l' }, 'seller', 'outside');
  expect(result.ok ? undefined : result.error.code).toBe(code);
  if (code === 'copy_stale') {
    expect(checkSellable(copy, { epoch: null, listingId: undefined }, 'seller', 'outside').ok).toBe(true);
  }
});
