import { darken, lighten, mix } from '../colour.ts';
import { circle, n, point, polar, polygon, rays, star } from '../path.ts';
import {
  CENTRE,
  copies,
  emblemShapes,
  GOLD,
  glow,
  placeEmblem,
  type Stage,
  silhouette,
  skyFill,
  type Theme,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

/** Overlapping fans, the wallpaper of every good hotel lobby. */
function fans({ defs, palette }: Stage): string {
  const id = defs.add('fan', (key) =>
    tag('path', { id: key, d: [54, 41, 28, 15].map((r) => `M${-r} 0A${r} ${r} 0 0 1 ${r} 0`).join('') }),
  );
  let content = '';
  for (let row = 0; row < 19; row++) {
    for (let x = row % 2 === 0 ? 0 : 54; x <= 756; x += 108) {
      content += tag('use', { href: `#${id}`, x: x - 3, y: row * 44 + 20 });
    }
  }
  const ground = mix(palette.sky[0], palette.sky[1], 0.5);
  return group({ fill: ground, stroke: mix(ground, palette.body[1], 0.42), 'stroke-width': 1.8 }, content);
}

/** Stepped pilasters and skyscraper silhouettes on both sides. */
function pillars(stage: Stage, paint: string): string {
  const { palette, random } = stage;
  let content = '';
  const heights = [random.integer(180, 230), random.integer(270, 340), random.integer(380, 460)];
  heights.forEach((top, i) => {
    const [x, width] = [30 + i * 42, 42];
    const d = polygon(
      x,
      830,
      x,
      top + 40,
      x + width * 0.3,
      top + 40,
      x + width * 0.3,
      top + 14,
      x + width * 0.5,
      top - 30,
      x + width * 0.7,
      top + 14,
      x + width * 0.7,
      top + 40,
      x + width,
      top + 40,
      x + width,
      830,
    );
    content += path(d, { fill: darken(palette.sky[1], 0.25), stroke: paint, 'stroke-width': 2.6 });
    content += path(
      `M${x + 11} 830L${x + 11} ${top + 62}M${x + 21} 830L${x + 21} ${top + 48}M${x + 31} 830L${x + 31} ${top + 62}`,
      { stroke: paint, 'stroke-width': 1.6 },
    );
  });
  return content + group({ transform: 'matrix(-1 0 0 1 750 0)' }, content);
}

/** The frame around the emblem: octagon, beads and a sunburst crown. */
function medallion(stage: Stage, paint: string): string {
  const { palette, defs, random, rank } = stage;
  const { x, y } = CENTRE;
  const sides = random.pick([6, 8, 12]);
  const outline = (r: number) => star(x, y, sides / 2, r, r, 180 / sides);
  const beads = Array.from({ length: sides * 5 }, (_, i) => point(...polar(x, y, 207, (i * 72) / sides)))
    .map((p) => `M${p}h0`)
    .join('');
  const disc = defs.radial([
    [0, lighten(palette.sky[1], 0.22)],
    [0.75, palette.sky[1]],
    [1, darken(palette.sky[1], 0.5)],
  ]);
  return (
    path(outline(266), { fill: darken(palette.sky[0], 0.3), stroke: paint, 'stroke-width': 5 }) +
    path(outline(252), { stroke: paint, 'stroke-width': 1.6 }) +
    path(rays(x, y, sides * (6 + rank), 196, 246, 360 / sides / 12), { fill: paint, opacity: '0.8' }) +
    path(circle(x, y, 216), { fill: palette.sky[0], stroke: paint, 'stroke-width': 3 }) +
    path(beads, { stroke: paint, 'stroke-width': 6, 'stroke-linecap': 'round' }) +
    path(circle(x, y, 197), { fill: disc, stroke: paint, 'stroke-width': 6 }) +
    path(rays(x, y, 48, 30, 190, 3), { fill: palette.light, opacity: '0.08' })
  );
}

/** Finance, when it still dressed for dinner: lacquer, gold leaf and sunbursts. */
export const deco: Theme = {
  palettes: [
    {
      sky: ['#0b1b2b', '#12344d', '#071019'],
      body: ['#ffe9ae', '#d59a3a'],
      side: '#8f5a1d',
      deep: '#0a1622',
      light: '#fff6dc',
      spark: '#4fc3c7',
      plate: '#08131f',
      text: '#ffeec2',
    },
    {
      sky: ['#0c2a20', '#14503b', '#061510'],
      body: ['#fff0bf', '#dba642'],
      side: '#94621f',
      deep: '#071a13',
      light: '#fff8e0',
      spark: '#ff8f6b',
      plate: '#071a13',
      text: '#fff1c9',
    },
    {
      sky: ['#2b0a18', '#5e1430', '#16050c'],
      body: ['#ffe6b5', '#d8953f'],
      side: '#8a4c22',
      deep: '#1d0610',
      light: '#fff5e0',
      spark: '#ff6f8d',
      plate: '#1c0711',
      text: '#ffecc9',
    },
    {
      sky: ['#141414', '#2c2a2c', '#080808'],
      body: ['#fff2cf', '#cfa04a'],
      side: '#7f5c24',
      deep: '#0f0f0f',
      light: '#fffaf0',
      spark: '#e4453f',
      plate: '#0d0d0d',
      text: '#fff0cf',
    },
  ],
  symbol: 'M0 -12L3 -3L12 -9L6 1L12 3L6 5L6 10L-6 10L-6 5L-12 3L-6 1L-12 -9L-3 -3Z',
  backdrop(stage) {
    const { palette, defs } = stage;
    const gold = defs.span([...GOLD], 60, 40, 690, 900);
    return (
      skyFill(stage, 0.45) +
      fans(stage) +
      glow(stage, CENTRE.x, CENTRE.y, 520, palette.sky[0], 0.9) +
      path(rays(CENTRE.x, CENTRE.y, 40, 250, 900, 3.4), { fill: gold, opacity: '0.55' }) +
      pillars(stage, gold) +
      medallion(stage, gold)
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const shade = silhouette(stage, darken(palette.sky[0], 0.6), 4);
    return placeEmblem(
      tag('use', { href: `#${shade}`, y: 6, opacity: '0.6' }) + copies(shade, 1, 0, 0) + emblemShapes(stage),
      1.42,
    );
  },
  foreground(stage) {
    const { defs } = stage;
    const gold = defs.span([...GOLD], 60, 40, 690, 900);
    const y = CENTRE.y + 300;
    const chevron = (at: number, half: number) =>
      `M${n(375 - half)} ${n(at)}L375 ${n(at + 26)}L${n(375 + half)} ${n(at)}`;
    return path(chevron(y, 150) + chevron(y + 16, 110) + chevron(y + 32, 70), {
      stroke: gold,
      'stroke-width': 4,
    });
  },
};
