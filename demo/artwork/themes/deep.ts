import { darken, lighten, mix } from '../colour.ts';
import { circle, n, point, polygon } from '../path.ts';
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

/** A swaying ribbon of kelp from the sea floor. */
function kelp(stage: Stage, x: number, height: number): { stem: string; leaves: string } {
  const { random } = stage;
  const sway = random.between(12, 34);
  const phase = random.between(0, 6.28);
  let stem = '';
  let leaves = '';
  for (let i = 0; i <= 14; i++) {
    const y = 860 - (i * height) / 14;
    const px = x + Math.sin(phase + i * 0.55) * sway * (i / 14 + 0.2);
    stem += `${i === 0 ? 'M' : 'L'}${point(px, y)}`;
    const side = i % 2 === 0 ? 1 : -1;
    if (i > 1)
      leaves += `M${point(px, y)}Q${point(px + side * 34, y - 8)} ${point(px + side * 44, y - 40)}Q${point(px + side * 8, y - 30)} ${point(px, y)}Z`;
  }
  return { stem, leaves };
}

/** Long light threads that hang in pairs below the emblem. */
function threads(stage: Stage): string {
  const { random, palette, rank } = stage;
  let d = '';
  let beads = '';
  for (let i = 0; i < 7 + rank; i++) {
    const start = 30 + i * 22;
    const drop = random.between(160, 330);
    const [a, b, end] = [random.between(-60, 90), random.between(-70, 90), random.between(-40, 130)];
    for (const s of [1, -1]) {
      const x = (offset: number) => CENTRE.x + s * (start + offset);
      d += `M${point(x(0), CENTRE.y + 90)}C${point(x(a), CENTRE.y + 90 + drop * 0.4)} ${point(x(b), CENTRE.y + 90 + drop * 0.7)} ${point(x(end), CENTRE.y + 90 + drop)}`;
      beads += `M${point(x(end), CENTRE.y + 90 + drop)}h0`;
    }
  }
  return (
    path(d, { stroke: palette.spark, 'stroke-width': 6, opacity: '0.12' }) +
    path(d, { stroke: palette.spark, 'stroke-width': 1.8, opacity: '0.75' }) +
    path(beads, { stroke: palette.light, 'stroke-width': 8, 'stroke-linecap': 'round' })
  );
}

function medusa(stage: Stage, x: number, y: number, r: number): string {
  const { defs, palette } = stage;
  const id = defs.add('medusa', (key) =>
    tag(
      'g',
      { id: key },
      path(
        'M-30 6C-26 40 -40 60 -30 96M-12 6C-8 46 -18 70 -10 110M12 6C8 46 20 70 12 104M30 6C26 40 42 66 32 92',
        { stroke: palette.spark, 'stroke-width': 2, opacity: '0.7' },
      ) +
        path('M-50 6C-54 -70 54 -70 50 6Q38 16 25 6Q12 16 0 6Q-12 16 -25 6Q-38 16 -50 6Z', {
          fill: defs.linear([
            [0, palette.light, 0.85],
            [0.6, palette.spark, 0.45],
            [1, palette.body[1], 0.15],
          ]),
          stroke: palette.spark,
          'stroke-width': 1.6,
        }),
    ),
  );
  return (
    glow(stage, x, y, r * 2, palette.spark, 0.3) +
    tag('use', { href: `#${id}`, transform: `translate(${point(x, y)})scale(${(r / 50).toFixed(2)})` })
  );
}

function shafts(stage: Stage): string {
  const { defs, palette, random } = stage;
  const fill = defs.span(
    [
      [0, palette.light, 0.34],
      [1, palette.light, 0],
    ],
    0,
    0,
    0,
    720,
  );
  let d = '';
  for (let i = 0; i < 7; i++) {
    const x = 40 + i * 105 + random.between(-30, 30);
    const width = random.between(14, 60);
    const lean = (x - 375) * 0.55;
    d += polygon(x, -10, x + width, -10, x + width * 2.2 + lean, 760, x - width + lean, 760);
  }
  return path(d, { fill });
}

/** The deep sea and those who glow in it. */
export const deep: Theme = {
  palettes: [
    {
      sky: ['#0a6a86', '#053a5c', '#020d22'],
      body: ['#c9fff2', '#2fc4c9'],
      side: '#1273a0',
      deep: '#021226',
      light: '#f0fffb',
      spark: '#5dffd6',
      plate: '#020f22',
      text: '#e4fff8',
    },
    {
      sky: ['#3b2a8c', '#1a1560', '#070420'],
      body: ['#ffd6fb', '#c86bff'],
      side: '#5a35c2',
      deep: '#0a0526',
      light: '#fff4ff',
      spark: '#ff8bf0',
      plate: '#080523',
      text: '#fbeaff',
    },
    {
      sky: ['#0d6b5a', '#063f40', '#021418'],
      body: ['#f6ffb0', '#7fdc5a'],
      side: '#1f8f6b',
      deep: '#02181a',
      light: '#fbffe9',
      spark: '#c6ff5e',
      plate: '#021416',
      text: '#f3ffe4',
    },
    {
      sky: ['#7a2c4a', '#33134a', '#0a0519'],
      body: ['#ffe7b8', '#ff8b6b'],
      side: '#c23f6a',
      deep: '#0e051c',
      light: '#fff7ea',
      spark: '#ffb14f',
      plate: '#0c0518',
      text: '#fff0e2',
    },
  ],
  symbol: 'M-12 -2Q-6 -10 0 -2Q6 6 12 -2L12 3Q6 11 0 3Q-6 -5 -12 3ZM-3 -8A3 3 0 1 1 3 -8A3 3 0 1 1 -3 -8Z',
  backdrop(stage) {
    const { palette, random, rank } = stage;
    const floor =
      'M-10 1060L-10 800Q90 740 190 790Q290 838 375 800Q470 756 560 796Q660 840 760 772L760 1060Z';
    const weeds = [18, 70, 128, 640, 690, 740].map((x) => kelp(stage, x, random.between(260, 520)));
    const jellies = Array.from({ length: 2 + rank }, (_, i) =>
      medusa(
        stage,
        i % 2 === 0 ? random.between(80, 170) : random.between(580, 670),
        random.between(120, 600),
        random.between(16, 46),
      ),
    );
    return (
      skyFill(stage, 0.45) +
      shafts(stage) +
      dots(stage, 110, [20, 40, 710, 760], palette.spark, [2, 3.2, 5]) +
      jellies.join('') +
      path(weeds.map((w) => w.stem + w.leaves).join(''), {
        fill: darken(palette.sky[1], 0.35),
        stroke: mix(palette.sky[1], palette.spark, 0.25),
        'stroke-width': 1.5,
      }) +
      path(floor, {
        fill: darken(palette.sky[2], 0.1),
        stroke: mix(palette.sky[2], palette.spark, 0.3),
        'stroke-width': 2,
      }) +
      glow(stage, CENTRE.x, CENTRE.y, 370, palette.spark, 0.55) +
      glow(stage, CENTRE.x, CENTRE.y, 210, lighten(palette.spark, 0.4), 0.5) +
      threads(stage)
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const aura = (grow: number, opacity: string) =>
      tag('use', { href: `#${silhouette(stage, palette.spark, grow)}`, opacity });
    return placeEmblem(
      aura(14, '0.16') +
        aura(9, '0.26') +
        aura(5, '0.9') +
        tag('use', { href: `#${silhouette(stage, palette.deep, 3)}` }) +
        emblemShapes(stage),
      1.66,
      CENTRE.x,
      CENTRE.y - 16,
    );
  },
  foreground(stage) {
    const { random, palette } = stage;
    let d = '';
    let shine = '';
    for (let i = 0; i < 16; i++) {
      const [x, y, r] = [random.between(60, 690), random.between(80, 760), random.between(4, 15)];
      if (Math.hypot(x - CENTRE.x, y - CENTRE.y) < 200) continue;
      d += circle(x, y, r);
      shine += `M${point(x - r * 0.5, y - r * 0.1)}A${n(r * 0.55)} ${n(r * 0.55)} 0 0 1 ${point(x - r * 0.1, y - r * 0.5)}`;
    }
    return group(
      { opacity: '0.8' },
      path(d, { stroke: palette.light, 'stroke-width': 1.6, opacity: '0.6' }) +
        path(shine, { stroke: palette.light, 'stroke-width': 2.2, 'stroke-linecap': 'round' }),
    );
  },
};
