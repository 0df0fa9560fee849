import { ATTRIBUTES, CSS_AT_RULES, CSS_FUNCTIONS, ELEMENTS } from './svg-lists.ts';
import { readXml, type StartTag } from './xml.ts';

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';
const XLINK_NAMESPACE = 'http://www.w3.org/1999/xlink';
const MAX_DEPTH = 100;
const MAX_ELEMENTS = 20_000;
const LOCAL_REFERENCE = /^#[A-Za-z_][A-Za-z0-9_.-]*$/;
const LOCAL_URL = /url\(\s*(["']?)#[A-Za-z_][A-Za-z0-9_.-]*\1\s*\)/gi;

/**
 * What is wrong with CSS, or with an attribute that may hold CSS values: only known functions, addresses
 * inside the document, no escapes and no rules that load anything.
 */
function cssProblem(css: string): string | undefined {
  if (/[\\<]/.test(css)) return 'It has CSS escapes in it.';
  const rest = css.replace(LOCAL_URL, ' ');
  for (const [, name] of rest.matchAll(/([A-Za-z0-9_-]+)\(/g)) {
    if (!CSS_FUNCTIONS.has(name!.toLowerCase())) return `It uses ${name!.slice(0, 40)}() in CSS.`;
  }
  for (const [, name] of rest.matchAll(/@([A-Za-z0-9_-]*)/g)) {
    if (!CSS_AT_RULES.has(name!.toLowerCase())) return `It uses @${name!.slice(0, 40)} in CSS.`;
  }
  return /-moz-binding|behavior\s*:/i.test(rest) ? 'It uses CSS that runs code.' : undefined;
}

function attributeProblem(name: string, value: string): string | undefined {
  if (name === 'xmlns') return value === SVG_NAMESPACE ? undefined : 'It has a foreign namespace.';
  if (name === 'xmlns:xlink') return value === XLINK_NAMESPACE ? undefined : 'It has a foreign namespace.';
  if (name === 'href' || name === 'xlink:href') {
    return LOCAL_REFERENCE.test(value) ? undefined : 'It refers to something outside itself.';
  }
  if (!ATTRIBUTES.has(name)) return `The attribute ${name.slice(0, 40)} is not allowed.`;
  if (name.startsWith('aria-') || name === 'id' || name === 'class') return undefined;
  return cssProblem(value);
}

function tagProblem(tag: StartTag, isRoot: boolean): string | undefined {
  if (isRoot !== (tag.name === 'svg'))
    return isRoot ? 'It is not an SVG image.' : 'It has an image inside it.';
  if (!ELEMENTS.has(tag.name)) return `The element ${tag.name.slice(0, 40)} is not allowed.`;
  if (isRoot && !tag.attributes.some(([name]) => name === 'xmlns')) return 'It is not an SVG image.';
  for (const [name, value] of tag.attributes) {
    const problem = attributeProblem(name, value);
    if (problem) return problem;
  }
  return undefined;
}

/**
 * Why an SVG document is not safe to show, in plain words; undefined where it is. Everything is refused that
 * is not on the lists: scripts, event handlers, animation, foreign content, embedded images, links and
 * anything that is loaded from elsewhere. What can be drawn by reference holds no further `use`, so a small
 * file cannot unfold into an endless drawing.
 */
export function svgProblem(document: string): string | undefined {
  const open: { name: string; reusable: boolean }[] = [];
  let elements = 0;
  let css = '';
  for (const piece of readXml(document)) {
    if (piece.kind === 'problem') return piece.reason;
    if (piece.kind === 'end') {
      if (open.pop()?.name === 'style') {
        const problem = cssProblem(css);
        if (problem) return problem;
        css = '';
      }
    } else if (piece.kind === 'text') {
      if (open.at(-1)?.name === 'style') css += piece.text;
    } else {
      if (++elements > MAX_ELEMENTS || open.length >= MAX_DEPTH) return 'It has too many elements.';
      if (open.at(-1)?.name === 'style') return 'It has an element inside a style.';
      const problem = tagProblem(piece, open.length === 0);
      if (problem) return problem;
      const reusable = open.at(-1)?.reusable === true || piece.attributes.some(([name]) => name === 'id');
      if (piece.name === 'use' && reusable) return 'It draws by reference inside what is drawn by reference.';
      open.push({ name: piece.name, reusable });
    }
  }
  return undefined;
}
