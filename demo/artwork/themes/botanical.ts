import { darken, mix } from '../colour.ts';
import { circle, n, pair, place, point } from '../path.ts';
import {
  CENTRE,
  dots,
  emblemShapes,
  glow,
  placeEmblem,
  type Stage,
  silhouette,
  skyFill,
  type Theme,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

const LEAF = 'M0 0C16 -12 20 -40 0 -62C-20 -40 -16 -12 0 0Z';
const VEIN = 'M0 0L0 -50M0 -14L9 -24M0 -14L-9 -24M0 -28L8 -38M0 -28L-8 -38';
const BROAD = 'M0 0C30 -6 40 -40 22 -66C16 -60 10 -66 0 -78C-10 -66 -16 -60 -22 -66C-40 -40 -30 -6 0 0Z';

type Sprig = { leaf: string; vein: string };
const SPRIGS: Sprig[] = [
  { leaf: LEAF, vein: VEIN },
  { leaf: BROAD, vein: 'M0 0L0 -64M0 -18L18 -44M0 -18L-18 -44M0 -40L10 -56M0 -40L-10 -56' },
  { leaf: 'M0 0C10 -8 12 -16 0 -26C-12 -16 -10 -8 0 0Z', vein: 'M0 0L0 -20' },
  {
    leaf: 'M0 0C34 -10 34 -54 0 -60C-34 -54 -34 -10 0 0Z',
    vein: 'M0 0L0 -46M0 -12Q16 -18 20 -34M0 -12Q-16 -18 -20 -34',
  },
];

/** A point on the wreath's side: from the foot, out and up around the emblem. */
function stem(t: number, reach: number): [number, number] {
  const span = reach > 300 ? 0.8 : 1.02;
  const angle = Math.PI * (0.5 - span * t);
  return [CENTRE.x + Math.cos(angle) * reach, CENTRE.y + Math.sin(angle) * reach * 1.06];
}

/** One side of a wreath; the other is its mirror image. */
function branch(stage: Stage, reach: number, count: number, sprig: Sprig, scale: number): string {
  const { palette, defs, random } = stage;
  const ink = palette.deep;
  const key = `sprig${sprig.leaf}`;
  const colours = [palette.side, palette.body[1], mix(palette.side, palette.spark, 0.35)];
  const leaf = (colour: string) =>
    defs.add(key + colour, (id) =>
      tag(
        'g',
        { id },
        path(place(sprig.leaf, 4, 3, 1), { fill: colour }) +
          path(sprig.leaf + sprig.vein, {
            stroke: ink,
            'stroke-width': 2.2,
            'stroke-linejoin': 'round',
            'stroke-linecap': 'round',
          }),
      ),
    );
  let line = `M${point(...stem(0, reach))}`;
  for (let i = 1; i <= 16; i++) line += `L${point(...stem(i / 16, reach))}`;
  let content = path(line, { stroke: ink, 'stroke-width': 3.4, 'stroke-linecap': 'round' });
  for (let i = 1; i <= count; i++) {
    const t = (i - 0.3) / count;
    const [x, y] = stem(t, reach);
    const [nx, ny] = stem(t + 0.01, reach);
    const heading = (Math.atan2(ny - y, nx - x) * 180) / Math.PI + 90;
    for (const side of [-1, 1]) {
      const turn = heading + side * random.between(38, 58);
      const size = scale * (1.18 - t * 0.55) * random.between(0.9, 1.12);
      const transform = `translate(${point(x, y)})rotate(${n(turn)})scale(${size.toFixed(2)})`;
      content += tag('use', { href: `#${leaf(random.pick(colours))}`, transform });
    }
  }
  const [tx, ty] = stem(1, reach);
  const transform = `translate(${point(tx, ty)})rotate(-40)scale(${(scale * 0.7).toFixed(2)})`;
  return content + tag('use', { href: `#${leaf(colours[0]!)}`, transform });
}

function blossom(stage: Stage, x: number, y: number, r: number, petals: number): string {
  const { palette, defs } = stage;
  const petal = 'M0 0C-14 -8 -16 -30 0 -38C16 -30 14 -8 0 0Z';
  const id = defs.add(`blossom${petals}`, (key) =>
    tag(
      'g',
      { id: key },
      Array.from({ length: petals }, (_, i) =>
        group(
          { transform: `rotate(${n((i * 360) / petals)})` },
          path(place(petal, 3, 2, 1), { fill: palette.spark }) +
            path(petal, { stroke: palette.deep, 'stroke-width': 2.4 }),
        ),
      ).join('') +
        path(circle(0, 0, 9), { fill: palette.light, stroke: palette.deep, 'stroke-width': 2.4 }) +
        path('M-3 -2h0M3 -2h0M0 3h0', {
          stroke: palette.deep,
          'stroke-width': 2.6,
          'stroke-linecap': 'round',
        }),
    ),
  );
  return tag('use', { href: `#${id}`, transform: `translate(${point(x, y)})scale(${(r / 38).toFixed(2)})` });
}

function berries(stage: Stage, reach: number): string {
  const { random, palette } = stage;
  let fruit = '';
  let stalk = '';
  for (let i = 0; i < 9; i++) {
    const [x, y] = stem(random.between(0.1, 0.95), reach);
    const [px, py] = [x + random.between(20, 50), y + random.between(-34, 6)];
    stalk += `M${point(x, y)}Q${point(px, y)} ${point(px, py)}`;
    fruit += circle(px, py, random.between(5, 9));
  }
  return (
    path(stalk, { stroke: palette.deep, 'stroke-width': 2 }) +
    path(fruit, { fill: palette.spark, stroke: palette.deep, 'stroke-width': 2.2 })
  );
}

const mirrored = (content: string) =>
  content + group({ transform: `matrix(-1 0 0 1 ${CENTRE.x * 2} 0)` }, content);

/** A glasshouse herbarium: ink lines over colour printed slightly out of register. */
export const botanical: Theme = {
  palettes: [
    {
      sky: ['#fbf3df', '#f6e6c4', '#e9cfa0'],
      body: ['#f7b267', '#ea7a4a'],
      side: '#5c9a6b',
      deep: '#1f3a2d',
      light: '#fff8e6',
      spark: '#e4576b',
      plate: '#fbf3df',
      text: '#1f3a2d',
    },
    {
      sky: ['#eef5ea', '#d8ead3', '#a9cfae'],
      body: ['#ffd166', '#f29f4b'],
      side: '#3f8f74',
      deep: '#173b36',
      light: '#fffdf0',
      spark: '#f0718a',
      plate: '#f1f7ec',
      text: '#173b36',
    },
    {
      sky: ['#fdf0ea', '#fadfd3', '#efb7a3'],
      body: ['#f6a6a1', '#d9566a'],
      side: '#7a9a53',
      deep: '#3b1f35',
      light: '#fff9f2',
      spark: '#f4b53f',
      plate: '#fdf1ea',
      text: '#3b1f35',
    },
    {
      sky: ['#f0f1fa', '#dcdff2', '#b3b9df'],
      body: ['#b9a5ea', '#7d6bc4'],
      side: '#4f8d8a',
      deep: '#23254f',
      light: '#fffef6',
      spark: '#f39a55',
      plate: '#f2f3fb',
      text: '#23254f',
    },
  ],
  symbol: 'M0 12C-14 4 -12 -8 0 -12C12 -8 14 4 0 12ZM-1 8L-1 -6L1 -6L1 8Z',
  backdrop(stage) {
    const { palette, random, rank } = stage;
    const [first, second] = [random.pick(SPRIGS), random.pick(SPRIGS)];
    const arch = 'M120 800L120 330A255 255 0 0 1 630 330L630 800';
    const panes = 'M375 75L375 800M120 330L630 330M195 150L195 800M555 150L555 800M120 560L630 560';
    return (
      skyFill(stage, 0.45) +
      path(`${arch}M98 800L98 330A277 277 0 0 1 652 330L652 800${panes}`, {
        stroke: palette.deep,
        'stroke-width': 2,
        opacity: '0.16',
      }) +
      dots(stage, 120, [40, 40, 670, 760], palette.side, [2, 3, 4.4]) +
      glow(stage, CENTRE.x, CENTRE.y, 300, palette.light, 1) +
      path(circle(CENTRE.x + 8, CENTRE.y + 6, 212), { fill: mix(palette.spark, palette.sky[0], 0.55) }) +
      path(circle(CENTRE.x, CENTRE.y, 212), { stroke: palette.deep, 'stroke-width': 2.6 }) +
      path(circle(CENTRE.x, CENTRE.y, 200), {
        stroke: palette.deep,
        'stroke-width': 1.2,
        'stroke-dasharray': '2 7',
        'stroke-linecap': 'round',
      }) +
      mirrored(
        (rank > 1 ? branch(stage, 316, 11, second, 1.05) : '') +
          branch(stage, 252, 9 + rank, first, 1.1) +
          berries(stage, 262),
      )
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const ink = silhouette(stage, palette.deep, 3.4);
    const paper = silhouette(stage, mix(palette.light, palette.sky[0], 0.3), 9);
    return placeEmblem(
      tag('use', { href: `#${paper}` }) + tag('use', { href: `#${ink}` }) + emblemShapes(stage),
      1.5,
    );
  },
  foreground(stage) {
    const { random, rank } = stage;
    const petals = random.integer(5, 8);
    const sides = [
      [96, 206, 32],
      [150, 150, 22],
      [206, 190, 20],
    ].slice(0, 1 + Math.min(2, rank));
    const d = pair('M30 0Q70 -30 120 -4');
    return (
      path(place(d, CENTRE.x, CENTRE.y + 262, 1), {
        stroke: darken(stage.palette.deep, 0.1),
        'stroke-width': 3,
      }) +
      mirrored(sides.map(([x, y, r]) => blossom(stage, CENTRE.x + x!, CENTRE.y + y!, r!, petals)).join('')) +
      blossom(stage, CENTRE.x, CENTRE.y + 262, 50, petals)
    );
  },
};
