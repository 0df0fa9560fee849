import { darken, lighten, mix } from '../colour.ts';
import { circle, n, place, point, polar } from '../path.ts';
import {
  CENTRE,
  copies,
  emblemShapes,
  placeEmblem,
  type Stage,
  silhouette,
  skyFill,
  type Theme,
  WIDTH,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

const PINE = 'M0 -64L16 -38L9 -38L22 -14L13 -14L26 8L-26 8L-13 -14L-22 -14L-9 -38L-16 -38Z';
const BIRD = 'M-16 -6C-8 -10 -2 -6 0 0C2 -6 8 -10 16 -6C8 -6 3 -2 0 5C-3 -2 -8 -6 -16 -6Z';
const CLOUD = 'M-90 0C-90 -22 -60 -30 -48 -18C-44 -50 6 -54 14 -24C34 -40 62 -26 58 -8C74 -10 88 -4 90 0Z';

/** A sheet with its shadow on the sheet behind. */
function sheet(d: string, fill: string, shadow: string): string {
  return (
    path(d, { fill: shadow, transform: 'translate(0 -9)', opacity: '0.16' }) +
    path(d, { fill: shadow, transform: 'translate(0 -4)', opacity: '0.26' }) +
    path(d, { fill })
  );
}

/** A range of peaks across the card; `rough` 0 gives rolling hills, 1 crags. */
function range(
  stage: Stage,
  base: number,
  height: number,
  count: number,
  rough: boolean,
): { d: string; tops: [number, number][] } {
  const { random } = stage;
  const tops: [number, number][] = [];
  const step = WIDTH / count;
  let d = `M-10 1060L-10 ${n(base)}`;
  for (let i = 0; i < count; i++) {
    const left = i * step;
    const [x, y] = [left + step * random.between(0.35, 0.65), base - height * random.between(0.5, 1)];
    const valley = base - height * random.between(0, 0.22);
    if (rough) {
      d += `L${point(left + step * 0.18, (base + y) / 2 + random.between(-8, 14))}L${point(x, y)}`;
      d += `L${point(x + step * 0.15, y + height * 0.22)}L${point(x + step * 0.23, y + height * 0.2)}L${point(left + step, valley)}`;
    } else d += `Q${point(x, y - height * 0.3)} ${point(left + step, valley)}`;
    tops.push([x, y]);
  }
  return { d: `${d}L${WIDTH + 10} ${n(base)}L${WIDTH + 10} 1060Z`, tops };
}

function forest(stage: Stage, base: number, count: number, fill: string): string {
  const { random, palette } = stage;
  let d = '';
  for (let i = 0; i < count; i++) {
    const x = (i + random.between(0.1, 0.9)) * (WIDTH / count);
    if (Math.abs(x - 375) < 70) continue;
    d += place(PINE, x, base + random.between(-10, 16), random.between(0.7, 1.35));
  }
  return sheet(d, fill, palette.deep);
}

function sunDiscs(stage: Stage): string {
  const { palette, rank } = stage;
  const count = 4 + Math.min(rank, 3);
  let content = '';
  for (let i = 0; i < count; i++) {
    const r = 390 - i * (182 / (count - 1));
    const waves = 28;
    let d = '';
    for (let k = 0; k < waves; k++) {
      const [a, b] = [(k * 360) / waves, ((k + 0.5) * 360) / waves];
      const tip = polar(CENTRE.x, CENTRE.y, r + 13, b);
      d += `${k === 0 ? `M${point(...polar(CENTRE.x, CENTRE.y, r, a))}` : ''}Q${point(...tip)} ${point(...polar(CENTRE.x, CENTRE.y, r, ((k + 1) * 360) / waves))}`;
    }
    content += sheet(
      i % 2 === 0 && rank > 0 ? `${d}Z` : circle(CENTRE.x, CENTRE.y, r),
      mix(palette.sky[1], palette.light, i / (count - 1)),
      palette.deep,
    );
  }
  return content;
}

/** Travel and the outdoors: mountains cut from layers of coloured paper. */
export const paper: Theme = {
  palettes: [
    {
      sky: ['#f28f6b', '#f7b07a', '#ffd9a6'],
      body: ['#ff8a5c', '#d9483b'],
      side: '#9c2f45',
      deep: '#2b1a3a',
      light: '#fff3dc',
      spark: '#2fa6a0',
      plate: '#2b2148',
      text: '#fff1dc',
    },
    {
      sky: ['#3f7fa8', '#6fb0c9', '#c9e8e0'],
      body: ['#ffcf6b', '#f08f3c'],
      side: '#c2552f',
      deep: '#10293f',
      light: '#fdfbee',
      spark: '#e4556b',
      plate: '#12314a',
      text: '#f4fbf4',
    },
    {
      sky: ['#5a3f8f', '#a069b5', '#f4b7b2'],
      body: ['#ffd98c', '#f2875c'],
      side: '#b8406a',
      deep: '#25153f',
      light: '#fff0e4',
      spark: '#3fb5c4',
      plate: '#2a1848',
      text: '#fff0ec',
    },
    {
      sky: ['#2f6f5f', '#6fae84', '#f0e0a4'],
      body: ['#ffe08a', '#e89a3a'],
      side: '#b85c2e',
      deep: '#11302b',
      light: '#fffbe6',
      spark: '#d9534a',
      plate: '#143a33',
      text: '#fdf8e2',
    },
  ],
  symbol: 'M-12 9L-4 -8L1 2L5 -4L12 9Z',
  backdrop(stage) {
    const { palette, random } = stage;
    const layer = (amount: number) => mix(palette.sky[1], palette.plate, amount);
    const snow = range(stage, 700, 200, 4, true);
    const caps = snow.tops
      .map(
        ([x, y]) =>
          `M${point(x, y)}L${point(x + 22, y + 34)}L${point(x + 8, y + 26)}L${point(x - 2, y + 44)}L${point(x - 12, y + 28)}L${point(x - 24, y + 40)}Z`,
      )
      .join('');
    const clouds = [
      [random.between(90, 190), random.between(150, 240), 0.9],
      [random.between(560, 650), random.between(130, 260), 1.1],
    ] as const;
    return (
      skyFill(stage, 0.5) +
      sunDiscs(stage) +
      sheet(
        clouds.map(([x, y, s]) => place(CLOUD, x, y, s)).join(''),
        lighten(palette.light, 0.4),
        palette.deep,
      ) +
      path(
        Array.from({ length: 5 }, () =>
          place(BIRD, random.between(80, 670), random.between(90, 190), random.between(0.5, 1)),
        ).join(''),
        { fill: palette.deep },
      ) +
      sheet(range(stage, 640, 190, 5, true).d, layer(0.22), palette.deep) +
      sheet(snow.d, layer(0.42), palette.deep) +
      path(caps, { fill: palette.light })
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const shadow = silhouette(stage, palette.deep, 7);
    const card = silhouette(stage, palette.light, 7);
    return placeEmblem(
      group({ opacity: '0.2' }, tag('use', { href: `#${shadow}`, y: 12 })) +
        group({ opacity: '0.3' }, tag('use', { href: `#${shadow}`, y: 5 })) +
        copies(card, 1, 0, 0) +
        copies(silhouette(stage, mix(palette.side, palette.deep, 0.4), 2), 1, 0, 0) +
        emblemShapes(stage),
      1.5,
      CENTRE.x,
      CENTRE.y - 20,
    );
  },
  foreground(stage) {
    const { palette } = stage;
    const layer = (amount: number) => mix(palette.sky[1], palette.plate, amount);
    return (
      sheet(range(stage, 760, 130, 4, false).d, layer(0.58), palette.deep) +
      forest(stage, 752, 15, layer(0.72)) +
      sheet(range(stage, 800, 80, 3, false).d, layer(0.84), palette.deep) +
      forest(stage, 806, 9, darken(layer(0.95), 0.12))
    );
  },
};
