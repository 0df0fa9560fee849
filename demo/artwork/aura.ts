import { darken, mix } from './colour.ts';
import { foil } from './frame.ts';
import { glints, rosette, waveRing } from './ornament.ts';
import { circle, polar, polygon, rays } from './path.ts';
import { CENTRE, GOLD, glow, HEIGHT, hologram, type Stage, WIDTH } from './stage.ts';
import { path, type Stop, tag } from './svg.ts';

/** A band of guilloche around the emblem, as engraved on banknotes, between two rims. */
function guilloche(stage: Stage, paint: string, width: number): string {
  const { x, y } = CENTRE;
  return (
    rosette(stage.defs, [x, y], { offset: 262, radius: 50, count: 60 }, { paint, width }) +
    path(waveRing(x, y, 262, 40, 12) + waveRing(x, y, 262, 40, 12, 4.5), {
      stroke: paint,
      'stroke-width': width * 1.6,
    }) +
    path(circle(x, y, 318) + circle(x, y, 207), { stroke: paint, 'stroke-width': 3 }) +
    path(circle(x, y, 325) + circle(x, y, 200), { stroke: paint, 'stroke-width': 1.2 })
  );
}

/** Coloured beams of many lengths from behind the emblem. */
function prism({ random }: Stage): string {
  const { x, y } = CENTRE;
  const hues = ['#ff5fbd', '#ffb35c', '#f6ff8f', '#5dffb6', '#52bdff', '#a274ff'];
  let shards = '';
  for (let i = 0; i < 30; i++) {
    const angle = i * 12 + random.between(-4, 4);
    const width = random.between(1.5, 6);
    const reach = random.between(430, 900);
    const rim = [angle - width / 2, angle + width / 2].map((at) => polar(x, y, reach, at));
    shards += path(polygon(...polar(x, y, 150, angle), ...rim[0]!, ...rim[1]!), {
      fill: hues[i % 6],
      opacity: String(Math.round(random.between(18, 46)) / 100),
    });
  }
  return shards;
}

/** What rarity adds between the scene and the emblem. */
export function aura(stage: Stage): string {
  const { defs, rank, palette } = stage;
  const { x, y } = CENTRE;
  const disc = (edge: number) =>
    path(circle(x, y, 204), {
      fill: defs.radial([
        [0, palette.deep, 0.55],
        [0.7, palette.deep, 0.8],
        [1, palette.deep, edge],
      ]),
    });
  if (rank === 3) {
    const { paint, bright } = foil(stage);
    return (
      path(waveRing(x, y, 322, 64, 8) + waveRing(x, y, 322, 64, 8, 2.8), {
        stroke: paint,
        'stroke-width': 2.4,
      }) + path(circle(x, y, 335) + circle(x, y, 309), { stroke: bright, 'stroke-width': 1.2 })
    );
  }
  if (rank === 4) {
    const gold = defs.span([...GOLD], 120, 120, 630, 700);
    return (
      path(rays(x, y, 36, 330, 720, 1.6), { fill: '#ffe39a', opacity: '0.55' }) +
      glow(stage, x, y, 400, '#ffcf5e', 0.4) +
      path(circle(x, y, 325), { fill: palette.plate, opacity: '0.5' }) +
      disc(0.7) +
      guilloche(stage, gold, 1.3)
    );
  }
  if (rank < 5) return '';
  return (
    tag('rect', { width: WIDTH, height: HEIGHT, fill: darken(palette.deep, 0.5), 'fill-opacity': '0.42' }) +
    prism(stage) +
    glow(stage, x, y, 420, mix(palette.spark, '#ffffff', 0.4), 0.5) +
    path(circle(x, y, 325), { fill: darken(palette.deep, 0.4), opacity: '0.62' }) +
    disc(1) +
    guilloche(stage, defs.span(hologram(2), 90, 120, 660, 700), 1.5)
  );
}

/** Light over the finished picture: foil glare and glints. */
export function sheen(stage: Stage): string {
  const { rank, random, defs } = stage;
  if (rank < 3) return '';
  const white = (offset: number, opacity: number): Stop => [offset, '#ffffff', opacity];
  const glare = defs.span(
    [
      white(0, 0),
      white(0.3, 0),
      white(0.36, 0.2),
      white(0.42, 0.03),
      white(0.46, 0.16),
      white(0.5, 0),
      white(0.72, 0),
      white(0.78, 0.1),
      white(0.82, 0),
    ],
    0,
    60,
    WIDTH,
    HEIGHT - 160,
  );
  const spots = Array.from({ length: (rank - 2) * 4 }, (_, i) => {
    const [px, py] = polar(
      CENTRE.x,
      CENTRE.y,
      random.between(215, 300),
      i * (360 / ((rank - 2) * 4)) + random.between(-14, 14),
    );
    return [px, py, random.between(9, 26)] as const;
  });
  return tag('rect', { width: WIDTH, height: HEIGHT, fill: glare }) + glints(spots, '#ffffff');
}
