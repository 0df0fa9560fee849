/** An element's start in a document, with its attributes decoded. */
export interface StartTag {
  kind: 'start';
  name: string;
  attributes: [name: string, value: string][];
  /** True for `<name/>`. */
  empty: boolean;
}

/** A piece of an XML document. */
export type XmlPiece =
  | StartTag
  | { kind: 'end'; name: string }
  | { kind: 'text'; text: string }
  /** Anything that is not plain, well-formed XML; nothing follows. */
  | { kind: 'problem'; reason: string };

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?/y;
const SPACE = /[ \t\n\r]*/y;
const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])utf-8\2)?(?: standalone=(["'])(?:yes|no)\3)? ?\?>/i;
const REFERENCE = /&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// Everything outside the characters that XML 1.0 allows.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Replaces XML's own references; undefined where a text has any other one. */
function decodeReferences(text: string): string | undefined {
  if (!text.includes('&')) return text;
  if (text.replace(REFERENCE, '').includes('&')) return undefined;
  const decoded = text.replace(REFERENCE, (_, decimal?: string, hex?: string, named?: string) => {
    if (named !== undefined) return NAMED[named]!;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 0x10ffff ? '\0' : String.fromCodePoint(code);
  });
  return FORBIDDEN.test(decoded) ? undefined : decoded;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readTag(text: string, start: number): { tag: StartTag; next: number } | string {
  const name = match(NAME, text, start + 1);
  if (name === undefined) return 'It is not well-formed XML.';
  const attributes: [string, string][] = [];
  let at = start + 1 + name.length;
  for (;;) {
    const space = match(SPACE, text, at) ?? '';
    at += space.length;
    if (text.startsWith('/>', at))
      return { tag: { kind: 'start', name, attributes, empty: true }, next: at + 2 };
    if (text[at] === '>') return { tag: { kind: 'start', name, attributes, empty: false }, next: at + 1 };
    const key = match(NAME, text, at);
    if (key === undefined || space === '') return 'It is not well-formed XML.';
    at += key.length + (match(SPACE, text, at + key.length) ?? '').length;
    if (text[at] !== '=') return 'It is not well-formed XML.';
    at += 1 + (match(SPACE, text, at + 1) ?? '').length;
    const quote = text[at];
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, at + 1) : -1;
    if (end < 0) return 'It is not well-formed XML.';
    const raw = text.slice(at + 1, end);
    const value = decodeReferences(raw);
    if (value === undefined || raw.includes('<')) return 'It has an entity or a forbidden character in it.';
    if (attributes.some(([known]) => known === key)) return 'It is not well-formed XML.';
    attributes.push([key, value]);
    at = end + 1;
  }
}

/**
 * Reads a small, strict part of XML 1.0: elements, attributes, text and comments, all balanced under one
 * root. Document types, processing instructions and CDATA sections are problems, as is bad form.
 */
export function* readXml(document: string): Generator<XmlPiece> {
  const text = document.replace(/^\ufeff/, '');
  const open: string[] = [];
  let roots = 0;
  let at = DECLARATION.exec(text)?.[0].length ?? 0;
  if (FORBIDDEN.test(text)) return yield { kind: 'problem', reason: 'It has a forbidden character in it.' };
  while (at < text.length) {
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('--', at + 4);
      if (end < 0 || text[end + 2] !== '>') return yield malformed();
      at = end + 3;
    } else if (text.startsWith('<!', at) || text.startsWith('<?', at)) {
      return yield { kind: 'problem', reason: 'It has a document type, CDATA or a processing instruction.' };
    } else if (text.startsWith('</', at)) {
      const name = match(NAME, text, at + 2) ?? '';
      const end = at + 2 + name.length + (match(SPACE, text, at + 2 + name.length) ?? '').length;
      if (text[end] !== '>' || open.pop() !== name) return yield malformed();
      yield { kind: 'end', name };
      at = end + 1;
    } else if (text[at] === '<') {
      const read = readTag(text, at);
      if (typeof read === 'string') return yield { kind: 'problem', reason: read };
      if (open.length === 0 && ++roots > 1) return yield malformed();
      yield read.tag;
      if (read.tag.empty) yield { kind: 'end', name: read.tag.name };
      else open.push(read.tag.name);
      at = read.next;
    } else {
      const end = text.indexOf('<', at);
      const part = decodeReferences(text.slice(at, end < 0 ? text.length : end));
      if (part === undefined) return yield { kind: 'problem', reason: 'It has an entity in it.' };
      if (open.length === 0 && part.trim() !== '') return yield malformed();
      yield { kind: 'text', text: part };
      at = end < 0 ? text.length : end;
    }
  }
  if (open.length > 0 || roots === 0) yield malformed();
}

function malformed(): XmlPiece {
  return { kind: 'problem', reason: 'It is not well-formed XML.' };
}
