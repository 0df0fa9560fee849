import { darken, lighten, mix } from './colour.ts';
import { MOTIFS } from './motifs/index.ts';
import type { Shape, Tone } from './motifs/motif.ts';
import { circle, place } from './path.ts';
import { type Random, randomFrom } from './random.ts';
import { Definitions, group, path, type Stop, tag } from './svg.ts';
import { type CardArt, RARITIES } from './types.ts';

/** Size of a card in picture units (5:7). */
export const WIDTH = 750;
export const HEIGHT = 1050;
/** Where the emblem stands. */
export const CENTRE = { x: 375, y: 408 };

/** The colours of one card of a set. */
export interface Palette {
  /** The backdrop from top to bottom. */
  sky: [string, string, string];
  /** The emblem's main gradient from light to dark. */
  body: [string, string];
  side: string;
  deep: string;
  light: string;
  spark: string;
  /** Name plate and its lettering. */
  plate: string;
  text: string;
}

/** What every painter gets: the design, its colours, its randomness and the shared definitions. */
export interface Stage {
  art: CardArt;
  palette: Palette;
  random: Random;
  defs: Definitions;
  /** 0 for common up to 5 for mythic. */
  rank: number;
}

/** An art direction: how a set paints its world and its emblems. */
export interface Theme {
  palettes: readonly Palette[];
  /** The set's symbol in a box of -12..12, filled. */
  symbol: string;
  /** The scene behind the emblem. */
  backdrop(stage: Stage): string;
  /** The emblem in the set's material. */
  emblem(stage: Stage): string;
  /** What passes in front of the emblem. */
  foreground(stage: Stage): string;
}

/** Prepares the stage of a design. */
export function createStage(art: CardArt, theme: Theme, prefix: string): Stage {
  const random = randomFrom(`${art.setCode}/${art.number}/${art.name}/${art.seed}`);
  const rank = RARITIES.indexOf(art.rarity);
  const own = theme.palettes[(art.number + Math.floor(art.number / 4)) % theme.palettes.length]!;
  const palette = rank > 3 ? { ...own, plate: darken(own.deep, 0.3), text: '#fff3da' } : own;
  return { art, palette, random, defs: new Definitions(prefix), rank };
}

export const GOLD: Stop[] = [
  [0, '#fff6cf'],
  [0.3, '#f3c964'],
  [0.55, '#b97a1f'],
  [0.75, '#f0c25a'],
  [1, '#8a5413'],
];

/** A rainbow foil that turns through the spectrum `turns` times. */
export function hologram(turns = 1): Stop[] {
  const hues = ['#ff5fbd', '#ffe3f4', '#ffb35c', '#fdff9c', '#5dffb6', '#d8fff6', '#52bdff', '#a274ff'];
  const count = hues.length * turns;
  return Array.from({ length: count + 1 }, (_, i) => [
    Math.round((i / count) * 1000) / 1000,
    hues[i % hues.length]!,
  ]);
}

/** The paint of every tone: the set's own, gold foil for legendary, rainbow pearl for mythic. */
export function tonePaints({ palette, defs, rank }: Stage): Record<Tone, string> {
  const own = {
    body: defs.linear(
      [
        [0, palette.body[0]],
        [1, palette.body[1]],
      ],
      70,
    ),
    side: defs.linear(
      [
        [0, palette.side],
        [1, darken(palette.side, 0.25)],
      ],
      80,
    ),
    deep: palette.deep,
    light: defs.linear(
      [
        [0, '#ffffff'],
        [0.4, palette.light],
        [1, mix(palette.light, palette.body[0], 0.25)],
      ],
      70,
    ),
    spark: defs.linear(
      [
        [0, lighten(palette.spark, 0.35)],
        [1, palette.spark],
      ],
      70,
    ),
  };
  if (rank === 4) {
    return {
      body: defs.linear(GOLD, 58),
      side: defs.linear(
        [
          [0, '#c98a2b'],
          [1, '#6b3d0d'],
        ],
        70,
      ),
      deep: '#2b1606',
      light: defs.linear(
        [
          [0, '#ffffff'],
          [0.5, '#fff1bd'],
          [1, '#f0cf78'],
        ],
        60,
      ),
      spark: own.spark,
    };
  }
  if (rank === 5) {
    return {
      body: defs.linear(
        [
          [0, '#ffffff'],
          [0.22, '#ffd3ec'],
          [0.42, '#fff3b8'],
          [0.62, '#a9ffe1'],
          [0.82, '#a9c8ff'],
          [1, '#d3a6ff'],
        ],
        52,
      ),
      side: defs.linear(
        [
          [0, '#8f6bff'],
          [0.5, '#3f7bd9'],
          [1, '#b83fa6'],
        ],
        60,
      ),
      deep: '#140a2e',
      light: '#ffffff',
      spark: defs.linear(
        [
          [0, '#ffb3e6'],
          [0.5, '#ff5fb0'],
          [1, '#7a5cff'],
        ],
        60,
      ),
    };
  }
  return own;
}

function drawShape({ d, line }: Shape, paint: string | undefined): string {
  return line === undefined
    ? path(place(d, 0, 0, 1), { fill: paint })
    : path(place(d, 0, 0, 1), {
        stroke: paint,
        'stroke-width': line,
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      });
}

/** The emblem painted by tone, in its own -100..100 box. */
export function emblemShapes(stage: Stage, paints = tonePaints(stage)): string {
  return MOTIFS[stage.art.motif].map((shape) => drawShape(shape, paints[shape.tone])).join('');
}

/** The emblem as one flat shape, grown by `grow` on every side; gives the id for `use`. */
export function silhouette(stage: Stage, colour: string, grow = 0): string {
  return stage.defs.add(`silhouette${colour}${grow}`, (id) =>
    tag(
      'g',
      { id, fill: colour, stroke: colour, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' },
      MOTIFS[stage.art.motif]
        .map(({ d, line }) =>
          tag('path', {
            d: place(d, 0, 0, 1),
            fill: line === undefined ? undefined : 'none',
            'stroke-width': (line ?? 0) + grow * 2,
          }),
        )
        .join(''),
    ),
  );
}

/** Puts emblem content (in its -100..100 box) on the card. */
export function placeEmblem(content: string, scale = 1.85, x = CENTRE.x, y = CENTRE.y): string {
  return group({ transform: `translate(${x} ${y}) scale(${scale})` }, content);
}

/** Copies of a definition at offsets, from the farthest to the nearest. */
export function copies(id: string, count: number, dx: number, dy: number, opacity?: string): string {
  let content = '';
  for (let i = count; i >= 1; i--) content += tag('use', { href: `#${id}`, x: dx * i, y: dy * i });
  return group({ opacity }, content);
}

/** A soft round glow. */
export function glow(stage: Stage, x: number, y: number, r: number, colour: string, strength = 0.8): string {
  const fill = stage.defs.radial([
    [0, colour, strength],
    [0.4, colour, Math.round(strength * 45) / 100],
    [1, colour, 0],
  ]);
  return path(circle(x, y, r), { fill });
}

/** The backdrop's vertical gradient over the whole card. */
export function skyFill({ defs, palette }: Stage, middle = 0.5): string {
  const fill = defs.linear([
    [0, palette.sky[0]],
    [middle, palette.sky[1]],
    [1, palette.sky[2]],
  ]);
  return tag('rect', { width: WIDTH, height: HEIGHT, fill });
}

/** Many dots as three stroked paths (small, middling, large). */
export function dots(
  stage: Stage,
  count: number,
  area: readonly [x: number, y: number, width: number, height: number],
  colour: string,
  sizes: readonly number[] = [1.6, 2.8, 4.4],
): string {
  const { random } = stage;
  const layers = sizes.map(() => '');
  for (let i = 0; i < count; i++) {
    const layer = random.chance(0.62) ? 0 : random.chance(0.75) ? 1 : 2;
    const x = Math.round(random.between(area[0], area[0] + area[2]));
    const y = Math.round(random.between(area[1], area[1] + area[3]));
    layers[layer] += `M${x} ${y}h0`;
  }
  return layers
    .map((d, i) =>
      path(d, {
        stroke: colour,
        'stroke-width': sizes[i],
        'stroke-linecap': 'round',
        opacity: String(0.55 + 0.2 * i),
      }),
    )
    .join('');
}
