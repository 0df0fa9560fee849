import { circle, ellipse, pair, point, polar, polygon, star, symmetric } from '../path.ts';
import { body, deep, light, line, type Motif, side, spark } from './motif.ts';

const eyes = (x: number, y: number, r: number) => [
  deep(pair(circle(x, y, r))),
  light(circle(x + r * 0.3, y - r * 0.35, r * 0.32) + circle(-x + r * 0.3, y - r * 0.35, r * 0.32)),
];

/** A spiral shell's outline: a growing tube along a logarithmic spiral. */
function spiral(turns: number, outer: number, growth: number): string {
  const points: string[] = [];
  for (let i = 0; i <= turns * 18; i++) {
    const angle = i * 20;
    points.push(point(...polar(0, 0, outer * growth ** (-angle / 360), 90 + angle)));
  }
  return `M${points.join('L')}`;
}

/** Emblems of the sea. */
export const sea = {
  whale: [
    body(symmetric('M0 -18C18 -56 62 -88 108 -84C100 -40 64 -10 32 0C22 30 26 62 42 90L0 90')),
    side(pair('M108 -84C100 -40 64 -10 32 0C40 -34 70 -64 108 -84Z')),
    light(symmetric('M0 0C8 20 10 60 16 90L0 90')),
    line('spark', 9, 'M-100 86Q-76 66 -52 86Q-26 106 0 86Q26 66 52 86Q76 106 100 86'),
    line('light', 5, pair('M40 -8C56 -20 72 -36 84 -58')),
  ],
  octopus: [
    line('body', 17, pair('M40 4C46 52 88 44 92 8M28 8C30 66 78 84 98 56')),
    line('side', 16, pair('M14 10C12 72 36 102 66 92')),
    line('body', 15, pair('M5 10C4 60 6 82 18 102')),
    body(symmetric('M0 -104C50 -104 72 -64 64 -26C60 0 50 4 50 24L0 30')),
    side(pair('M34 -90C66 -72 74 -40 64 -26C60 0 50 4 50 24L30 28C46 -20 50 -50 34 -90Z')),
    light(ellipse(-28, -72, 12, 18)),
    light(pair(circle(26, -16, 17))),
    ...eyes(27, -15, 11),
    spark(pair(circle(62, 40, 5) + circle(84, 66, 5) + circle(40, 82, 5))),
  ],
  jellyfish: [
    line('side', 6, pair('M66 4C82 34 48 54 66 98M20 4C34 40 6 62 22 104')),
    line('spark', 4, pair('M46 4C60 34 28 54 44 86')),
    light(symmetric('M0 0C16 10 22 30 12 44C20 60 8 76 0 84')),
    body(symmetric('M0 -102C66 -102 94 -48 90 -4Q75 12 60 -2Q45 12 30 -2Q15 12 0 -2')),
    side(pair('M30 -97C76 -84 94 -44 90 -4Q75 12 60 -2C66 -40 56 -74 30 -97Z')),
    light('M-66 -40C-58 -66 -40 -80 -18 -86C-38 -70 -48 -52 -54 -30Z'),
    spark(circle(0, -52, 9) + pair(circle(28, -36, 7) + circle(56, -24, 5))),
  ],
  crab: [
    line('side', 8, pair('M60 36L92 36L102 58M56 50L80 62L86 86M44 60L58 82L56 100')),
    line('side', 13, pair('M62 4C92 -10 92 -34 76 -50')),
    body(pair('M74 -44C46 -58 46 -94 70 -106C66 -86 78 -78 96 -96C108 -70 98 -44 74 -44Z')),
    line('deep', 6, pair('M22 -24L28 -52')),
    body(symmetric('M0 -30C54 -36 84 -6 76 30C62 66 30 76 0 76')),
    side(symmetric('M0 40C30 40 62 34 78 14C76 60 36 76 0 76')),
    light(pair(circle(28, -56, 12))),
    deep(pair(circle(28, -56, 6))),
    line('deep', 5, 'M-22 26Q0 44 22 26'),
    spark(star(0, -4, 5, 15, 6)),
  ],
  manta: [
    body(symmetric('M0 -60L12 -84L24 -56C52 -46 82 -22 110 -26C90 18 46 24 18 46L5 62L2 106L0 106')),
    side(pair('M110 -26C90 18 46 24 18 46L0 64L0 20C40 20 78 0 110 -26Z')),
    light(symmetric('M0 -30C14 -26 18 -6 0 12')),
    line('light', 4, pair('M30 -34C50 -26 64 -16 74 -12M30 -18C44 -12 54 -6 60 -4')),
    spark(pair(circle(20, -48, 5) + circle(50, 12, 4) + circle(70, 0, 3))),
  ],
  koi: [
    side(pair('M26 -40C60 -52 92 -30 96 4C70 0 44 -6 28 -12Z')),
    side(pair('M16 36C38 34 54 48 54 64C40 62 24 56 12 48Z')),
    spark(symmetric('M0 48C14 70 56 70 64 106C36 92 12 96 0 84')),
    body(symmetric('M0 -104C32 -98 42 -44 32 8C26 40 12 58 0 66')),
    light(symmetric('M0 -88C16 -84 20 -60 14 -48Q8 -40 0 -44')),
    spark('M-33 -20C-10 -34 10 -20 4 0C-4 16 -24 16 -31 8Z'),
    spark('M4 30C14 20 26 22 27 26C22 44 10 52 6 56Z'),
    deep(pair(circle(20, -74, 5))),
  ],
  turtle: [
    side(
      pair('M40 -40C70 -78 98 -72 106 -46C90 -26 66 -20 52 -18Z M44 50C66 60 78 80 72 98C54 96 40 82 34 68Z'),
    ),
    side(symmetric('M0 -106C22 -104 28 -84 22 -62L0 -58') + symmetric('M0 74L8 76L0 104')),
    deep(ellipse(0, 6, 70, 78)),
    body(ellipse(0, 6, 62, 70)),
    side(pair(polygon(33, -28, 58, -22, 62, 2, 36, 6) + polygon(36, 10, 62, 12, 54, 44, 32, 44))),
    light(star(0, -18, 3, 26, 26, 30) + star(0, 34, 3, 24, 24, 30)),
    ...eyes(11, -88, 4),
    spark(star(0, -18, 6, 12, 5)),
  ],
  nautilus: [
    side('M86 4C112 20 104 58 84 72C78 54 84 44 60 34Z'),
    line('spark', 5, 'M80 32C96 44 100 60 96 78M72 34C82 48 84 62 80 84'),
    body('M92 0A94 94 0 1 0 -6 92C38 92 58 62 54 30C70 30 84 16 92 0Z'),
    line('side', 7, spiral(2.4, 84, 2.7)),
    line(
      'light',
      5,
      'M-6 -92C-20 -74 -22 -56 -14 -42M-60 -70C-60 -50 -48 -36 -34 -30M-92 -12C-76 -2 -60 0 -44 -6',
    ),
    line('light', 5, 'M-74 56C-62 44 -48 34 -36 16M-20 92C-20 72 -20 52 -14 34M36 -86C22 -72 12 -58 6 -42'),
    deep(circle(64, 4, 9)),
    light(circle(67, 1, 3)),
  ],
  axolotl: [
    line(
      'spark',
      13,
      pair('M70 -22C88 -38 96 -52 96 -72M78 0C96 -6 104 -14 108 -28M76 24C92 28 102 24 108 16'),
    ),
    body(symmetric('M0 -58C54 -60 88 -30 86 6C84 50 44 66 0 66')),
    side(symmetric('M0 36C34 38 66 32 84 12C82 50 44 66 0 66')),
    light(pair(ellipse(56, 24, 13, 8))),
    ...eyes(50, -8, 11),
    line('deep', 6, 'M-30 18Q0 42 30 18'),
    side(pair(circle(20, -40, 5) + circle(38, -36, 3.5) + circle(6, -28, 3))),
    spark(symmetric('M0 62L30 60C24 84 10 94 0 94')),
  ],
  angler: [
    line('side', 6, 'M0 -62C0 -102 34 -112 52 -92'),
    spark(circle(54, -84, 15)),
    light(circle(54, -84, 7)),
    side(pair('M66 0C96 -24 108 -8 106 20C100 42 84 40 66 30Z')),
    body(symmetric('M0 -66C54 -66 84 -28 82 14C80 66 40 96 0 96')),
    deep(symmetric('M0 0C34 2 56 8 64 20C60 62 30 80 0 80')),
    light(pair(polygon(4, 1, 24, 4, 14, 30) + polygon(28, 5, 46, 11, 36, 32))),
    light(pair(polygon(2, 80, 24, 75, 12, 52) + polygon(28, 72, 46, 60, 34, 46))),
    light(pair(circle(38, -28, 17))),
    ...eyes(38, -27, 10),
  ],
  shell: [
    side(symmetric('M0 62L40 62L32 92L0 92')),
    body(
      symmetric('M0 -96Q16 -108 30 -90Q50 -96 58 -76Q80 -74 82 -52Q102 -40 94 -18C90 20 50 54 26 72L0 76'),
    ),
    line('side', 6, pair('M8 66L24 -80M16 64L54 -62M22 62L78 -38')),
    line('side', 6, 'M0 66L0 -90'),
    light(circle(0, 34, 22)),
    spark(circle(0, 34, 16)),
    light(circle(-5, 28, 5)),
  ],
  helmet: [
    side(symmetric('M0 58L74 58C84 74 88 84 88 100L0 100')),
    body(circle(0, -16, 82)),
    side('M-82 -16A82 82 0 0 0 82 -16A92 92 0 0 1 -82 -16Z'),
    spark(pair(circle(36, 80, 6) + circle(68, 80, 6)) + circle(0, 80, 6)),
    side(pair(circle(80, -16, 20))),
    deep(pair(circle(80, -16, 11))),
    light(circle(0, -16, 54)),
    deep(circle(0, -16, 44)),
    line('light', 6, 'M-44 -16L44 -16M0 -60L0 28'),
    spark('M-34 -40A42 42 0 0 1 -10 -54L-18 -30Z'),
    side(symmetric('M0 -112L14 -112L14 -94L0 -94')),
  ],
  anchor: [
    line('side', 15, circle(0, -78, 20)),
    body(symmetric('M0 -60L10 -60L11 58C44 52 66 34 70 12L54 16L82 -26L102 22L88 18C82 66 44 92 0 104')),
    side(pair('M11 58C44 52 66 34 70 12L78 16C72 54 40 78 6 88Z')),
    body(symmetric('M0 -38L46 -38C56 -38 56 -20 46 -20L0 -20')),
    light(symmetric('M0 -14L4 -14L4 60L0 66')),
    spark(pair(circle(46, -29, 6)) + circle(0, 84, 7)),
  ],
  trident: [
    body(symmetric('M0 -108L20 -70L9 -74L9 104L0 104')),
    body(pair('M9 18C56 16 66 -10 64 -58L52 -52L74 -94L92 -50L80 -56C84 10 56 40 9 40Z')),
    light(polygon(0, -96, 0, 96, -4, 96, -4, -80)),
    side(symmetric('M0 14L20 14L16 44L0 44')),
    spark(polygon(0, 18, 11, 29, 0, 40, -11, 29)),
    side(pair(polygon(9, 70, 26, 82, 9, 94))),
  ],
} satisfies Record<string, Motif>;
