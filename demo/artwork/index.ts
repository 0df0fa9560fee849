import { Resvg } from '@resvg/resvg-js';
import { aura, sheen } from './aura.ts';
import { frame } from './frame.ts';
import { box } from './path.ts';
import { header, plate } from './plate.ts';
import { hash } from './random.ts';
import { createStage, HEIGHT, WIDTH } from './stage.ts';
import { escapeText, group, tag } from './svg.ts';
import { THEMES } from './themes/index.ts';
import type { CardArt } from './types.ts';

export { CATEGORIES } from './icons.ts';
export { MOTIF_NAMES, type MotifName } from './motifs/index.ts';
export { THEME_NAMES, type ThemeName } from './themes/index.ts';
export { type CardArt, RARITIES, type Rarity } from './types.ts';

/**
 * Draws a card as SVG (750 x 1050 units). Equal designs give equal bytes on every machine. The picture holds
 * no script, no font, no handler and no reference outside itself; its ids carry a prefix made from the design.
 */
export function renderSvg(design: CardArt): string {
  const theme = THEMES[design.theme];
  const prefix = `c${hash(JSON.stringify(design)).toString(36)}_`;
  const stage = createStage(design, theme, prefix);
  const picture =
    theme.backdrop(stage) +
    aura(stage) +
    theme.emblem(stage) +
    theme.foreground(stage) +
    sheen(stage) +
    header(stage, theme) +
    plate(stage) +
    frame(stage);
  const clip = stage.defs.clip(box(0, 0, WIDTH, HEIGHT, 40));
  const title = escapeText(`${design.name}, ${design.setName} ${design.number}`);
  return tag(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' },
    tag('title', {}, title) + String(stage.defs) + group({ 'clip-path': clip }, picture),
  );
}

/** Renders an SVG to PNG, `width` pixels wide (500 by default); no font of the machine is used. */
export function renderPng(svg: string, width = 500): Buffer {
  const resvg = new Resvg(svg, { fitTo: { mode: 'width', value: width }, font: { loadSystemFonts: false } });
  return resvg.render().asPng();
}
