import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CompressedContent, isCompressible, takesBrotli } from './content-encoding.ts';

test.each([
  ['gzip, deflate, br', true],
  ['br;q=0.5', true],
  ['BR', true],
  ['br;q=0', false],
  ['br; q=0.0', false],
  ['gzip', false],
  ['', false],
  [undefined, false],
])('Accept-Encoding %j: brotli is %s', (header, expected) => {
  expect(takesBrotli(header)).toBe(expected);
});

test('drawings and data are compressed, pixels and small things are not', () => {
  expect(isCompressible('image/svg+xml', 5000)).toBe(true);
  expect(isCompressible('application/json', 5000)).toBe(true);
  expect(isCompressible('image/png', 5000)).toBe(false);
  expect(isCompressible('image/svg+xml', 100)).toBe(false);
});

test('what is kept is whole, made once, and bounded', async () => {
  const kept = new CompressedContent(200);
  const bytes = (seed: number) => Buffer.from(Array.from({ length: 90 }, (_, i) => (i * seed * 31) % 251));
  const [first, again] = await Promise.all([kept.get('a', bytes(1)), kept.get('a', bytes(1))]);
  expect(again).toBe(first);
  expect(brotliDecompressSync(first)).toEqual(bytes(1));
  expect(await kept.get('a', bytes(1))).toBe(first);
  for (const [index, name] of ['b', 'c', 'd'].entries()) await kept.get(name, bytes(index + 2));
  // The oldest had to go, and is made anew when somebody asks.
  const anew = await kept.get('a', bytes(1));
  expect(anew).not.toBe(first);
  expect(brotliDecompressSync(anew)).toEqual(bytes(1));
});
