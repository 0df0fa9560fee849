import type { Result } from '@ece/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advance,
  decide,
  isSide,
  type OfferAction,
  type OfferState,
  type OfferTerms,
  type PersonalAction,
} from './offer.ts';

const EXPIRY = new Date('2030-01-08T00:00:00Z');
const offer = (over: Partial<OfferTerms> = {}): OfferTerms =>
  Object.freeze({ fromId: 'ann', toId: 'ben', state: 'open', expiresAt: EXPIRY, ...over });
const at = (ms: number) => new Date(EXPIRY.getTime() + ms);

const states = fc.constantFrom<OfferState>(
  'open',
  'accepted',
  'declined',
  'withdrawn',
  'countered',
  'expired',
  'void',
);
const personal = fc.constantFrom<PersonalAction>('accept', 'decline', 'withdraw', 'counter');
const people = fc.constantFrom('ann', 'ben', 'eve');
const ENDS: Record<OfferAction, OfferState> = {
  accept: 'accepted',
  decline: 'declined',
  withdraw: 'withdrawn',
  counter: 'countered',
  expire: 'expired',
  void: 'void',
};

describe('the states of an offer', () => {
  test('whatever happens in whatever order, one action ends it and nothing changes it again', () => {
    const happenings = fc.oneof(
      fc.record({ action: personal, actor: people, ms: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ action: fc.constantFrom<'expire' | 'void'>('expire', 'void') }),
    );
    fc.assert(
      fc.property(fc.array(happenings, { maxLength: 20 }), (sequence) => {
        let state: OfferState = 'open';
        let ends = 0;
        for (const happening of sequence) {
          const before: OfferState = state;
          const result: Result<OfferState> =
            'actor' in happening
              ? decide(offer({ state }), happening.action, happening.actor, at(happening.ms))
              : advance(state, happening.action);
          if (result.ok) {
            expect(before).toBe('open');
            expect(result.value).toBe(ENDS[happening.action]);
            state = result.value;
            ends++;
          } else {
            expect(state).toBe(before);
          }
        }
        expect(ends).toBe(state === 'open' ? 0 : 1);
      }),
    );
  });

  test('every state but open refuses every action', () => {
    fc.assert(
      fc.property(states, fc.constantFrom(...(Object.keys(ENDS) as OfferAction[])), (state, action) => {
        expect(advance(state, action).ok).toBe(state === 'open');
      }),
    );
  });
});

describe('who may do what and when', () => {
  test('an action is accepted exactly from its side, while the offer is open and before its expiry', () => {
    fc.assert(
      fc.property(states, personal, people, fc.integer({ min: -2, max: 2 }), (state, action, actor, ms) => {
        const result = decide(offer({ state }), action, actor, at(ms));
        const side = action === 'withdraw' ? 'ann' : 'ben';
        expect(result.ok).toBe(state === 'open' && actor === side && ms < 0);
      }),
    );
  });

  test('an outsider learns nothing, whatever the state', () => {
    fc.assert(
      fc.property(states, personal, fc.integer({ min: -2, max: 2 }), (state, action, ms) => {
        expect(decide(offer({ state }), action, 'eve', at(ms))).toEqual({
          ok: false,
          error: { code: 'not_found' },
        });
      }),
    );
    expect(isSide(offer(), 'eve')).toBe(false);
  });

  test('at the instant of its expiry an offer is over', () => {
    expect(decide(offer(), 'accept', 'ben', at(-1))).toEqual({ ok: true, value: 'accepted' });
    expect(decide(offer(), 'accept', 'ben', at(0))).toMatchObject({ error: { code: 'trade_offer_expired' } });
    expect(decide(offer({ state: 'declined' }), 'accept', 'ben', at(0))).toMatchObject({
      error: { code: 'trade_offer_closed', data: { state: 'declined' } },
    });
    expect(decide(offer(), 'accept', 'ann', at(-1))).toMatchObject({ error: { code: 'forbidden' } });
    expect(decide(offer(), 'withdraw', 'ben', at(-1))).toMatchObject({ error: { code: 'forbidden' } });
  });
});
