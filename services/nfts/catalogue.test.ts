import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { RARITIES, readCatalogue } from './domain/catalogue.ts';

const HEADER =
  'set_code,set_name,set_description,number,name,rarity,category,edition_size,artwork,description,attributes';

const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

type Fields = Record<string, string>;
const GOOD: Fields = {
  set_code: 'APPS',
  set_name: 'Apps',
  set_description: 'Apps that never were',
  number: '1',
  name: 'Card',
  rarity: 'rare',
  category: 'Tools',
  edition_size: '10',
  artwork: 'card.svg',
  description: 'A card',
  attributes: 'Founded=2031; Home=Mars',
};
const line = (change: Fields = {}) =>
  HEADER.split(',')
    .map((column) => quote({ ...GOOD, ...change }[column]!))
    .join(',');

function read(text: string) {
  const csv = readCsv(text);
  const catalogue = readCatalogue(csv.records);
  return { ...catalogue, issues: [...csv.issues, ...catalogue.issues].sort((a, b) => a.line - b.line) };
}

test('a good file', () => {
  expect(read(`${HEADER}\n${line()}\n`)).toEqual({
    sets: [{ code: 'APPS', line: 2, name: 'Apps', description: 'Apps that never were' }],
    cards: [
      {
        line: 2,
        setCode: 'APPS',
        number: 1,
        name: 'Card',
        rarity: 'rare',
        category: 'Tools',
        editionSize: 10,
        artwork: 'card.svg',
        description: 'A card',
        attributes: [
          { key: 'Founded', value: '2031' },
          { key: 'Home', value: 'Mars' },
        ],
      },
    ],
    numbers: [{ line: 2, setCode: 'APPS', number: 1 }],
    artwork: [{ line: 2, file: 'card.svg' }],
    issues: [],
  });
});

test('byte order mark, CRLF, other column order, left-out columns, set named once', () => {
  const file =
    '\ufeffnumber,set_code,set_name,name,rarity,category,edition_size,artwork\r\n1,A1,Some,One,common,x,5,a.png\r\n\r\n2,A1,,Two,common,x,5,a.png';
  const { cards, issues, sets } = read(file);
  expect(issues).toEqual([]);
  expect(sets).toEqual([{ code: 'A1', line: 2, name: 'Some', description: '' }]);
  expect(cards.map((card) => [card.line, card.name, card.description, card.attributes])).toEqual([
    [2, 'One', '', []],
    [4, 'Two', '', []],
  ]);
});

test.each<[string, Fields, string]>([
  ['a bad code', { set_code: 'apps' }, 'set_code must be 2 to 8 capital letters and digits, not "apps".'],
  [
    'a long set name',
    { set_code: 'XX', set_name: 'x'.repeat(61) },
    'set_name has 61 characters; 60 are allowed.',
  ],
  ['no number', { number: '' }, 'number must be a whole number from 1 to 1000000, not "".'],
  ['number 0', { number: '0' }, 'number must be a whole number from 1 to 1000000, not "0".'],
  [
    'a fraction',
    { edition_size: '1.5' },
    'edition_size must be a whole number from 1 to 1000000, not "1.5".',
  ],
  [
    'a huge edition',
    { edition_size: '1000001' },
    'edition_size must be a whole number from 1 to 1000000, not "1000001".',
  ],
  ['no name', { name: ' ' }, 'name is empty.'],
  ['a long name', { name: '🂡'.repeat(81) }, 'name has 81 characters; 80 are allowed.'],
  ['an unknown rarity', { rarity: 'Rare' }, `rarity must be one of ${RARITIES.join(', ')}, not "Rare".`],
  ['no category', { category: '' }, 'category is empty.'],
  ['no artwork', { artwork: '' }, 'artwork is empty.'],
  [
    'a long description',
    { description: 'x'.repeat(2001) },
    'description has 2001 characters; 2000 are allowed.',
  ],
  ['a control character', { name: 'a\u0000b' }, 'name has control characters in it.'],
  [
    'an attribute without a value',
    { attributes: 'Fast' },
    'attributes: "Fast" is not of the form key=value.',
  ],
  ['an attribute twice', { attributes: 'A=1;A=2' }, 'attributes: "A" is there twice.'],
  [
    'a long attribute',
    { attributes: `A=${'x'.repeat(201)}` },
    'attributes: the value of "A" has more than 200 characters.',
  ],
  [
    'many attributes',
    { attributes: Array.from({ length: 31 }, (_, i) => `a${i}=1`).join(';') },
    'attributes has 31 entries; 30 are allowed.',
  ],
])('%s is reported with its line', (_name, change, message) => {
  const file = [
    HEADER,
    line(),
    line({ number: '2', description: 'two\r\nlines\n' }),
    line({ number: '3', ...change }),
  ];
  const { issues, cards } = read(file.join('\r\n'));
  expect(issues).toEqual([{ line: 6, message }]);
  expect(cards).toHaveLength(2);
});

test('what rows say of each other', () => {
  const file = [
    HEADER,
    line(),
    line(),
    line({ number: '2', set_name: 'Other' }),
    line({ number: '3', set_description: 'Other' }),
    line({ number: '2', rarity: 'odd' }),
  ];
  expect(read(file.join('\n')).issues.map(({ line: at, message }) => `${at} ${message}`)).toEqual([
    '3 The set APPS has number 1 on line 2 already.',
    '4 The set APPS is called "Apps" further up, here "Other".',
    '5 The set APPS has another description further up.',
    `6 rarity must be one of ${RARITIES.join(', ')}, not "odd".`,
    '6 The set APPS has number 2 on line 4 already.',
  ]);
});

test('headers', () => {
  const messages = (text: string) => read(text).issues.map((issue) => issue.message);
  expect(messages('')).toEqual(['The file is empty; the first line must name the columns.']);
  expect(messages(HEADER)).toEqual(['The file has no cards.']);
  expect(messages(`${HEADER},price,name\n${line()}`)).toEqual([
    '"price" is not a known column.',
    'The column "name" is there twice.',
  ]);
  expect(messages(HEADER.replace('rarity,', ''))).toEqual(['The column "rarity" is missing.']);
});

test('broken quoting and wrong field counts, and everything after them', () => {
  const file = [
    HEADER,
    line(),
    '"APPS"x,1',
    'APPS,"open',
    line({ number: '2', rarity: 'odd' }),
    'a,b',
    line({ number: '4' }),
  ];
  const { issues, cards } = read(file.join('\n'));
  expect(issues.map(({ line: at, message }) => `${at} ${message}`)).toEqual([
    '3 The quotation marks of this row do not match.',
    '4 The quotation marks of this row do not match.',
    `5 rarity must be one of ${RARITIES.join(', ')}, not "odd".`,
    '6 The row has 2 fields; the header has 11.',
  ]);
  expect(cards.map((card) => card.line)).toEqual([2, 7]);
});

const text = (maxLength: number) =>
  fc.string({ maxLength, unit: fc.constantFrom('a', 'ß', '🂡', ' ', ',', '"', '\n', ';', '=', "'") });

test('what is written is read again, each on its line, whatever the texts hold', () => {
  const row = fc.record({
    description: text(30),
    category: text(10).map((t) => `c${t.replaceAll('\n', '')}`),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (rows, end, mark) => {
        const lines = rows.map(({ description, category }, index) =>
          line({ number: String(index + 1), description, category }),
        );
        const file = (mark ? '\ufeff' : '') + [HEADER, ...lines].join('\n').replaceAll('\n', end);
        const { cards, issues } = read(file);
        expect(issues).toEqual([]);
        let at = 2;
        const expected = rows.map(({ description, category }, index) => {
          const first = at;
          at += lines[index]!.split('\n').length;
          return { line: first, description: description.trim(), category: category.trim() };
        });
        expect(
          cards.map((card) => ({ line: card.line, description: card.description, category: card.category })),
        ).toEqual(expected);
      },
    ),
  );
});

test('no text at all makes the reader throw, and every issue names a line of the file', () => {
  const unit = fc.constantFrom(
    ...HEADER.split(','),
    ',',
    '"',
    '\n',
    '\r',
    'APPS',
    '1',
    'rare',
    '\u0000',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), fc.boolean(), (parts, headed) => {
      const file = (headed ? `${HEADER}\n` : '') + parts.join('');
      const lines = file.split(/\r\n|\r|\n/).length;
      for (const issue of read(file).issues) {
        expect(issue.line).toBeGreaterThanOrEqual(1);
        expect(issue.line).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: 500 },
  );
});
