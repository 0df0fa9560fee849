import { darken, lighten, mix } from '../colour.ts';
import { turned } from '../ornament.ts';
import { circle, n, point, polar, star } from '../path.ts';
import {
  CENTRE,
  copies,
  emblemShapes,
  glow,
  placeEmblem,
  type Stage,
  silhouette,
  skyFill,
  type Theme,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

/** Traces of one sector, running outwards (up) and turning by 45 degrees as on a board. */
function sector(stage: Stage, folds: number): { traces: string; pads: string; holes: string } {
  const { random } = stage;
  const limit = Math.tan(Math.PI / folds);
  let traces = '';
  let pads = '';
  let holes = '';
  for (let lane = 0; lane < 7; lane++) {
    let r = 236 + lane * 6;
    let x = (lane - 3) * 0.27 * r * limit;
    let d = `M${point(x, -r)}`;
    const bends = random.integer(1, 2);
    for (let bend = 0; bend <= bends; bend++) {
      r += random.between(30, 92);
      d += `L${point(x, -r)}`;
      const shift = Math.sign(lane - 3 || 1) * random.pick([12, 20, 28]);
      if (bend < bends && Math.abs(x + shift) < (r + 28) * limit * 0.9) {
        x += shift;
        r += Math.abs(shift);
        d += `L${point(x, -r)}`;
      }
    }
    traces += d;
    const size = random.pick([5, 6, 8]);
    pads += circle(x, -r - size, size);
    holes += circle(x, -r - size, size * 0.45);
  }
  return { traces, pads, holes };
}

function mandala(stage: Stage): string {
  const { defs, palette, random, rank } = stage;
  const folds = random.pick([6, 8, 10, 12]);
  const { traces, pads, holes } = sector(stage, folds);
  const half = defs.add('sector', (id) =>
    tag(
      'g',
      { id },
      path(traces, { stroke: palette.side, 'stroke-width': 5.5, 'stroke-linejoin': 'round' }) +
        path(traces, { stroke: palette.body[0], 'stroke-width': 1.8, 'stroke-linejoin': 'round' }) +
        path(pads, { fill: palette.body[0] }) +
        path(holes, { fill: palette.sky[0] }),
    ),
  );
  const petals = random.pick([8, 12, 16]);
  const [cx, cy] = [CENTRE.x, CENTRE.y];
  const ring = (r: number, width: number, dash: string, paint: string) =>
    path(circle(cx, cy, r), { stroke: paint, 'stroke-width': width, 'stroke-dasharray': dash });
  const petal = defs.add('petal', (id) =>
    tag('path', { id, d: 'M0 -168C26 -186 26 -212 0 -236C-26 -212 -26 -186 0 -168Z' }),
  );
  return (
    turned(half, folds, cx, cy) +
    group(
      { fill: mix(palette.sky[0], palette.side, 0.3), stroke: palette.spark, 'stroke-width': 2 },
      turned(petal, petals * 2, cx, cy),
    ) +
    group(
      { fill: palette.sky[0], stroke: palette.body[0], 'stroke-width': 2.4 },
      turned(petal, petals, cx, cy, 180 / petals),
    ) +
    ring(246, 2, 'none', palette.body[0]) +
    ring(254, 7, `2 ${n((254 * 2 * Math.PI) / 120 - 2)}`, palette.spark) +
    (rank > 1
      ? ring(268, 1.5, 'none', palette.body[1]) +
        ring(420, 10, `1.5 ${n((420 * 2 * Math.PI) / 144 - 1.5)}`, palette.body[1])
      : '')
  );
}

function grid(stage: Stage): string {
  let d = '';
  for (let y = 14; y < 1050; y += 26) for (let x = 11; x < 750; x += 26) d += `M${x} ${y}h0`;
  return path(d, {
    stroke: stage.palette.body[0],
    'stroke-width': 2,
    'stroke-linecap': 'round',
    opacity: '0.16',
  });
}

/** Developer tools: a circuit board grown into a mandala. */
export const circuit: Theme = {
  palettes: [
    {
      sky: ['#03211f', '#06403a', '#021413'],
      body: ['#ffd9a0', '#d9813f'],
      side: '#0f7a68',
      deep: '#04201d',
      light: '#f6fff2',
      spark: '#3dffc0',
      plate: '#021a18',
      text: '#e9fff6',
    },
    {
      sky: ['#0a0f2c', '#16246b', '#060818'],
      body: ['#bfe3ff', '#4a8dff'],
      side: '#3a3fb8',
      deep: '#080c2a',
      light: '#f2f8ff',
      spark: '#ff5fa2',
      plate: '#070b22',
      text: '#e8f1ff',
    },
    {
      sky: ['#1c0a20', '#4a1145', '#10040f'],
      body: ['#ffe08f', '#ff9c3f'],
      side: '#a1276f',
      deep: '#1b0719',
      light: '#fff6e0',
      spark: '#5ff0ff',
      plate: '#16061a',
      text: '#fff0df',
    },
    {
      sky: ['#0d1512', '#26382c', '#070b09'],
      body: ['#eaff8f', '#9ccc2e'],
      side: '#3f6b3a',
      deep: '#0a120d',
      light: '#fbfff0',
      spark: '#ff8a5c',
      plate: '#0a110d',
      text: '#f2ffe0',
    },
  ],
  symbol:
    'M-6 -6L6 -6L6 6L-6 6ZM-4 -12L-2 -12L-2 -8L-4 -8ZM2 -12L4 -12L4 -8L2 -8ZM-4 8L-2 8L-2 12L-4 12ZM2 8L4 8L4 12L2 12ZM-12 -4L-8 -4L-8 -2L-12 -2ZM-12 2L-8 2L-8 4L-12 4ZM8 -4L12 -4L12 -2L8 -2ZM8 2L12 2L12 4L8 4Z',
  backdrop(stage) {
    const { palette, defs } = stage;
    const disc = defs.radial([
      [0, lighten(palette.sky[1], 0.18)],
      [0.7, palette.sky[1]],
      [1, darken(palette.sky[0], 0.3)],
    ]);
    return (
      skyFill(stage, 0.4) +
      grid(stage) +
      glow(stage, CENTRE.x, CENTRE.y, 480, palette.side, 0.75) +
      mandala(stage) +
      path(circle(CENTRE.x, CENTRE.y, 172), { fill: disc, stroke: palette.body[0], 'stroke-width': 3 }) +
      path(star(CENTRE.x, CENTRE.y, 24, 168, 156), {
        stroke: palette.spark,
        'stroke-width': 1.2,
        opacity: '0.6',
      }) +
      glow(stage, CENTRE.x, CENTRE.y, 160, palette.spark, 0.28)
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const rim = silhouette(stage, palette.spark, 5);
    const gap = silhouette(stage, darken(palette.sky[0], 0.3), 3.2);
    return placeEmblem(
      tag('use', { href: `#${silhouette(stage, palette.spark, 9)}`, opacity: '0.22' }) +
        copies(rim, 1, 0, 0) +
        copies(gap, 1, 0, 0) +
        emblemShapes(stage),
      1.34,
    );
  },
  foreground(stage) {
    const points = Array.from({ length: 8 }, (_, i) => polar(CENTRE.x, CENTRE.y, 246, i * 45 + 22.5));
    return path(points.map(([x, y]) => circle(x, y, 6)).join(''), { fill: stage.palette.spark });
  },
};
