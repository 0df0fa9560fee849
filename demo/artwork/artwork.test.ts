import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CardArt, MOTIF_NAMES, RARITIES, renderPng, renderSvg, THEME_NAMES } from './index.ts';

const design: CardArt = {
  setCode: 'TEST',
  setName: 'Test Prints',
  number: 7,
  setSize: 18,
  editionSize: 9,
  name: 'Slow Parcel',
  rarity: 'rare',
  category: 'Logistics',
  tagline: 'Arrives when you have forgotten what it was. That is the present.',
  attributes: { Founded: '2028', Headquarters: 'Canal Depot' },
  theme: 'orbits',
  motif: 'parcel',
  seed: 'a',
};

/** Changes with any change of the drawing: look at the pictures, then write the new values here. */
const PINNED = ['091210997323279e', 'b223e6574e052ca6', '08e485ee604bf4bb'];

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Width and height from the header of a PNG. */
function pngSize(png: Buffer): [number, number] {
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

/** Everything that may not stand in a picture that strangers load. */
function expectSafe(svg: string) {
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 750 1050"/);
  expect(svg).not.toMatch(/<(script|foreignObject|image|iframe|style|animate|set|a|text)\b/i);
  expect(svg).not.toMatch(/\s(on\w+|style|xlink:href|src)=/i);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const targets = [...svg.matchAll(/(?:\shref="|url\()([^")]*)/g)].map((match) => match[1]!);
  const defined = new Set([...svg.matchAll(/\sid="([^"]*)"/g)].map((match) => `#${match[1]}`));
  expect(targets.filter((target) => !defined.has(target))).toEqual([]);
}

describe('renderSvg', () => {
  it('draws pinned designs byte for byte', () => {
    const prints = [
      design,
      { ...design, theme: 'botanical', rarity: 'legendary', motif: 'moth' },
      { ...design, theme: 'deep', rarity: 'mythic', motif: 'trident' },
    ] satisfies CardArt[];
    expect(prints.map((print) => digest(renderSvg(print)))).toEqual(PINNED);
    expect(renderSvg({ ...design })).toBe(renderSvg(design));
  });

  it('draws another picture for another seed, rarity or name', () => {
    const prints = [
      design,
      { ...design, seed: 'b' },
      { ...design, rarity: 'epic' as const },
      { ...design, name: 'B' },
    ];
    expect(new Set(prints.map(renderSvg)).size).toBe(prints.length);
  });

  it.each(THEME_NAMES)('keeps every rarity of %s self-contained and small', (theme) => {
    for (const rarity of RARITIES) {
      const svg = renderSvg({ ...design, theme, rarity });
      expectSafe(svg);
      expect(svg.length).toBeLessThan(80_000);
      expect(pngSize(renderPng(svg, 100))).toEqual([100, 140]);
    }
  });

  it('renders every emblem', () => {
    for (const motif of MOTIF_NAMES) {
      const svg = renderSvg({ ...design, theme: 'sound', motif });
      expectSafe(svg);
      expect(pngSize(renderPng(svg, 40))).toEqual([40, 56]);
    }
  });

  it('takes any words without letting them become markup', () => {
    const hostile = '"><script>alert(1)</script>&amp;\u0000\u001b é漢字 🎴';
    for (const words of [hostile, '', ' ', 'x'.repeat(2000), 'Ōkami Naïve']) {
      const svg = renderSvg({
        ...design,
        name: words,
        setName: words,
        tagline: words,
        category: words,
        attributes: {},
      });
      expectSafe(svg);
      expect(pngSize(renderPng(svg, 60))).toEqual([60, 84]);
    }
  });
});

describe('renderPng', () => {
  it('is 500 pixels wide unless told otherwise, in the proportions of a card', () => {
    const svg = renderSvg(design);
    expect(pngSize(renderPng(svg))).toEqual([500, 700]);
    expect(pngSize(renderPng(svg, 750))).toEqual([750, 1050]);
  });
});
