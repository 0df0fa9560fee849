import { box, circle, ellipse, pair, point, polygon, star, symmetric } from '../path.ts';
import { body, deep, light, line, type Motif, side, spark } from './motif.ts';

/** Emblems that grow, or are carried out of doors. */
export const garden = {
  mushroom: [
    light(symmetric('M0 0L22 0C18 40 26 70 38 92C24 102 10 102 0 102')),
    side('M4 0L22 0C18 40 26 70 38 92C30 100 18 102 8 102C18 60 12 30 4 0Z'),
    body(symmetric('M0 -100C60 -100 98 -50 100 -4C80 16 30 20 0 20')),
    side(symmetric('M0 20C30 20 80 16 100 -4C70 4 30 4 0 4')),
    spark(circle(-8, -58, 20) + circle(48, -38, 14) + circle(-56, -26, 13) + circle(20, -16, 10)),
    light(circle(-14, -64, 7) + circle(44, -43, 5)),
  ],
  tulip: [
    line('side', 9, 'M0 20L0 104'),
    side(pair('M4 100C20 60 46 40 78 38C76 74 44 98 4 104Z')),
    light(pair('M0 -92C8 -60 10 0 0 34Z')),
    body(pair('M2 32C-2 -20 20 -74 66 -98C74 -40 62 18 2 34Z')),
    spark(symmetric('M0 -88C26 -58 28 0 0 34')),
    light(symmetric('M0 -60C12 -40 12 -4 0 16')),
  ],
  leaf: [
    body(symmetric('M0 -106C40 -64 74 -20 60 30C50 62 24 74 0 76')),
    side('M0 -106C40 -64 74 -20 60 30C50 62 24 74 0 76Z'),
    line('light', 6, 'M0 -80L0 106'),
    line('light', 5, pair('M0 50L42 22M0 20L46 -14M0 -10L38 -42M0 -40L22 -64')),
    spark(circle(70, -70, 12)),
  ],
  cactus: [
    body(pair('M20 30C70 34 74 6 74 -26A13 13 0 0 0 48 -26C48 -4 44 4 20 4Z')),
    body(symmetric('M0 -100C24 -100 32 -84 32 -62L30 66L0 66')),
    side('M12 -98C28 -94 32 -80 32 -62L30 66L10 66Z'),
    line('light', 4, 'M0 -80L0 56M-16 -70L-16 56M16 -70L16 56'),
    deep(symmetric('M0 60L50 60L38 104L0 104')),
    light(symmetric('M0 54L56 54L54 70L0 70')),
    spark(star(0, -100, 5, 20, 9) + star(61, -40, 5, 13, 6)),
  ],
  acorn: [
    light(symmetric('M0 -10L60 -10C60 50 26 80 0 104')),
    body(symmetric('M0 -10L60 -10C60 50 26 80 0 104')),
    side('M20 -10L60 -10C60 50 26 80 0 104C24 70 30 30 20 -10Z'),
    deep(symmetric('M0 -66C54 -66 80 -36 80 -6C50 10 30 10 0 10')),
    line('spark', 5, pair('M10 -62Q26 -24 10 8M34 -58Q54 -28 38 6M58 -42Q70 -22 64 0')),
    line('side', 11, 'M0 -66C0 -84 8 -96 22 -102'),
    light(ellipse(-28, 22, 8, 20)),
  ],
  lotus: [
    side(pair('M6 60C50 50 92 20 104 -28C60 -24 30 10 6 60Z')),
    body(pair('M4 62C40 30 70 -20 66 -72C28 -48 8 0 4 62Z')),
    light(pair('M4 62C30 20 44 -10 52 -44C26 -26 10 20 4 62Z')),
    spark(symmetric('M0 -106C34 -60 34 10 0 66')),
    light(symmetric('M0 -70C16 -40 16 0 0 36')),
    line('side', 7, 'M-84 84Q-42 66 0 84Q42 102 84 84'),
  ],
  pear: [
    body(symmetric('M0 -64C28 -64 30 -34 40 -10C52 12 72 26 70 56C66 92 34 102 0 102')),
    side('M22 -56C32 -44 32 -28 40 -10C52 12 72 26 70 56C66 92 34 102 0 102C50 70 50 10 22 -56Z'),
    light(ellipse(-32, 46, 12, 26)),
    line('deep', 9, 'M0 -62C0 -80 -4 -92 -14 -104'),
    spark('M2 -74C16 -106 50 -108 74 -94C62 -66 30 -58 2 -74Z'),
  ],
  radish: [
    side(pair('M4 -30C10 -80 50 -106 84 -96C84 -60 50 -30 4 -26Z')),
    light(symmetric('M0 -106C24 -80 20 -50 0 -26')),
    body(symmetric('M0 -34C50 -38 66 -10 60 18C50 56 12 56 4 106L0 106')),
    side('M26 -34C56 -30 64 -10 60 18C50 56 12 56 4 106C0 70 40 40 26 -34Z'),
    light(symmetric('M0 64C8 70 4 90 2 106L0 106')),
    spark(ellipse(-32, -6, 10, 15)),
  ],
  pine: [
    deep(box(-10, 70, 20, 34)),
    side(symmetric('M0 0L74 78Q36 90 0 78')),
    body(symmetric('M0 -44L60 30Q30 42 0 30')),
    side(symmetric('M0 -58L56 18L40 22L0 20')),
    body(symmetric('M0 -106L44 -22Q22 -12 0 -22')),
    light(pair('M0 -106L0 -60L-12 -74Z') + polygon(0, -44, 0, 20, -34, 4) + polygon(0, 24, 0, 74, -44, 52)),
    spark(star(0, -96, 5, 17, 7)),
  ],
  campfire: [
    spark(symmetric('M0 -106C10 -70 60 -40 56 16C54 48 30 62 0 62')),
    body(symmetric('M0 -66C8 -40 38 -20 36 20C34 46 18 58 0 58')),
    light(symmetric('M0 -20C6 -6 18 8 18 28C18 46 8 54 0 54')),
    side(pair('M-70 96L60 50L70 66L-58 104Z')),
    deep(pair(circle(64, 58, 10))),
  ],
  tent: [
    body(symmetric('M0 -84L98 84L0 84')),
    side(polygon(0, -84, 98, 84, 30, 84)),
    deep(symmetric('M0 -20L34 84L0 84')),
    light(polygon(0, -20, -34, 84, -22, 84)),
    line('light', 7, pair('M-14 -108L100 88')),
    spark(symmetric('M0 -70L10 -52L0 -34')),
    line('side', 7, 'M-106 88L106 88'),
  ],
  mountain: [
    side(polygon(-20, 84, 46, -44, 106, 84)),
    body(polygon(-106, 84, -24, -86, 62, 84)),
    light(polygon(-24, -86, 0, -38, -14, -26, -26, -42, -40, -22, -52, -30)),
    light(polygon(46, -44, 62, -12, 46, -20, 34, -8, 30, -14)),
    spark(circle(62, -76, 20)),
    deep(polygon(-106, 84, -66, 40, -40, 62, -6, 30, 30, 66, 50, 50, 106, 84)),
  ],
  feather: [
    body('M70 -104C110 -40 60 50 -40 74L-58 92C-60 20 -20 -80 70 -104Z'),
    side('M70 -104C110 -40 60 50 -40 74Z'),
    line('light', 6, 'M70 -104C40 -40 0 20 -84 104'),
    line('deep', 5, 'M-50 24L-26 24M78 -18L44 -30M54 22L16 14'),
    spark(circle(-84, 102, 9)),
  ],
  flower: [
    body(Array.from({ length: 8 }, (_, i) => petal(i * 45)).join('')),
    side(Array.from({ length: 8 }, (_, i) => petal(i * 45 + 22.5, 0.62)).join('')),
    spark(circle(0, 0, 26)),
    light(star(0, 0, 8, 22, 10)),
    deep(circle(0, 0, 8)),
  ],
  heart: [
    body(symmetric('M0 -46C22 -92 96 -88 100 -26C102 30 46 66 0 104')),
    side('M60 -80C88 -74 98 -54 100 -26C102 30 46 66 0 104C60 40 84 -10 60 -80Z'),
    light('M-82 -26C-82 -52 -64 -66 -46 -64C-62 -54 -68 -44 -68 -24Z'),
    line('spark', 8, 'M-96 10L-40 10L-24 -26L0 44L22 -10L36 10L96 10'),
  ],
} satisfies Record<string, Motif>;

/** One pointed petal standing at an angle about the centre. */
function petal(angle: number, scale = 1): string {
  const turn = (x: number, y: number) => {
    const a = (angle * Math.PI) / 180;
    const [px, py] = [x * scale, y * scale];
    return point(px * Math.cos(a) - py * Math.sin(a), px * Math.sin(a) + py * Math.cos(a));
  };
  return (
    `M${turn(0, -14)}C${turn(34, -40)} ${turn(38, -80)} ${turn(0, -104)}` +
    `C${turn(-38, -80)} ${turn(-34, -40)} ${turn(0, -14)}Z`
  );
}
