import { mix } from './colour.ts';
import { FRAME, foil, gem } from './frame.ts';
import { categoryIcon } from './icons.ts';
import { fittedSize, measure, type TextStyle, text, wrap } from './lettering.ts';
import { circle, place, point } from './path.ts';
import { GOLD, HEIGHT, hologram, type Stage, type Theme, WIDTH } from './stage.ts';
import { path, tag } from './svg.ts';

const TOP = 798;

/** The plate's outline: a straight top for commons, an arch for the gem above. */
function outline(rank: number, inset: number): string {
  const bottom = HEIGHT - inset;
  const [left, right] = [inset, WIDTH - inset];
  if (rank === 0) return `M${left} ${TOP}L${right} ${TOP}L${right} ${bottom}L${left} ${bottom}Z`;
  const rise = 14 + rank * 7;
  const half = 52 + rank * 9;
  return (
    `M${left} ${TOP + 14}Q${left + 90} ${TOP} ${375 - half - 40} ${TOP}` +
    `C${375 - half} ${TOP} ${375 - half + 8} ${TOP - rise} 375 ${TOP - rise}` +
    `C${375 + half - 8} ${TOP - rise} ${375 + half} ${TOP} ${375 + half + 40} ${TOP}` +
    `Q${right - 90} ${TOP} ${right} ${TOP + 14}L${right} ${bottom}L${left} ${bottom}Z`
  );
}

/** The band at the top: set symbol and name on the left, category on the right. */
export function header(stage: Stage, theme: Theme): string {
  const { art, palette, defs, rank } = stage;
  const { paint, bright } = foil(stage);
  const shade = defs.span(
    [
      [0, palette.plate, 0.92],
      [1, palette.plate, 0],
    ],
    0,
    20,
    0,
    170,
  );
  const y = rank > 2 ? 92 : 72 + rank * 2;
  const left = rank > 2 ? 122 : 74 + rank * 3;
  const right = WIDTH - left;
  const small = { size: 13, weight: 0.15, track: 0.16, room: 190 };
  const ring = (x: number) =>
    path(circle(x, y, 21), {
      fill: palette.plate,
      stroke: rank === 0 ? mix(palette.plate, palette.text, 0.5) : paint,
      'stroke-width': 2.5,
    });
  return (
    tag('rect', { width: WIDTH, height: 180, fill: shade }) +
    ring(left) +
    path(place(theme.symbol, left, y, 1), {
      fill: rank === 0 ? palette.text : bright === '#ffffff' ? '#ffffff' : palette.text,
    }) +
    text(art.setName.toUpperCase(), [left + 34, y + 6], small, palette.text) +
    ring(right) +
    path(place(categoryIcon(art.category), right, y, 0.95), {
      stroke: palette.text,
      'stroke-width': 1.8,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    }) +
    text(art.category.toUpperCase(), [right - 34, y + 6], small, palette.text, 1)
  );
}

/** The paint of the name: plain text colour up to epic, foil above. */
function namePaint({ palette, defs, rank }: Stage): string {
  if (rank === 4)
    return defs.span(
      [...GOLD.slice(0, 2), [0.6, '#e2a93f'], [0.8, '#fff0bd'], [1, '#d49a36']],
      90,
      820,
      660,
      890,
    );
  if (rank === 5) return defs.span(hologram(1), 110, 820, 640, 880);
  return palette.text;
}

/** Narrows the measure while the number of lines stays, so that no word is left alone on the last line. */
function balanced(content: string, style: TextStyle, lines: string[]): string[] {
  let best = lines;
  for (let width = 540; width > 200; width -= 20) {
    const next = wrap(content, style, width);
    if (next.length > lines.length) break;
    best = next;
  }
  return best;
}

/** The tagline in two lines, or three smaller ones; what does not fit is cut with an ellipsis. */
function tagline(stage: Stage): string {
  const { art, palette, rank } = stage;
  const colour = mix(palette.text, palette.plate, 0.16);
  const words = art.tagline.length > 240 ? `${art.tagline.slice(0, 240)}...` : art.tagline;
  const normal = { size: 15.5, weight: 0.115, track: 0.03 };
  const small = { ...normal, size: 13 };
  const fits = wrap(words, normal, 560).length <= 2;
  const style = fits ? normal : small;
  let lines = wrap(words, style, fits ? 560 : 580);
  if (lines.length > 3) lines = [...lines.slice(0, 2), `${lines[2]}...`];
  else lines = balanced(words, style, lines);
  const step = style.size * 1.62;
  const first = (rank > 3 ? 940 : 944) - ((lines.length - 1) * step) / 2;
  return lines
    .map((line, i) => text(line, [375, first + i * step], { ...style, room: 600 }, colour, 0.5))
    .join('');
}

/** Number, rarity and edition along the bottom edge. */
function footer(stage: Stage): string {
  const { art, palette, rank } = stage;
  const inset = FRAME[rank]! + [30, 36, 52, 84, 84, 84][rank]!;
  const style = { size: 11, weight: 0.15, track: 0.2 };
  const y = HEIGHT - FRAME[rank]! - [24, 24, 24, 24, 30, 30][rank]!;
  const colour = mix(palette.text, palette.plate, 0.3);
  const width = String(art.setSize).length < 3 ? 3 : String(art.setSize).length;
  const digits = (value: number) => String(value).padStart(width, '0');
  const edition = art.editionSize === 1 ? 'ONE OF ONE' : `EDITION OF ${art.editionSize}`;
  return (
    text(`${art.setCode} · ${digits(art.number)}/${digits(art.setSize)}`, [inset + 6, y], style, colour) +
    text(
      art.rarity.toUpperCase(),
      [375, y],
      { ...style, track: 0.45 },
      rank < 3 ? colour : namePaint(stage),
      0.5,
    ) +
    text(edition, [WIDTH - inset - 6, y], style, colour, 1)
  );
}

/** The name plate with gem, name, origin line, tagline and numbers. */
export function plate(stage: Stage): string {
  const { art, palette, defs, rank } = stage;
  const { paint, bright } = foil(stage);
  const inset = FRAME[rank]!;
  const d = outline(rank, inset);
  const fill = defs.span(
    [
      [0, palette.plate, rank === 0 ? 1 : 0.9],
      [1, palette.plate, 1],
    ],
    0,
    TOP,
    0,
    HEIGHT,
  );
  const edge = d.slice(0, d.lastIndexOf(`L${WIDTH - inset} `));
  const title = art.name.toUpperCase();
  const style = { size: 40, weight: rank > 2 ? 0.17 : 0.155, track: 0.08, room: 580 };
  const origin = [
    art.attributes.Founded && `EST. ${art.attributes.Founded}`,
    art.attributes.Headquarters?.toUpperCase(),
  ]
    .filter(Boolean)
    .join(' · ');
  const small = { size: 11, weight: 0.15, track: 0.24, room: 420 };
  const half = Math.min(small.room, measure(origin, small)) / 2 + 16;
  const rule = `M${point(375 - half - 60, 891.5)}L${point(375 - half, 891.5)}M${point(375 + half, 891.5)}L${point(375 + half + 60, 891.5)}`;
  const accent = rank === 0 ? mix(palette.text, palette.plate, 0.5) : bright;
  const shown = mix(palette.text, palette.side, 0.25);
  return (
    path(d, { fill }) +
    path(edge, {
      stroke: rank === 0 ? mix(palette.plate, palette.text, 0.35) : paint,
      'stroke-width': 2 + rank * 0.7,
    }) +
    gem(stage, 375, TOP - [0, 4, 8, 16, 24, 28][rank]!) +
    text(title, [375, 852 + fittedSize(title, style) * 0.36], style, namePaint(stage), 0.5) +
    text(origin, [375, 897], small, rank === 0 ? shown : mix(palette.text, palette.side, 0.15), 0.5) +
    path(rule, { stroke: accent, 'stroke-width': 1.5, opacity: '0.7' }) +
    tagline(stage) +
    footer(stage)
  );
}
