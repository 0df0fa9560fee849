import type { Random } from '@ece/demo/market/random';
import { pick } from '@ece/demo/market/random';

interface Schema {
  type?: string;
  enum?: string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  pattern?: string;
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
  '../../etc/passwd',
  '%00',
  'NaN',
  '0.0000001',
  '9999999999.999999',
  '12345678901234567890',
  '9999-12-31T23:59:59Z',
  '2030-02-30T25:61:61Z',
  '<script>alert(1)</script>',
];

const AMOUNTS = ['0', '0.01', '1', '12.5', '100', '9999999999', '0.000001'];
const TIMES = [
  '2030-01-01T00:00:00.000Z',
  '1970-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-13-45T99:99:99Z',
];
const ADDRESSES = [
  '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM',
  '11111111111111111111111111111111',
  'z'.repeat(44),
];
const TEXTS = ['abc', 'Zz9', 'ünïcödé', 'AAAA', '\n'];

/** How often a value that does not fit its schema stands in for one that does. */
const WRONG = 0.12;

/**
 * Makes a value for a JSON schema: mostly one that fits, now and then one that is meant to hurt.
 * @param known ids and handles of things that exist, so that calls get past the first check
 */
export function hostileValue(
  schema: object | undefined,
  random: Random,
  known: { ids: string[]; handles: string[] },
): unknown {
  const s = schema as Schema | undefined;
  if (!s || random() < WRONG) return pick(random, HOSTILE);
  const inner = (next: Schema | undefined) => hostileValue(next, random, known);
  if (s.enum) return pick(random, s.enum);
  if (s.anyOf) return inner(pick(random, s.anyOf));
  switch (s.type) {
    case 'object':
      return hostileObject(s, random, inner);
    case 'array':
      return Array.from({ length: Math.floor(random() * 4) }, () => inner(s.items));
    case 'integer':
      return pick(random, [0, 1, 2, 50, 100, 101, 1e6, -1, 1.5]);
    case 'boolean':
      return random() < 0.5;
    case 'string':
      return hostileText(s.pattern ?? '', random, known);
    default:
      return pick(random, HOSTILE);
  }
}

function hostileObject(s: Schema, random: Random, inner: (schema: Schema) => unknown): object {
  const entries = Object.entries(s.properties ?? {}).filter(([name]) =>
    s.required?.includes(name) ? random() < 0.96 : random() < 0.5,
  );
  const object = Object.fromEntries(entries.map(([name, schema]) => [name, inner(schema)]));
  return random() < 0.04 ? { ...object, extra: 1 } : object;
}

function hostileText(pattern: string, random: Random, known: { ids: string[]; handles: string[] }): string {
  if (pattern.startsWith('^[0-9a-f]{8}')) return pick(random, known.ids);
  if (pattern.startsWith('^(0|') || pattern.startsWith('^-?(0')) return pick(random, AMOUNTS);
  if (pattern.startsWith('^\\d{4}')) return pick(random, TIMES);
  if (pattern.includes('A-HJ-NP')) return pick(random, ADDRESSES);
  if (pattern.startsWith('^[a-z0-9](')) return pick(random, known.handles);
  return pick(random, TEXTS);
}
