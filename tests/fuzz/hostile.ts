import type { Random } from '@ece/demo/market/random';
import { pick } from '@ece/demo/market/random';
import { kindOfName, type Schema } from './calls.ts';

/** Things that exist, so that calls get past the first check: ids by kind, and handles. */
export interface Known {
  ids: Map<string, string[]>;
  handles: string[];
}

/** Values that careless code stumbles over. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '\u0000',
  'a\u0000b',
  '\ud800',
  "' or 1=1 --",
  'x'.repeat(5000),
  '💥'.repeat(300),
  [],
  {},
  [[]],
  { __proto__: null, constructor: 1 },
  '../../etc/passwd',
  '%00',
  'NaN',
  '0.0000001',
  '9999999999.999999',
  '12345678901234567890',
  '9999-12-31T23:59:59Z',
  '2030-02-30T25:61:61Z',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://x.invalid")',
  '{{7*7}}',
  '\u202egnp.exe',
];

const AMOUNTS = ['0', '0.01', '1', '1', '5', '5', '12.5', '100', '9999999999', '0.000001'];
const ADDRESSES = [
  '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM',
  '11111111111111111111111111111111',
  'z'.repeat(44),
];
const TEXTS = ['abc', 'Zz9', 'ünïcödé', 'AAAA', '\n', 'a door', 'dor', 'fuzz'];

/** How often a value that does not fit its schema stands in for one that does. */
const WRONG = 0.08;
/** How often an id names something of the kind that is asked for. */
const RIGHT_KIND = 0.85;

/**
 * Makes a value for a JSON schema: mostly one that fits, now and then one that is meant to hurt.
 * @param name of the property or parameter; it tells what an id should name
 */
export function hostileValue(
  schema: Schema | undefined,
  random: Random,
  known: Known,
  name = '',
  wrong = WRONG,
): unknown {
  if (!schema || random() < wrong) return pick(random, HOSTILE);
  const inner = (next: Schema | undefined, as = name) => hostileValue(next, random, known, as, wrong);
  if (schema.enum) return pick(random, schema.enum);
  if (schema.anyOf) return inner(pick(random, schema.anyOf));
  switch (schema.type) {
    case 'object':
      return hostileObject(schema, random, inner);
    case 'array': {
      const least = schema.minItems ?? 0;
      const count = random() < 0.9 ? least + Math.floor(random() * 3) : Math.floor(random() * 120);
      return Array.from({ length: count }, () => inner(schema.items));
    }
    case 'integer':
    case 'number':
      return hostileNumber(schema, random);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    case 'string':
      return hostileText(schema, random, known, kindOfName(name));
    default:
      return pick(random, HOSTILE);
  }
}

function hostileObject(
  schema: Schema,
  random: Random,
  inner: (schema: Schema, name: string) => unknown,
): object {
  const entries = Object.entries(schema.properties ?? {}).filter(([name]) =>
    schema.required?.includes(name) ? random() < 0.97 : random() < 0.4,
  );
  const object = Object.fromEntries(entries.map(([name, property]) => [name, inner(property, name)]));
  return random() < 0.03 ? { ...object, extra: 1 } : object;
}

function hostileNumber({ minimum = 0, maximum = 1000 }: Schema, random: Random): number {
  if (random() < 0.15) return pick(random, [-1, 1.5, 1e6, 101, minimum - 1, maximum + 1]);
  return minimum + Math.floor(random() * (Math.min(maximum, minimum + 100) - minimum + 1));
}

/** An id of a kind, or of any kind. */
export function someId(random: Random, { ids }: Known, kind: string | undefined): string {
  const own = kind && random() < RIGHT_KIND ? ids.get(kind) : undefined;
  return pick(random, own?.length ? own : [...ids.values()].flat());
}

/** A few ids with commas between them. */
function someIds(random: Random, known: Known, kind: string | undefined): string {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => someId(random, known, kind)).join(',');
}

function hostileText(schema: Schema, random: Random, known: Known, kind: string | undefined): string {
  const pattern = schema.pattern ?? '';
  if (pattern.startsWith('^[0-9a-f') && pattern.includes('(,')) return someIds(random, known, kind);
  if (pattern.startsWith('^[0-9a-f]{8}')) return someId(random, known, kind);
  if (pattern.startsWith('^(0|') || pattern.startsWith('^-?(0')) return pick(random, AMOUNTS);
  if (pattern.startsWith('^\\d{4}-')) return pick(random, times());
  if (pattern.includes('A-HJ-NP')) return pick(random, ADDRESSES);
  if (pattern.startsWith('^[a-z0-9](')) return pick(random, known.handles);
  if (pattern.includes('@')) return `fuzz${Math.floor(random() * 50)}@test.ece.example`;
  const text = pick(random, TEXTS);
  return text.repeat(Math.ceil((schema.minLength ?? 1) / text.length));
}

const HOUR = 3_600_000;

/** Times in the near future, where most calls want them, and some that make no sense. */
function times(): string[] {
  const ahead = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
  return [
    ahead(1),
    ahead(2),
    ahead(24),
    ahead(100),
    ahead(-1),
    '1970-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-13-45T99:99:99Z',
  ];
}
