import { darken, mix } from '../colour.ts';
import { circle, n, point, polar, polygon } from '../path.ts';
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
  WIDTH,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

/** A spectrum standing on a circle; both halves alike. */
function spectrum(stage: Stage, inner: number, reach: number): string {
  const { random, palette, defs } = stage;
  const count = 60;
  const tones = [random.between(2, 5), random.between(5, 9), random.between(9, 17)];
  const phases = tones.map(() => random.between(0, 6.28));
  let d = '';
  for (let i = 0; i <= count; i++) {
    const t = i / count;
    const level =
      tones.reduce((sum, tone, k) => sum + Math.abs(Math.sin(t * tone + phases[k]!)) / (k + 1.4), 0) / 1.8;
    const length = 8 + reach * level ** 2.2 * 1.5;
    for (const side of i === 0 || i === count ? [1] : [1, -1]) {
      const angle = side * t * 180;
      d += `M${point(...polar(CENTRE.x, CENTRE.y, inner, angle))}L${point(...polar(CENTRE.x, CENTRE.y, inner + length, angle))}`;
    }
  }
  const paint = defs.span(
    [
      [0, palette.light],
      [0.45, palette.spark],
      [1, palette.body[1]],
    ],
    0,
    100,
    0,
    720,
  );
  return path(d, { stroke: paint, 'stroke-width': 6, 'stroke-linecap': 'round' });
}

/** Ridge lines like a plotted signal; nearer lines hide what is behind. */
function ridges(stage: Stage): string {
  const { random, palette } = stage;
  let content = '';
  for (let row = 0; row < 11; row++) {
    const base = 640 + row * 26;
    const peaks = Array.from(
      { length: 7 },
      () => [random.between(60, 690), random.between(18, 62), random.between(10, 74)] as const,
    );
    let d = `M-10 ${base}`;
    for (let x = 0; x <= WIDTH + 10; x += 15) {
      const lift = peaks.reduce(
        (sum, [at, width, height]) => sum + height * Math.exp(-(((x - at) / width) ** 2)),
        0,
      );
      d += `L${x} ${n(base - lift * (0.35 + Math.abs(x - 375) / 420))}`;
    }
    content += path(`${d}L${WIDTH + 10} 1060L-10 1060Z`, {
      fill: mix(palette.sky[0], palette.sky[1], 0.25 - row * 0.02),
      stroke: mix(palette.spark, palette.body[1], row / 11),
      'stroke-width': 2.6,
      'stroke-linejoin': 'round',
    });
  }
  return content;
}

/** Music and messages: a low sun, a spectrum and the ridges of a signal. */
export const sound: Theme = {
  palettes: [
    {
      sky: ['#1a0b2e', '#4b1266', '#ff4f79'],
      body: ['#ffe38a', '#ff6a5c'],
      side: '#c2257a',
      deep: '#1d0830',
      light: '#fff2c9',
      spark: '#ff8fc7',
      plate: '#150726',
      text: '#fff0e8',
    },
    {
      sky: ['#031a2b', '#064b6b', '#23d5c4'],
      body: ['#fff7b8', '#ffb347'],
      side: '#1a7fa8',
      deep: '#03192a',
      light: '#f2fff8',
      spark: '#54f2d6',
      plate: '#021523',
      text: '#e9fffa',
    },
    {
      sky: ['#120f33', '#3b2ea0', '#a56bff'],
      body: ['#d6fff6', '#4fd1ff'],
      side: '#5a3bd1',
      deep: '#0f0b33',
      light: '#ffffff',
      spark: '#ff86e1',
      plate: '#0e0b2b',
      text: '#f1edff',
    },
    {
      sky: ['#240a0a', '#7a1a1f', '#ff8a3a'],
      body: ['#fff0b3', '#ffad33'],
      side: '#c73a2a',
      deep: '#270808',
      light: '#fff5d9',
      spark: '#ffd34f',
      plate: '#1d0707',
      text: '#fff1dd',
    },
  ],
  symbol:
    'M-12 -2L-9 -2L-9 2L-12 2ZM-7 -7L-4 -7L-4 7L-7 7ZM-2 -12L2 -12L2 12L-2 12ZM4 -7L7 -7L7 7L4 7ZM9 -2L12 -2L12 2L9 2Z',
  backdrop(stage) {
    const { palette, defs, rank } = stage;
    const { x, y } = CENTRE;
    const disc = defs.linear([
      [0, mix(palette.body[0], palette.sky[2], 0.3)],
      [0.55, palette.sky[2]],
      [1, palette.sky[1]],
    ]);
    let slices = '';
    for (let i = 0; i < 8; i++)
      slices += polygon(
        x - 220,
        y + 30 + i * 23,
        x + 220,
        y + 30 + i * 23,
        x + 220,
        y + 33 + i * 25,
        x - 220,
        y + 33 + i * 25,
      );
    const waves = Array.from({ length: 5 + rank }, (_, i) => circle(x, y, 320 + i * 34)).join('');
    return (
      skyFill(stage, 0.5) +
      dots(stage, 70, [20, 20, 710, 500], palette.light, [1.4, 2.2, 3.2]) +
      path(waves, { stroke: palette.spark, 'stroke-width': 1.6, opacity: '0.28' }) +
      glow(stage, x, y, 420, palette.sky[2], 0.7) +
      spectrum(stage, 214, 100) +
      path(circle(x, y, 200), { fill: disc }) +
      group(
        { 'clip-path': defs.clip(circle(x, y, 200)) },
        path(slices, { fill: palette.sky[0], opacity: '0.42' }),
      ) +
      ridges(stage)
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const edge = silhouette(stage, darken(palette.sky[0], 0.2), 5);
    const ghost = silhouette(stage, palette.spark, 5);
    const other = silhouette(stage, palette.body[0], 5);
    return placeEmblem(
      tag('use', { href: `#${ghost}`, x: -7, opacity: '0.85' }) +
        tag('use', { href: `#${other}`, x: 7, opacity: '0.85' }) +
        copies(edge, 1, 0, 0) +
        emblemShapes(stage),
      1.5,
    );
  },
  foreground: () => '',
};
