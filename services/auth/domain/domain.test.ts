import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalisePassword, passwordIssue } from './password.ts';
import { expiryOf, isLive, isTouchDue } from './session.ts';
import { fullBucket, giveBack, take } from './token-bucket.ts';

const account = { email: 'marta.lind@example.org', handle: 'marta_lind_cards' };

describe('passwords', () => {
  test('normalising twice is normalising once; composed and decomposed letters are the same password', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const normal = normalisePassword(text);
        expect(normalisePassword(normal)).toBe(normal);
        expect(normalisePassword(text.normalize('NFD'))).toBe(normal);
      }),
    );
  });

  test('shorter than ten characters is refused, whatever the characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 9 }), (text) => {
        expect(passwordIssue(text, account)).toContain('10 characters');
      }),
    );
    expect(passwordIssue('🂡🂢🂣🂤🂥🂦🂧🂨🂩', account)).toContain('10 characters');
    expect(passwordIssue('🂡🂢🂣🂤🂥🂦🂧🂨🂩🂪', account)).toBeUndefined();
  });

  test('any phrase of random words is fine', () => {
    const word = fc.stringMatching(/^[a-z]{4,9}$/).filter((text) => new Set(text).size > 2);
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 6 }), (words) => {
        fc.pre(new Set(words.join('')).size > 3);
        expect(passwordIssue(words.join(' '), account)).toBeUndefined();
      }),
    );
  });

  test.each([
    'aaaaaaaaaaaa',
    'abababababab',
    'Password123',
    'QWERTYUIOP',
    'marta.lind@EXAMPLE.org',
    'marta.lind',
    'marta_lind_cards',
  ])('%s is refused', (text) => {
    expect(passwordIssue(text, account)).toBeTypeOf('string');
  });
});

describe('sessions', () => {
  const at = fc.integer({ min: 0, max: 4_000_000_000_000 });

  test('a session lives from its start to its expiry and not a moment longer', () => {
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 365 }), fc.nat(366 * 86_400_000), (start, days, later) => {
        const expiresAt = expiryOf(new Date(start), days);
        const session = { lastSeenAt: new Date(start), expiresAt, endedAt: null };
        expect(isLive(session, new Date(start + later))).toBe(later < days * 86_400_000);
      }),
    );
  });

  test('an ended session never lives again', () => {
    fc.assert(
      fc.property(at, at, (ended, now) => {
        const session = { lastSeenAt: new Date(0), expiresAt: new Date(8e15), endedAt: new Date(ended) };
        expect(isLive(session, new Date(now))).toBe(false);
      }),
    );
  });

  test('its use is noted once a minute', () => {
    const session = { lastSeenAt: new Date(1_000_000), expiresAt: new Date(2e12), endedAt: null };
    expect(isTouchDue(session, new Date(1_059_999))).toBe(false);
    expect(isTouchDue(session, new Date(1_060_000))).toBe(true);
  });
});

describe('token buckets', () => {
  const rule = fc.record({
    capacity: fc.integer({ min: 1, max: 50 }),
    perSecond: fc.double({ min: 0.01, max: 20, noNaN: true }),
  });

  test('never lets more through than its capacity and what it has gained', () => {
    fc.assert(
      fc.property(rule, fc.array(fc.nat(5_000), { maxLength: 200 }), (limits, pauses) => {
        let now = 0;
        let passed = 0;
        let bucket = fullBucket(limits, now);
        for (const pause of pauses) {
          now += pause;
          const taken = take(bucket, limits, now);
          bucket = taken.bucket;
          if (taken.retryAfter === 0) passed++;
          expect(bucket.tokens).toBeGreaterThanOrEqual(0);
        }
        expect(passed).toBeLessThanOrEqual(limits.capacity + (now / 1000) * limits.perSecond + 1e-6);
      }),
    );
  });

  test('who waits as long as it says gets through', () => {
    fc.assert(
      fc.property(rule, fc.nat(60), (limits, attempts) => {
        let bucket = fullBucket(limits, 0);
        for (let i = 0; i < attempts; i++) bucket = take(bucket, limits, 0).bucket;
        const { retryAfter } = take(bucket, limits, 0);
        expect(take(bucket, limits, retryAfter * 1000 + 1).retryAfter).toBe(0);
      }),
    );
  });

  test('what is given back can be taken again, and no more', () => {
    const limits = { capacity: 1, perSecond: 0.001 };
    let bucket = take(fullBucket(limits, 0), limits, 0).bucket;
    expect(take(bucket, limits, 0).retryAfter).toBeGreaterThan(0);
    bucket = giveBack(giveBack(bucket, limits), limits);
    expect(bucket.tokens).toBe(1);
  });
});
