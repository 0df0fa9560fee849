import { darken, lighten, mix } from '../colour.ts';
import { circle, polygon } from '../path.ts';
import {
  CENTRE,
  copies,
  dots,
  emblemShapes,
  glow,
  HEIGHT,
  placeEmblem,
  type Stage,
  silhouette,
  skyFill,
  type Theme,
  WIDTH,
} from '../stage.ts';
import { group, path, tag } from '../svg.ts';

const HALF = 48;
const QUARTER = 24;

type Prefab = { id: string; height: number };

/** One face's window grid as a dashed line per floor. */
function windows(side: -1 | 1, height: number): string {
  let d = '';
  for (let y = 16; y < height - 8; y += 19) {
    d += `M${side * 7} ${QUARTER - 3.5 - height + y + 4}L${side * (HALF - 7)} ${3.5 - height + y + 4}`;
  }
  return d;
}

function tower(stage: Stage, height: number, colour: string, lamp: string): Prefab {
  const roof = polygon(0, -QUARTER - height, HALF, -height, 0, QUARTER - height, -HALF, -height);
  const left = polygon(-HALF, -height, 0, QUARTER - height, 0, QUARTER, -HALF, 0);
  const right = polygon(HALF, -height, 0, QUARTER - height, 0, QUARTER, HALF, 0);
  const inner = polygon(
    0,
    -QUARTER * 0.6 - height,
    HALF * 0.6,
    -height,
    0,
    QUARTER * 0.6 - height,
    -HALF * 0.6,
    -height,
  );
  const lit = { stroke: lamp, 'stroke-width': 7, 'stroke-dasharray': '7 7' };
  const id = stage.defs.add(`tower${height}${colour}${lamp}`, (key) =>
    tag(
      'g',
      { id: key },
      path(left, { fill: colour }) +
        path(right, { fill: darken(colour, 0.42) }) +
        path(roof, { fill: lighten(colour, 0.26) }) +
        path(inner, { fill: lighten(colour, 0.1) }) +
        path(windows(-1, height), { ...lit, opacity: '1' }) +
        path(windows(1, height), { ...lit, opacity: '0.55' }) +
        (height > 120
          ? path(`M0 ${-height}v-34`, { stroke: lamp, 'stroke-width': 2.5 }) +
            path(circle(0, -height - 36, 4), { fill: lamp })
          : ''),
    ),
  );
  return { id, height };
}

function prefabs(stage: Stage): Prefab[] {
  const { palette } = stage;
  const colours = [
    lighten(palette.sky[1], 0.1),
    lighten(palette.sky[1], 0.2),
    mix(palette.sky[1], palette.sky[0], 0.2),
  ];
  return [24, 46, 70, 96, 132, 168].map((height, i) =>
    tower(stage, height, colours[i % 3]!, i % 2 === 0 ? palette.light : palette.spark),
  );
}

function tree(stage: Stage): string {
  const { palette, defs } = stage;
  const leaf = mix(palette.spark, palette.sky[0], 0.35);
  return defs.add('tree', (id) =>
    tag(
      'g',
      { id },
      path(circle(-12, -8, 11) + circle(13, -2, 9), { fill: darken(leaf, 0.3) }) +
        path(circle(-14, -13, 9) + circle(11, -6, 7), { fill: leaf }),
    ),
  );
}

/** Blocks from back to front; `keep` says which cells of the plan belong to this layer. */
function blocks(stage: Stage, from: number, to: number): string {
  const { random } = stage;
  const kit = prefabs(stage);
  const park = tree(stage);
  let content = '';
  for (let row = from; row <= to && row * QUARTER < 900; row++) {
    for (let column = 0; column <= 8; column++) {
      const x = column * HALF * 2 + (row % 2 === 0 ? 0 : HALF) - 20;
      const y = row * QUARTER;
      if (y < -10 || x > WIDTH + HALF) continue;
      const distance = Math.hypot((x - CENTRE.x) / 1.05, (y - CENTRE.y - 130) / 0.62);
      if (distance < 290) continue;
      if (random.chance(y > CENTRE.y + 130 ? 0.36 : 0.12)) {
        content += tag('use', { href: `#${park}`, x, y });
        continue;
      }
      const reach = Math.min(5, Math.floor((distance - 285) / 60) + random.integer(-1, 2));
      const limit = y > CENTRE.y + 130 ? 2 : 5;
      content += tag('use', { href: `#${kit[Math.max(0, Math.min(limit, reach))]!.id}`, x, y });
    }
  }
  return content;
}

function roads(stage: Stage): string {
  let d = '';
  for (let i = -14; i < 26; i++) {
    d += `M-20 ${i * 88 - 30}L770 ${i * 88 + 365}M770 ${i * 88 - 30}L-20 ${i * 88 + 365}`;
  }
  const { palette } = stage;
  return (
    path(d, { stroke: darken(palette.sky[0], 0.35), 'stroke-width': 13, opacity: '0.7' }) +
    path(d, { stroke: palette.light, 'stroke-width': 1.5, 'stroke-dasharray': '9 13', opacity: '0.6' })
  );
}

/** The plaza: stacked discs seen from the same angle as the city. */
function plaza({ palette, defs }: Stage): string {
  const y = CENTRE.y + 158;
  const disc = (ry: number, rx: number, at: number, fill: string) =>
    tag('ellipse', { cx: CENTRE.x, cy: at, rx, ry, fill });
  const top = defs.radial([
    [0, lighten(palette.sky[2], 0.5)],
    [0.6, palette.sky[2]],
    [1, mix(palette.sky[2], palette.sky[0], 0.5)],
  ]);
  return (
    disc(150, 268, y + 26, darken(palette.sky[0], 0.5)) +
    disc(144, 258, y + 12, mix(palette.sky[0], palette.sky[1], 0.5)) +
    disc(144, 258, y, mix(palette.sky[1], palette.light, 0.25)) +
    disc(120, 215, y, darken(palette.sky[0], 0.2)) +
    tag('ellipse', {
      cx: CENTRE.x,
      cy: y,
      rx: 215,
      ry: 120,
      fill: 'none',
      stroke: palette.spark,
      'stroke-width': 4,
      'stroke-dasharray': '3 15',
      'stroke-linecap': 'round',
    }) +
    disc(104, 186, y + 4, mix(palette.sky[0], palette.sky[1], 0.6)) +
    disc(104, 186, y - 10, top)
  );
}

/** A city of deliveries and late trams, seen from above, with the emblem as its monument. */
export const city: Theme = {
  palettes: [
    {
      sky: ['#1d1145', '#5a2a83', '#ff8f6b'],
      body: ['#fff0c2', '#ffb03b'],
      side: '#e0483e',
      deep: '#2a1248',
      light: '#ffe9b8',
      spark: '#42d6c5',
      plate: '#190e3c',
      text: '#fff1dc',
    },
    {
      sky: ['#06283d', '#0f6273', '#f7c873'],
      body: ['#fff4d9', '#ff9e6b'],
      side: '#d14a56',
      deep: '#0b2b3f',
      light: '#ffedc0',
      spark: '#ff6f7d',
      plate: '#05202f',
      text: '#fdf3df',
    },
    {
      sky: ['#2b0f2e', '#8a2452', '#ffb26b'],
      body: ['#fff1c9', '#ff8a5c'],
      side: '#b3235a',
      deep: '#2f0d30',
      light: '#ffe1b0',
      spark: '#6fd3ff',
      plate: '#260c2a',
      text: '#ffeeda',
    },
    {
      sky: ['#101a3f', '#2c4aa0', '#9fd0ff'],
      body: ['#ffffff', '#8fb6ff'],
      side: '#3d5cc4',
      deep: '#0e1a47',
      light: '#fff3c4',
      spark: '#ffcf4a',
      plate: '#0c1536',
      text: '#eef4ff',
    },
  ],
  symbol: `${polygon(0, -12, 11, -5, 0, 2, -11, -5)}${polygon(-11, -3, -1, 3.5, -1, 12, -11, 6)}${polygon(11, -3, 1, 3.5, 1, 12, 11, 6)}`,
  backdrop(stage) {
    const { palette, defs } = stage;
    const beam = defs.linear([
      [0, palette.light, 0],
      [1, palette.light, 0.42],
    ]);
    const shade = defs.linear([
      [0, palette.sky[0], 0.6],
      [0.25, palette.sky[0], 0],
      [0.7, palette.sky[0], 0],
      [0.85, palette.sky[0], 0.7],
    ]);
    return (
      skyFill(stage, 0.6) +
      roads(stage) +
      blocks(stage, -1, 26) +
      plaza(stage) +
      blocks(stage, 27, 46) +
      tag('rect', { width: WIDTH, height: HEIGHT, fill: shade }) +
      path(
        polygon(
          CENTRE.x - 330,
          0,
          CENTRE.x + 330,
          0,
          CENTRE.x + 150,
          CENTRE.y + 150,
          CENTRE.x - 150,
          CENTRE.y + 150,
        ),
        { fill: beam },
      ) +
      glow(stage, CENTRE.x, CENTRE.y, 330, palette.sky[2], 0.75)
    );
  },
  emblem(stage) {
    const { palette } = stage;
    const back = silhouette(stage, darken(palette.side, 0.45), 6);
    const rim = silhouette(stage, palette.light, 6);
    return (
      tag('ellipse', {
        cx: CENTRE.x + 14,
        cy: CENTRE.y + 176,
        rx: 150,
        ry: 40,
        fill: darken(palette.sky[0], 0.5),
        opacity: '0.55',
      }) +
      placeEmblem(
        copies(back, 14, 1, 1) + copies(rim, 1, 0, 0) + emblemShapes(stage),
        1.72,
        CENTRE.x - 8,
        CENTRE.y - 26,
      )
    );
  },
  foreground(stage) {
    return group({}, dots(stage, 40, [60, 90, 630, 620], stage.palette.light, [1.5, 2.4, 3.4]));
  },
};
