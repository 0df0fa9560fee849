import { box, circle, ellipse, pair, point, polar, polygon, rays, star, symmetric } from '../path.ts';
import { body, deep, light, line, type Motif, side, spark } from './motif.ts';

const spokes = (count: number, build: (angle: number) => string) =>
  Array.from({ length: count }, (_, i) => build((i * 360) / count)).join('');

function snowArm(angle: number): string {
  const at = (r: number, turn = 0) => point(...polar(0, 0, r, angle + turn));
  return (
    `M0 0L${at(96)}M${at(44)}L${at(70, 24)}M${at(44)}L${at(70, -24)}` +
    `M${at(68)}L${at(92, 14)}M${at(68)}L${at(92, -14)}`
  );
}

/** Emblems of the air and beyond. */
export const sky = {
  comet: [
    side('M-98 -98L78 16L16 78Z'),
    light('M-72 -72L66 24L24 66Z'),
    body(circle(42, 42, 46)),
    side('M10 74A46 46 0 0 0 86 28A60 60 0 0 1 10 74Z'),
    spark(star(40, 40, 4, 34, 10)),
  ],
  planet: [
    side('M-108 0A108 36 0 0 1 108 0L82 2A82 20 0 0 0 -82 2Z'),
    body(circle(0, 0, 64)),
    side('M-60 -24A64 64 0 0 0 -64 2L64 2A64 64 0 0 0 60 -24Z'),
    deep('M-52 38A64 64 0 0 0 -34 54L34 54A64 64 0 0 0 52 38Z'),
    light(ellipse(-24, -42, 16, 8)),
    spark('M-108 0A108 36 0 0 0 108 0L82 2A82 20 0 0 1 -82 2Z'),
  ],
  rocket: [
    spark(symmetric('M0 50L20 50C24 72 8 84 0 104')),
    light(symmetric('M0 50L10 50C12 66 4 74 0 84')),
    side(pair('M28 0C60 20 64 50 58 80L24 48Z')),
    body(symmetric('M0 -104C38 -66 44 -18 30 52L0 52')),
    side(symmetric('M0 -104C16 -88 27 -72 33 -52L0 -52')),
    light(circle(0, -20, 21)),
    deep(circle(0, -20, 14)),
    deep(box(-4, 22, 8, 50, 4)),
  ],
  sun: [
    side(rays(0, 0, 24, 40, 84, 15)),
    body(star(0, 0, 12, 104, 62)),
    light(circle(0, 0, 58)),
    body(circle(0, 0, 51)),
    line('deep', 6, pair('M12 -10Q22 -20 32 -10')),
    line('deep', 6, 'M-24 14Q0 38 24 14'),
    spark(pair(circle(34, 8, 7))),
  ],
  moon: [
    body('M30 -94A98 98 0 1 0 30 94A95 95 0 0 1 30 -94Z'),
    side('M-40 -76A86 86 0 0 0 0 88A98 98 0 0 1 -40 -76Z'),
    light(circle(-64, -16, 10) + circle(-50, 26, 6) + circle(-34, -52, 7)),
    spark(star(46, -4, 5, 42, 17)),
    light(star(46, -4, 5, 20, 8)),
  ],
  satellite: [
    line('light', 7, 'M-100 0L100 0M0 -60L0 -96'),
    side(pair(box(32, -32, 68, 64, 5))),
    line('deep', 5, pair('M54 -32L54 32M78 -32L78 32M32 0L100 0')),
    body(box(-24, -44, 48, 88, 9)),
    deep(box(-13, -30, 26, 26, 4)),
    light(symmetric('M0 44L34 44C34 70 18 82 0 82')),
    spark(circle(0, -96, 11) + circle(0, 92, 8)),
  ],
  storm: [
    side('M-40 8A30 30 0 0 1 -34 -48A46 46 0 0 1 50 -62A40 40 0 0 1 88 8Z'),
    body('M-66 34A36 36 0 0 1 -66 -36A56 56 0 0 1 40 -50A43 43 0 0 1 66 34Z'),
    light('M-46 -34A40 40 0 0 1 16 -58A52 52 0 0 0 -46 -34Z'),
    spark(polygon(10, -14, -34, 48, -6, 48, -20, 104, 38, 30, 10, 30, 30, -14)),
  ],
  compass: [
    body(circle(0, 0, 98)),
    deep(circle(0, 0, 82)),
    line(
      'side',
      5,
      spokes(24, (a) => `M${point(...polar(0, 0, 68, a))}L${point(...polar(0, 0, 76, a))}`),
    ),
    side(star(0, 0, 4, 58, 16, 45)),
    light(star(0, 0, 4, 92, 18)),
    spark(polygon(0, -92, 18, 0, 0, 0)),
    body(polygon(0, 92, -13, 13, 0, 0)),
    spark(circle(0, 0, 9)),
  ],
  balloon: [
    body(symmetric('M0 -104C62 -104 88 -62 78 -20C70 14 38 34 24 52L0 52')),
    side(pair('M34 -96C60 -60 50 10 16 52L24 52C38 34 70 14 78 -20C84 -50 68 -84 34 -96Z')),
    light(symmetric('M0 -104C20 -90 22 0 6 52L0 52')),
    line('deep', 4, pair('M22 52L16 72')),
    spark(box(-20, 70, 40, 32, 7)),
    deep(box(-20, 70, 40, 9, 4)),
  ],
  snowflake: [
    side(star(0, 0, 6, 62, 38, 30)),
    line('body', 11, spokes(6, snowArm)),
    light(star(0, 0, 6, 34, 19)),
    spark(circle(0, 0, 9)),
  ],
  northstar: [
    side(star(0, 0, 8, 70, 30, 22.5)),
    body(star(0, 0, 4, 60, 18, 45)),
    body(star(0, 0, 4, 106, 22)),
    light(polygon(0, -106, 0, 0, -15.5, -15.5) + polygon(106, 0, 0, 0, 15.5, -15.5)),
    light(polygon(0, 106, 0, 0, 15.5, 15.5) + polygon(-106, 0, 0, 0, -15.5, 15.5)),
    spark(circle(0, 0, 12)),
  ],
  umbrella: [
    line('spark', 11, 'M0 -96L0 76A18 18 0 0 0 36 76'),
    body(symmetric('M0 -84C58 -82 98 -42 102 16Q84 -6 67 14Q50 -8 33 12Q16 -8 0 10')),
    side(pair('M0 -84C24 -70 32 -20 33 12Q50 -8 67 14C62 -34 34 -74 0 -84Z')),
    light('M-84 -18C-74 -46 -54 -62 -30 -70C-52 -54 -68 -36 -76 -12Z'),
  ],
  lighthouse: [
    light(pair('M18 -64L106 -96L106 -26Z')),
    body(symmetric('M0 -44L25 -44L40 88L0 88')),
    spark(symmetric('M0 -14L29 -14L32 16L0 16') + symmetric('M0 46L35 46L38.5 76L0 76')),
    side(symmetric('M0 -50L36 -50L36 -40L0 -40') + symmetric('M0 86L58 86L66 100L0 100')),
    light(box(-19, -80, 38, 30, 3)),
    spark(circle(0, -65, 10)),
    side(symmetric('M0 -108L28 -78L0 -78')),
  ],
} satisfies Record<string, Motif>;
