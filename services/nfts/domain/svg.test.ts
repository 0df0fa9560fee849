import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkImage } from './image.ts';
import { svgProblem } from './svg.ts';
import { ATTRIBUTES, ELEMENTS } from './svg-lists.ts';

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;

describe('a drawing is taken', () => {
  test.each([
    ['plain shapes', svg('<rect width="10" height="10" fill="#fff"/>', 'viewBox="0 0 10 10"')],
    [
      'a declaration, comments and a byte order mark',
      `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->${svg('')}\n`,
    ],
    [
      'gradients and filters by reference',
      svg(
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs><path d="M0 0" fill="url(#g)" filter="url(\'#f\')"/>',
      ),
    ],
    [
      'style rules',
      svg(
        '<style>.a{fill:rgb(1,2,3)} @keyframes k{from{opacity:0}} @media (min-width:1px){.a{fill:url(#g)}}</style>',
      ),
    ],
    ['text with references of XML itself', svg('<text>Fish &amp; Chips &#169; &lt;3</text>')],
    [
      'drawing by reference',
      svg('<defs><g id="a"><path d="M0 0"/></g></defs><use href="#a"/><use xlink:href="#a" x="3"/>'),
    ],
  ])('%s', (_name, document) => expect(svgProblem(document)).toBeUndefined());
});

describe('a drawing is refused', () => {
  test.each([
    ['script', svg('<script>alert(1)</script>')],
    ['script in capitals', svg('<SCRIPT>alert(1)</SCRIPT>')],
    [
      'script under a prefix',
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg"><s:script/></svg>`,
    ],
    ['an event handler', svg('<rect onload="alert(1)"/>')],
    ['an event handler on the root', svg('', 'onload="alert(1)"')],
    ['an event handler in capitals', svg('<rect ONCLICK="alert(1)"/>')],
    ['foreign content', svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>')],
    ['an outside image', svg('<image href="https://example.org/a.png"/>')],
    ['an embedded image', svg('<image href="data:image/svg+xml;base64,AAAA"/>')],
    ['an outside use', svg('<use href="https://example.org/a.svg#x"/>')],
    ['a use of the address of data', svg('<use xlink:href="data:image/svg+xml,x#y"/>')],
    ['a script address', svg('<use href="javascript:alert(1)"/>')],
    ['a script address behind references', svg('<use href="&#106;avascript:alert(1)"/>')],
    ['a link', svg('<a href="#x"><rect/></a>')],
    ['animation of an address', svg('<animate attributeName="href" values="javascript:alert(1)"/>')],
    ['set', svg('<set attributeName="onload" to="alert(1)"/>')],
    ['a document type', `<!DOCTYPE svg>${svg('')}`],
    ['entities', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('<text>&a;</text>')}`],
    ['an unknown entity', svg('<text>&nbsp;</text>')],
    ['a processing instruction', `<?xml-stylesheet href="https://example.org/a.css"?>${svg('')}`],
    ['CDATA', svg('<style><![CDATA[a{}]]></style>')],
    ['another encoding', `<?xml version="1.0" encoding="UTF-7"?>${svg('')}`],
    ['an import', svg('<style>@import "https://example.org/a.css";</style>')],
    ['a font from elsewhere', svg('<style>@font-face{font-family:a;src:url(https://example.org/a)}</style>')],
    ['an address in a style', svg('<style>.a{fill:url(https://example.org/a)}</style>')],
    ['an address in a style attribute', svg('<rect style="background:url(//example.org/a)"/>')],
    ['an address in a paint', svg('<rect fill="url(https://example.org/a#b)"/>')],
    ['an address behind an escape', svg('<rect style="background:\\75rl(//example.org/a)"/>')],
    ['an address behind references', svg('<rect style="background:&#117;rl(//example.org/a)"/>')],
    ['an image set', svg('<rect style="background:image-set(\'https://example.org/a\' 1x)"/>')],
    ['a style inside an element inside a style', svg('<style>.a{}<g/></style>')],
    ['a foreign namespace', '<svg xmlns="http://www.w3.org/1999/xhtml"/>'],
    ['no namespace', '<svg/>'],
    ['another root', '<html xmlns="http://www.w3.org/2000/svg"/>'],
    ['two roots', svg('') + svg('')],
    ['an open element', '<svg xmlns="http://www.w3.org/2000/svg"><g>'],
    ['a wrong end', svg('<g></path>')],
    ['an attribute twice', svg('<rect fill="red" fill="blue"/>')],
    ['text around the root', `${svg('')}hello`],
    ['a control character', svg('<text>\u0001</text>')],
    ['a reference to a control character', svg('<text>&#0;</text>')],
    ['a bomb of references', svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')],
    ['a base', svg('', 'xml:base="https://example.org/"')],
    ['nothing', ''],
  ])('%s', (_name, document) => expect(svgProblem(document)).toEqual(expect.any(String)));

  test('a deep or endless one', () => {
    expect(svgProblem(svg('<g>'.repeat(200) + '</g>'.repeat(200)))).toBe('It has too many elements.');
    expect(svgProblem(svg('<g/>'.repeat(30_000)))).toBe('It has too many elements.');
  });
});

test('whatever is taken has only listed elements and attributes in it', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    '=',
    '"',
    "'",
    ' ',
    'g',
    'rect',
    'script',
    'onload',
    'href',
    '#a',
    'url(',
    ')',
    '&#106;',
    '<!--',
    '-->',
    '<g ',
    '/>',
    'javascript:',
    ']]>',
    '<![CDATA[',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const document = svg(pieces.join(''));
      if (svgProblem(document) !== undefined) return;
      const bare = document.replace(/<!--[\s\S]*?-->/g, '');
      for (const [, name] of bare.matchAll(/<([A-Za-z:]+)/g)) expect(ELEMENTS).toContain(name);
      for (const [tag] of bare.matchAll(/<[^>]*>/g)) {
        for (const [, name] of tag.matchAll(/\s([A-Za-z:-]+)\s*=\s*["']/g)) {
          expect(ATTRIBUTES.has(name!) || /^xmlns|href$/.test(name!)).toBe(true);
        }
      }
      expect(bare).not.toMatch(/<[^>]*(onload|javascript:)\s*=/);
    }),
    { numRuns: 3000 },
  );
});

test('the type of an image comes from its content', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  expect(checkImage(png)).toEqual({ ok: true, mediaType: 'image/png' });
  expect(checkImage(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]))).toEqual({ ok: true, mediaType: 'image/jpeg' });
  expect(checkImage(Buffer.from('RIFF\0\0\0\0WEBPVP8 '))).toEqual({ ok: true, mediaType: 'image/webp' });
  expect(checkImage(Buffer.from(svg('')))).toEqual({ ok: true, mediaType: 'image/svg+xml' });
  for (const bad of [
    png.subarray(0, 40),
    Buffer.from('GIF89a'),
    Buffer.from('<html><script>alert(1)</script></html>'),
    Buffer.from('PK\u0003\u0004'),
    Buffer.from(''),
    Buffer.concat([Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">'), Buffer.from([0xc3, 0x28])]),
  ]) {
    expect(checkImage(bad)).toEqual({ ok: false, reason: expect.any(String) });
  }
});
