import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, copyMetadata, copyName } from './metadata.ts';

test('equal values have equal JSON, whatever the order of their keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(shuffled as never)).toBe(canonicalJson(value as never));
      expect(JSON.parse(canonicalJson(value as never))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a name on chain keeps its serial and its limit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      (name, serial) => {
        const shown = copyName(name, serial);
        expect(shown.endsWith(` #${serial}`)).toBe(true);
        expect(new TextEncoder().encode(shown).length).toBeLessThanOrEqual(100);
        if (new TextEncoder().encode(name).length <= 80) expect(shown).toBe(`${name} #${serial}`);
      },
    ),
  );
});

test('metadata in the shape that wallets read', () => {
  const card = {
    setCode: 'APPS',
    setName: 'Apps',
    number: 7,
    name: 'Orbit',
    description: 'It turns.',
    rarity: 'epic',
    category: 'Tools',
    editionSize: 50,
    attributes: [{ key: 'Founded', value: '2031' }],
    artworkCid: 'bafy',
    artworkType: 'image/png',
  };
  expect(JSON.parse(copyMetadata('https://ece.example', 'the-id', card, 3))).toEqual({
    name: 'Orbit #3',
    symbol: 'APPS',
    description: 'It turns.',
    image: 'https://ece.example/content/bafy',
    external_url: 'https://ece.example/copies/the-id',
    attributes: [
      { trait_type: 'Set', value: 'Apps' },
      { trait_type: 'Number', value: 7 },
      { trait_type: 'Rarity', value: 'epic' },
      { trait_type: 'Category', value: 'Tools' },
      { trait_type: 'Serial', value: 3 },
      { trait_type: 'Edition size', value: 50 },
      { trait_type: 'Founded', value: '2031' },
    ],
    properties: {
      category: 'image',
      files: [{ uri: 'https://ece.example/content/bafy', type: 'image/png' }],
    },
  });
});
