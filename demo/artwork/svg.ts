import { n } from './path.ts';

/** Offset (0..1), colour, and opacity where it is not 1. */
export type Stop = [offset: number, colour: string, opacity?: number];

type Attributes = Record<string, string | number | undefined>;

function attributesText(attributes: Attributes): string {
  let text = '';
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) text += ` ${key}="${typeof value === 'number' ? n(value) : value}"`;
  }
  return text;
}

/** An element without text; numbers are rounded to one decimal, opacity values go in as text. */
export function tag(name: string, attributes: Attributes, content = ''): string {
  const open = `<${name}${attributesText(attributes)}`;
  return content === '' ? `${open}/>` : `${open}>${content}</${name}>`;
}

/**
 * A `path` element; without a fill it has none. Opacity is written per paint: the `opacity` attribute makes
 * the renderer set up a layer, which is slow, and resvg 2.6.2 aborts on a layer outside the picture.
 */
export function path(d: string, { opacity, ...attributes }: Attributes): string {
  if (d === '') return '';
  const drawn = { d, fill: 'none', ...attributes };
  return tag('path', {
    ...drawn,
    'fill-opacity': drawn.fill === 'none' ? undefined : opacity,
    'stroke-opacity': attributes.stroke === undefined ? undefined : opacity,
  });
}

/** A `g` element; empty content gives nothing. */
export function group(attributes: Attributes, content: string): string {
  return content === '' ? '' : tag('g', attributes, content);
}

/** Text for element content and attribute values: control characters dropped, markup escaped. */
export function escapeText(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const printable = [...text].filter((character) => character >= ' ').join('');
  return printable.replace(/[&<>"]/g, (character) => entities[character]!);
}

/** Shared definitions of one picture; ids carry a prefix so that pictures can stand inline on one page. */
export class Definitions {
  readonly #prefix: string;
  readonly #ids = new Map<string, string>();
  readonly #items: string[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Registers markup made for an id; equal `key`s share one definition. Gives the id. */
  add(key: string, build: (id: string) => string): string {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = `${this.#prefix}${this.#ids.size.toString(36)}`;
    this.#ids.set(key, id);
    this.#items.push(build(id));
    return id;
  }

  /** A linear gradient across the shape's box, `angle` degrees clockwise from left-to-right; gives a paint. */
  linear(stops: Stop[], angle = 90): string {
    const radians = (angle * Math.PI) / 180;
    const [dx, dy] = [Math.cos(radians) / 2, Math.sin(radians) / 2];
    const at = (value: number) => String(Math.round(value * 1000) / 1000);
    const line = { x1: at(0.5 - dx), y1: at(0.5 - dy), x2: at(0.5 + dx), y2: at(0.5 + dy) };
    return this.#gradient('linearGradient', line, stops);
  }

  /** A linear gradient between two points of the picture; gives a paint. */
  span(stops: Stop[], x1: number, y1: number, x2: number, y2: number): string {
    return this.#gradient('linearGradient', { gradientUnits: 'userSpaceOnUse', x1, y1, x2, y2 }, stops);
  }

  /** A radial gradient about the middle of the shape's box; gives a paint. */
  radial(stops: Stop[], cx = 0.5, cy = 0.5, r = 0.5): string {
    return this.#gradient('radialGradient', { cx: String(cx), cy: String(cy), r: String(r) }, stops);
  }

  /** A clip path; gives the attribute value. */
  clip(d: string): string {
    return `url(#${this.add(`clip${d}`, (id) => tag('clipPath', { id }, tag('path', { d })))})`;
  }

  toString(): string {
    return tag('defs', {}, this.#items.join(''));
  }

  #gradient(name: string, geometry: Attributes, stops: Stop[]): string {
    const content = stops
      .map(([offset, colour, opacity]) =>
        tag('stop', {
          offset: String(offset),
          'stop-color': colour,
          'stop-opacity': opacity === undefined ? undefined : String(opacity),
        }),
      )
      .join('');
    const key = name + attributesText(geometry) + content;
    return `url(#${this.add(key, (id) => tag(name, { id, ...geometry }, content))})`;
  }
}
