import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learnTemplate } from './template.ts';

/** A layout with constants, lengths, and the first value in two places. */
const encode = (values: readonly Uint8Array[]) =>
  Buffer.concat([
    Buffer.from([1, 0, 0, 255]),
    ...values.flatMap((value) => [Buffer.from([value.length]), value]),
    values[0]!,
    Buffer.alloc(9),
  ]);

test('a template gives what the encoder gives, for any values of those lengths', () => {
  const lengths = fc.array(fc.integer({ min: 3, max: 40 }), { minLength: 1, maxLength: 4 });
  const shaped = lengths.chain((sizes) => {
    const values = fc.tuple(...sizes.map((size) => fc.uint8Array({ minLength: size, maxLength: size })));
    return fc.tuple(values, fc.array(values, { minLength: 1, maxLength: 5 }));
  });
  fc.assert(
    fc.property(shaped, ([first, others]) => {
      const template = learnTemplate(encode, first);
      expect(template).toBeDefined();
      for (const values of others) {
        expect(Buffer.from(template!.fill(values)).equals(encode(values))).toBe(true);
      }
    }),
  );
});

test('an encoder that does not just copy the values has no template', () => {
  const backwards = (values: readonly Uint8Array[]) => Buffer.from(values[0]!).reverse();
  expect(learnTemplate(backwards, [Uint8Array.of(1, 2, 3)])).toBeUndefined();
  const summed = (values: readonly Uint8Array[]) =>
    Buffer.concat([values[0]!, Buffer.from([values[0]!.reduce((a, b) => a + b, 0) & 255])]);
  expect(learnTemplate(summed, [Uint8Array.of(1, 2, 3)])).toBeUndefined();
});
