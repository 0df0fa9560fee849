import { getBase58Decoder, getBase58Encoder } from '@solana/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase58, toBase58 } from './base58.ts';

test('any bytes get the text that the library gives them, and come back', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    // Leading zeros, and digits of zero within.
    fc.uint8Array({ maxLength: 70, max: 1 }),
  );
  fc.assert(
    fc.property(bytes, (given) => {
      const text = toBase58(given);
      expect(text).toBe(getBase58Decoder().decode(given));
      expect(fromBase58(text)).toEqual(given);
    }),
    { numRuns: 1_000 },
  );
});

test('any text is read as the library reads it, or refused with it', () => {
  const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const texts = fc.oneof(fc.string({ unit: fc.constantFrom(...letters), maxLength: 100 }), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      let expected: Uint8Array | undefined;
      try {
        expected = new Uint8Array(getBase58Encoder().encode(text));
      } catch {
        expected = undefined;
      }
      expect(fromBase58(text)).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});
