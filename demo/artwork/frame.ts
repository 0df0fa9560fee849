import { darken, lighten, mix } from './colour.ts';
import { braid, glints } from './ornament.ts';
import { box, circle, n, pair, place, point, polar, polygon, star } from './path.ts';
import { GOLD, HEIGHT, hologram, type Stage, WIDTH } from './stage.ts';
import { group, path, type Stop, tag } from './svg.ts';

const SILVER: Stop[] = [
  [0, '#eef2f5'],
  [0.25, '#9aa6b2'],
  [0.5, '#f7f9fb'],
  [0.75, '#8592a0'],
  [1, '#dfe6ec'],
];
const SAPPHIRE: Stop[] = [
  [0, '#bfe4ff'],
  [0.25, '#3f7fd0'],
  [0.5, '#d9f1ff'],
  [0.75, '#2c5fb0'],
  [1, '#a9d8ff'],
];
const EPIC: Stop[] = [
  [0, '#ffb3f1'],
  [0.2, '#a63bff'],
  [0.42, '#5a2be0'],
  [0.6, '#ff7fd8'],
  [0.8, '#7a35ff'],
  [1, '#4fd8ff'],
];

/** Width of the frame by rank. */
export const FRAME = [20, 24, 28, 32, 38, 40] as const;

/** The frame's foil, and the accent for lettering and gems that goes with it. */
export function foil(stage: Stage): { paint: string; bright: string; dark: string } {
  const { palette, defs, rank } = stage;
  const across = (stops: Stop[]) => defs.span(stops, 0, 0, WIDTH, HEIGHT);
  switch (rank) {
    case 0:
      return { paint: palette.plate, bright: palette.text, dark: palette.plate };
    case 1:
      return { paint: across([...SILVER, [1, '#dfe6ec']]), bright: '#e9eef3', dark: '#4c5865' };
    case 2:
      return { paint: across(SAPPHIRE), bright: '#bfe4ff', dark: '#173a73' };
    case 3:
      return { paint: across(EPIC), bright: '#f0b8ff', dark: '#2e0f6b' };
    case 4:
      return {
        paint: across([...GOLD.slice(0, 4), [0.85, '#fff0b8'], [1, '#9a6218']]),
        bright: '#ffe39a',
        dark: '#5a3408',
      };
    default:
      return { paint: across(hologram(2)), bright: '#ffffff', dark: '#2a1458' };
  }
}

const CORNERS: readonly [number, number, number, number][] = [
  [0, 0, 1, 1],
  [WIDTH, 0, -1, 1],
  [0, HEIGHT, 1, -1],
  [WIDTH, HEIGHT, -1, -1],
];

/** The same drawing in all four corners. */
function corners(content: string): string {
  return CORNERS.map(([x, y, sx, sy]) =>
    group({ transform: `matrix(${sx} 0 0 ${sy} ${x} ${y})` }, content),
  ).join('');
}

/** Corner pieces: nicks for uncommon, arcs for rare, brackets for epic, sunbursts above. */
function cornerOrnament(stage: Stage): string {
  const { rank } = stage;
  const { paint, bright, dark } = foil(stage);
  const w = FRAME[rank]!;
  const at = w + 12;
  if (rank === 0) return '';
  if (rank === 1) {
    return corners(
      path(polygon(w, w, w + 30, w, w, w + 30), { fill: paint }) +
        path(star(w + 9, w + 9, 4, 7, 2.2), { fill: dark }),
    );
  }
  if (rank === 2) {
    return corners(
      path(`M${w} ${w}L${w + 64} ${w}Q${w + 20} ${w + 20} ${w} ${w + 64}Z`, { fill: paint }) +
        path(`M${at + 60} ${at}Q${at + 8} ${at + 8} ${at} ${at + 60}`, {
          stroke: bright,
          'stroke-width': 2,
        }) +
        path(star(at, at, 4, 12, 4), { fill: dark }),
    );
  }
  const step = (size: number, inset: number) =>
    `M${w + size} ${w + inset}L${w + size * 0.5} ${w + inset}L${w + size * 0.42} ${w + inset + 12}L${w + inset + 12} ${w + size * 0.42}L${w + inset} ${w + size * 0.5}L${w + inset} ${w + size}`;
  if (rank === 3) {
    return corners(
      path(`M${w} ${w}L${w + 72} ${w}L${w + 46} ${w + 12}L${w + 12} ${w + 46}L${w} ${w + 72}Z`, {
        fill: paint,
      }) +
        path(step(104, 12), { stroke: bright, 'stroke-width': 2.4 }) +
        path(polygon(w + 14, w + 1, w + 27, w + 14, w + 14, w + 27, w + 1, w + 14), {
          fill: bright,
          stroke: dark,
          'stroke-width': 2,
        }) +
        path(polygon(w + 14, w + 1, w + 27, w + 14, w + 14, w + 14), { fill: '#ffffff' }),
    );
  }
  const fan = Array.from({ length: 7 }, (_, i) => polar(w - 4, w - 4, 74, 97 + i * 13 - (i * 13) / 90))
    .map(([px, py]) => `M${w - 4} ${w - 4}L${point(px, py)}`)
    .join('');
  const quarter = (r: number) =>
    `M${w - 4} ${w - 4}L${w - 4 + r} ${w - 4}A${r} ${r} 0 0 1 ${w - 4} ${w - 4 + r}Z`;
  return corners(
    path(quarter(82), { fill: dark, stroke: paint, 'stroke-width': 2 }) +
      path(quarter(74), { fill: paint }) +
      path(fan, { stroke: dark, 'stroke-width': 3 }) +
      path(quarter(40), { fill: dark }) +
      path(quarter(34), { fill: paint }) +
      path(star(w + 9, w + 9, 4, 11, 3.5, 45), { fill: dark }) +
      path(step(170, 16), { stroke: bright, 'stroke-width': 1.6 }),
  );
}

/** A crest that breaks the top edge, for the two highest rarities. */
function crest(stage: Stage): string {
  const { rank } = stage;
  if (rank < 4) return '';
  const { paint, bright, dark } = foil(stage);
  const wings = pair('M16 14C60 6 110 20 150 4C140 34 90 44 20 38Z');
  const feathers = pair('M24 26C60 22 100 26 132 14M26 33C56 32 84 32 108 26');
  const crown = 'M-34 54L-44 6L-20 24L0 -4L20 24L44 6L34 54Z';
  return (
    path(place(wings, 375, 8, 1), { fill: paint, stroke: dark, 'stroke-width': 2 }) +
    path(place(feathers, 375, 8, 1), { stroke: dark, 'stroke-width': 1.6, opacity: '0.7' }) +
    path(place(rank === 5 ? crown : 'M0 -6L30 16L18 52L-18 52L-30 16Z', 375, 12, 1), {
      fill: paint,
      stroke: dark,
      'stroke-width': 2.4,
    }) +
    path(
      place(
        rank === 5 ? circle(0, 36, 9) + circle(-22, 38, 4) + circle(22, 38, 4) : star(0, 24, 5, 16, 7),
        375,
        12,
        1,
      ),
      { fill: dark },
    ) +
    glints(
      rank === 5
        ? [
            [375, 12, 20],
            [333, 20, 12],
            [417, 20, 12],
          ]
        : [[375, 10, 14]],
      bright,
    )
  );
}

/** The whole frame of a rarity, drawn over the picture. */
export function frame(stage: Stage): string {
  const { rank, palette } = stage;
  const { paint, bright, dark } = foil(stage);
  const w = FRAME[rank]!;
  const ring = box(0, 0, WIDTH, HEIGHT, 40) + box(w, w, WIDTH - w * 2, HEIGHT - w * 2, 40 - w * 0.45);
  const line = (inset: number, width: number, stroke: string, opacity = '1') =>
    tag('rect', {
      x: inset,
      y: inset,
      width: WIDTH - inset * 2,
      height: HEIGHT - inset * 2,
      rx: Math.max(10, 40 - inset * 0.5),
      fill: 'none',
      stroke,
      'stroke-width': width,
      opacity,
    });
  let content = path(ring, { fill: paint, 'fill-rule': 'evenodd' });
  if (rank === 0)
    content +=
      line(w, 2, mix(palette.plate, palette.text, 0.35)) + line(2, 2, mix(palette.plate, palette.text, 0.25));
  else content += line(1.5, 3, bright, '0.9') + line(w, 3, dark) + line(w + 5, 1.5, bright, '0.8');
  if (rank === 2) content += line(w / 2, 2, dark, '0.5');
  if (rank > 2) {
    content += path(braid([WIDTH, HEIGHT], w / 2, rank === 3 ? 22 : 16, w * 0.42), {
      stroke: dark,
      'stroke-width': rank === 3 ? 1.6 : 1.9,
      opacity: '0.75',
    });
    content += line(5, 1.4, dark, '0.7') + line(w - 5, 1.4, dark, '0.7');
  }
  if (rank > 3) content += line(w + 11, 2.4, paint) + line(w + 16, 1, bright, '0.7');
  if (rank === 5)
    content += glints(
      [
        [20, 408, 20],
        [730, 408, 20],
        [375, HEIGHT - 20, 18],
      ],
      '#ffffff',
    );
  return content + cornerOrnament(stage) + crest(stage);
}

/** The rarity's gem: more facets and more fire the rarer it is. */
export function gem(stage: Stage, x: number, y: number): string {
  const { rank, palette, defs } = stage;
  const { bright, dark, paint } = foil(stage);
  const colours = [
    mix(palette.text, palette.plate, 0.45),
    '#9fb4c6',
    '#3f8dff',
    '#b13bff',
    '#ffb627',
    '#ffffff',
  ];
  const colour = colours[rank]!;
  const corners = [4, 4, 5, 6, 8, 12][rank]!;
  const r = [11, 14, 18, 21, 25, 28][rank]!;
  const hull = polygon(
    ...Array.from({ length: corners }, (_, i) => polar(x, y, r, (i * 360) / corners)).flat(),
  );
  const fire =
    rank === 5
      ? defs.linear(hologram(1), 40)
      : defs.linear(
          [
            [0, lighten(colour, 0.65)],
            [0.5, colour],
            [1, darken(colour, 0.45)],
          ],
          60,
        );
  const spokes = Array.from({ length: corners }, (_, i) => {
    const [px, py] = polar(x, y, r, (i * 360) / corners);
    return `M${n(x)} ${n(y)}L${n(px)} ${n(py)}`;
  }).join('');
  const setting =
    rank > 2
      ? path(star(x, y, 12, r + 13, r + 4), { fill: paint, stroke: dark, 'stroke-width': 1.5 })
      : path(circle(x, y, r + 6), {
          fill: palette.plate,
          stroke: rank === 0 ? mix(palette.plate, palette.text, 0.4) : bright,
          'stroke-width': 2,
        });
  return (
    setting +
    path(hull, { fill: fire, stroke: rank > 2 ? dark : 'none', 'stroke-width': 1.5 }) +
    (rank > 0 ? path(spokes, { stroke: '#ffffff', 'stroke-width': 1.2, opacity: '0.55' }) : '') +
    (rank > 1 ? glints([[x - r * 0.35, y - r * 0.4, r * 0.55]], '#ffffff') : '')
  );
}
