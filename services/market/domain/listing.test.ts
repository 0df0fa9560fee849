import { MAX_AMOUNT } from '@ece/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  cancel,
  checkPrice,
  isBound,
  type ListingAction,
  type ListingState,
  type ListingTerms,
  MINIMUM_PRICE,
  purchase,
} from './listing.ts';

const listing = (over: Partial<ListingTerms> = {}): ListingTerms =>
  Object.freeze({ id: 'l', sellerId: 'seller', price: 5_000_000n, epoch: 3n, state: 'open', ...over });
const actions = fc.constantFrom<ListingAction>('purchase', 'cancel', 'void');

describe('the states of a listing', () => {
  test('whatever is done, the first action ends it and nothing changes it again', () => {
    fc.assert(
      fc.property(fc.array(actions, { minLength: 1, maxLength: 10 }), (sequence) => {
        let state: ListingState = 'open';
        const accepted: ListingAction[] = [];
        for (const action of sequence) {
          const next = advance(state, action);
          if (!next.ok) {
            expect(next.error.code).toBe('listing_closed');
            continue;
          }
          accepted.push(action);
          state = next.value;
        }
        expect(accepted).toEqual([sequence[0]]);
        expect(state).toBe({ purchase: 'sold', cancel: 'cancelled', void: 'void' }[sequence[0]!]);
      }),
    );
  });
});

describe('purchase', () => {
  test('is accepted exactly from somebody else, at the present price, while it is open', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ListingState>('open', 'sold', 'cancelled', 'void'),
        fc.constantFrom('seller', 'buyer'),
        fc.bigInt({ min: 4_999_999n, max: 5_000_001n }),
        (state, buyer, seen) => {
          const result = purchase(listing({ state }), buyer, seen);
          expect(result.ok).toBe(state === 'open' && buyer === 'buyer' && seen === 5_000_000n);
        },
      ),
    );
  });

  test('a changed price is refused with the present one', () => {
    expect(purchase(listing(), 'buyer', 4_000_000n)).toEqual({
      ok: false,
      error: { code: 'price_changed', data: { price: '5' } },
    });
  });

  test('a closed listing is closed to its seller too', () => {
    expect(purchase(listing({ state: 'sold' }), 'seller', 5_000_000n)).toMatchObject({
      error: { code: 'listing_closed' },
    });
  });
});

test('only the seller takes a listing back, and only once', () => {
  expect(cancel(listing(), 'buyer')).toMatchObject({ error: { code: 'forbidden' } });
  expect(cancel(listing(), 'seller')).toEqual({ ok: true, value: 'cancelled' });
  expect(cancel(listing({ state: 'cancelled' }), 'seller')).toMatchObject({
    error: { code: 'listing_closed' },
  });
});

test('a price is one cent or more and a billion at the most', () => {
  expect(checkPrice(MINIMUM_PRICE).ok).toBe(true);
  expect(checkPrice(MAX_AMOUNT).ok).toBe(true);
  expect(checkPrice(MINIMUM_PRICE - 1n)).toMatchObject({
    error: { code: 'amount_too_small', data: { minimum: '0.01' } },
  });
  expect(checkPrice(MAX_AMOUNT + 1n)).toMatchObject({ error: { code: 'amount_too_large' } });
});

test('a copy is bound while it is its seller’s, in the same epoch, and committed to this listing', () => {
  const copy = Object.freeze({ ownerId: 'seller', epoch: 3n, commitment: Object.freeze({ id: 'l' }) });
  expect(isBound(listing(), copy)).toBe(true);
  expect(isBound(listing(), undefined)).toBe(false);
  expect(isBound(listing(), { ...copy, ownerId: 'buyer' })).toBe(false);
  expect(isBound(listing(), { ...copy, epoch: 4n })).toBe(false);
  expect(isBound(listing(), { ...copy, commitment: null })).toBe(false);
  expect(isBound(listing(), { ...copy, commitment: { id: 'other' } })).toBe(false);
});
