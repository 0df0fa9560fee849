import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aDocument } from '../test-conformance.ts';
import { batchesOf, sortOut } from './bulk.ts';
import { sourceOf, toHit } from './documents.ts';

/** What Lucene takes as one term, in bytes. */
const LONGEST_TERM = 32_766;

test('no text is too long for a term, and what is kept comes back as it was', () => {
  // One letter that is taken apart into eighteen.
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ufdfa'.repeat(4000), 'ab '.repeat(9000)),
  );
  fc.assert(
    fc.property(texts, fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (text, price) => {
      const document = aDocument('card', text, { known: [text], about: text, price });
      const source = sourceOf(document);
      const { title, tails, name, words, all, starts } = source;
      for (const term of [title, ...tails, ...name, ...words, ...all, ...starts]) {
        expect(Buffer.byteLength(term)).toBeLessThanOrEqual(LONGEST_TERM);
      }
      expect(tails.length + all.length).toBeLessThanOrEqual(700);
      const { known: _, about: __, ...hit } = document;
      expect(toHit(JSON.parse(JSON.stringify(source.hit)))).toEqual(
        JSON.parse(JSON.stringify({ ...hit, price: null }), (key, value) =>
          key === 'price' ? price : value,
        ),
      );
    }),
    { numRuns: 50 },
  );
});

test('requests are bounded in number and size, and lose nothing', () => {
  const lines = fc.array(fc.nat({ max: 3_000_000 }), { maxLength: 20 });
  fc.assert(
    fc.property(lines, fc.nat({ max: 1200 }), (sizes, small) => {
      const all = [...sizes, ...Array.from({ length: small }, () => 10)];
      const items = all.map((length, id) => ({ id: String(id), lines: { length } as string }));
      const batches = batchesOf(items);
      expect(batches.flat()).toEqual(items);
      for (const batch of batches) {
        const characters = batch.reduce((sum, item) => sum + item.lines.length, 0);
        expect(batch.length > 0 && batch.length <= 500 && characters <= 4_000_000).toBe(true);
      }
    }),
  );
});

test('what became of each document is told apart', () => {
  const result = { written: 0, outdated: 0, refused: [], gone: false };
  const item = (_id: string, status: number, type?: string) => ({
    index: { _id, status, ...(type && { error: { type } }) },
  });
  const items = [
    ...[item('new', 201), item('newer', 200), item('late', 409), item('full', 429), item('away', 503)],
    item('wrong', 400, 'mapper_parsing_exception'),
  ];
  expect([...sortOut({ errors: true, items }, result)]).toEqual(['full', 'away']);
  const refused = [{ id: 'wrong', reason: 'mapper_parsing_exception' }];
  expect(result).toEqual({ written: 2, outdated: 1, refused, gone: false });
  sortOut({ errors: true, items: [item('gone', 404, 'index_not_found_exception')] }, result);
  expect(result.gone).toBe(true);
});
