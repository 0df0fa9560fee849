import { darken, lighten, mix } from '../colour.ts';
import { circle, ellipse, n, polygon, rays } from '../path.ts';
import { hash } from '../random.ts';
import {
  CENTRE,
  copies,
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

/** How far the rings lean: chosen by the design, the same before and behind the emblem. */
function turn({ art }: Stage): string {
  const lean = [-20, -32, 17, -12, 26, -25][hash(art.name) % 6]!;
  return `rotate(${lean} ${CENTRE.x} ${CENTRE.y})`;
}

function ringRadii(rank: number): [number, number][] {
  return Array.from({ length: 4 + Math.min(rank, 4) }, (_, i) => [236 + i * 44, 62 + i * 17]);
}

function half([rx, ry]: [number, number], front: boolean): string {
  const { x, y } = CENTRE;
  return `M${x - rx} ${y}A${rx} ${ry} 0 0 ${front ? 0 : 1} ${x + rx} ${y}`;
}

function moon(stage: Stage, [rx, ry]: [number, number], front: boolean): string {
  const { random, palette, defs } = stage;
  const angle = random.between(25, 155) * (front ? 1 : -1);
  const x = CENTRE.x + rx * Math.cos((angle * Math.PI) / 180);
  const y = CENTRE.y + ry * Math.sin((angle * Math.PI) / 180);
  const r = random.between(7, 19);
  const colour = random.pick([palette.spark, palette.body[0], palette.light]);
  const fill = defs.radial(
    [
      [0, lighten(colour, 0.6)],
      [0.5, colour],
      [1, darken(colour, 0.6)],
    ],
    0.35,
    0.3,
    0.75,
  );
  return path(circle(x, y, r), { fill });
}

function rings(stage: Stage, front: boolean): string {
  const { palette } = stage;
  const content = ringRadii(stage.rank)
    .map((radii, i) => {
      const colour = i % 3 === 1 ? palette.spark : palette.light;
      const stroke = {
        stroke: colour,
        'stroke-width': i % 3 === 0 ? 4 : 1.8,
        opacity: front ? '0.95' : '0.5',
      };
      const band =
        i === 0 ? path(half(radii, front), { stroke: colour, 'stroke-width': 16, opacity: '0.22' }) : '';
      return (
        band + path(half(radii, front), stroke) + (i % 2 === (front ? 0 : 1) ? moon(stage, radii, front) : '')
      );
    })
    .join('');
  return group({ transform: turn(stage) }, content);
}

function world(stage: Stage): string {
  const { palette, defs, random } = stage;
  const { x, y } = CENTRE;
  const r = 218;
  const fill = defs.radial(
    [
      [0, lighten(palette.sky[2], 0.25)],
      [0.55, mix(palette.sky[2], palette.sky[1], 0.4)],
      [1, darken(palette.sky[0], 0.35)],
    ],
    0.32,
    0.25,
    0.85,
  );
  let bands = '';
  for (let at = -r + random.between(8, 30); at < r; at += random.between(34, 62)) {
    bands += ellipse(x, y + at, r, random.between(5, 13));
  }
  const clip = defs.clip(circle(x, y, r));
  return (
    glow(stage, x, y, 400, palette.sky[2], 0.85) +
    path(circle(x, y, r), { fill }) +
    group(
      { 'clip-path': clip },
      group({ transform: turn(stage) }, path(bands, { fill: palette.light, opacity: '0.13' })),
    ) +
    path(circle(x, y, r), { stroke: lighten(palette.sky[2], 0.5), 'stroke-width': 2.5, opacity: '0.7' })
  );
}

/** What else is in the sky: curtains of aurora, a shower of meteors, or a great neighbour. */
function distance(stage: Stage): string {
  const { palette, defs, random } = stage;
  const kind = hash(stage.art.name) % 3;
  if (kind === 0) {
    const fill = defs.linear([
      [0, palette.spark, 0],
      [0.6, palette.spark, 0.34],
      [1, palette.spark, 0],
    ]);
    return [0, 1, 2]
      .map((i) => {
        const y = 60 + i * 46;
        const [a, b] = [random.between(-80, 80), random.between(-80, 80)];
        const ribbon = `M-10 ${n(y + a)}C180 ${n(y - b)} 330 ${n(y + 130 + b)} 500 ${n(y + 20)}S700 ${n(y - a)} 770 ${n(y + b)}`;
        return path(
          `${ribbon}L770 ${n(y + b + 210)}C600 ${n(y + 150)} 330 ${n(y + 330 + b)} -10 ${n(y + a + 190)}Z`,
          { fill },
        );
      })
      .join('');
  }
  if (kind === 1) {
    const tail = defs.span(
      [
        [0, palette.light, 0.95],
        [1, palette.light, 0],
      ],
      0,
      700,
      750,
      60,
    );
    let d = '';
    for (let i = 0; i < 13; i++) {
      const [x, y, length] = [random.between(20, 690), random.between(110, 690), random.between(40, 150)];
      d += polygon(x, y, x + length, y - length * 0.72, x + 3, y + 4);
    }
    return path(d, { fill: tail });
  }
  const [x, y, r] = [random.chance(0.5) ? 690 : 60, random.between(150, 230), random.between(110, 170)];
  const fill = defs.radial(
    [
      [0, mix(palette.spark, palette.sky[1], 0.25)],
      [0.7, mix(palette.spark, palette.sky[1], 0.7)],
      [1, palette.sky[0]],
    ],
    0.4,
    0.3,
    0.8,
  );
  return (
    path(circle(x, y, r), { fill, opacity: '0.85' }) +
    path(circle(x, y, r + 7), { stroke: palette.light, 'stroke-width': 1.4, opacity: '0.35' })
  );
}

/** Space weather: planets, tilted rings and the light of a near star. */
export const orbits: Theme = {
  palettes: [
    {
      sky: ['#0b0a2a', '#2b1464', '#e0527a'],
      body: ['#ffd98a', '#f0793f'],
      side: '#b8325f',
      deep: '#1b0b3a',
      light: '#fff0d0',
      spark: '#5be7e0',
      plate: '#120a30',
      text: '#fff0d8',
    },
    {
      sky: ['#05101f', '#0e3a5c', '#37b6b0'],
      body: ['#ffe7a8', '#f5a63c'],
      side: '#c2582f',
      deep: '#0a1f33',
      light: '#effff8',
      spark: '#ff7a6b',
      plate: '#071727',
      text: '#e8fff6',
    },
    {
      sky: ['#150719', '#571245', '#ff8a3c'],
      body: ['#ffe9b0', '#ff8f5a'],
      side: '#d13b5c',
      deep: '#2c0a26',
      light: '#fff3d6',
      spark: '#8fa8ff',
      plate: '#1e0a20',
      text: '#ffeedb',
    },
    {
      sky: ['#0a0b1e', '#2a2f86', '#8f7bff'],
      body: ['#f4e6ff', '#c48cf0'],
      side: '#6b45c9',
      deep: '#160f3d',
      light: '#ffffff',
      spark: '#ffc857',
      plate: '#0f1030',
      text: '#f0ecff',
    },
  ],
  symbol: `${circle(0, 0, 5)}M-12 3C-12 -1 12 -7 12 -3C12 1 -12 7 -12 3Z`,
  backdrop(stage) {
    const { palette, defs } = stage;
    const horizon = defs.linear([
      [0, mix(palette.sky[2], '#ffffff', 0.35)],
      [0.12, palette.sky[2]],
      [0.5, palette.sky[0]],
    ]);
    return (
      skyFill(stage, 0.55) +
      path(rays(CENTRE.x, CENTRE.y, 36, 120, 900, 2.6), { fill: palette.light, opacity: '0.05' }) +
      dots(stage, 170, [20, 20, 710, 780], palette.light) +
      distance(stage) +
      path(circle(CENTRE.x, 1230, 520), { fill: horizon, opacity: '0.9' }) +
      rings(stage, false) +
      world(stage)
    );
  },
  emblem(stage) {
    const shade = silhouette(stage, darken(stage.palette.sky[0], 0.3), 5);
    return placeEmblem(
      tag('use', { href: `#${shade}`, y: 7, opacity: '0.5' }) + copies(shade, 1, 0, 0) + emblemShapes(stage),
      1.55,
    );
  },
  foreground(stage) {
    return rings(stage, true);
  },
};
