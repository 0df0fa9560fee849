import { expect, test } from 'vitest';
import { DEFAULT_OFFER_LIFETIME_MS, LONGEST_OFFER_LIFETIME_MS, offerExpiry } from './offers.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const inMs = (ms: number) => new Date(NOW.getTime() + ms);

test('an offer stands for a week unless it says otherwise, and for 30 days at the most', () => {
  expect(DEFAULT_OFFER_LIFETIME_MS).toBe(7 * 86_400_000);
  expect(offerExpiry(undefined, NOW)).toEqual({ ok: true, value: inMs(DEFAULT_OFFER_LIFETIME_MS) });
  for (const ms of [1, LONGEST_OFFER_LIFETIME_MS]) {
    expect(offerExpiry(inMs(ms), NOW)).toEqual({ ok: true, value: inMs(ms) });
  }
  for (const wrong of [inMs(0), inMs(-1), inMs(LONGEST_OFFER_LIFETIME_MS + 1), new Date('never')]) {
    expect(offerExpiry(wrong, NOW)).toMatchObject({ error: { code: 'invalid_schedule' } });
  }
});
