import type { Field } from './fields.ts';

export type Fields = Record<string, Field<unknown>>;

/** The values of some settings, by their names in code. */
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export type Loaded<F extends Fields> = { ok: true; values: Values<F> } | { ok: false; failures: string[] };

const PREFIX = 'ECE_';

/**
 * Reads settings from an environment. Every failure is reported at once: unknown ECE_ variables, required
 * ones that are missing, and values that do not fit. Failures name the variable and never its value.
 */
export function loadConfig<F extends Fields>(fields: F, env: Record<string, string | undefined>): Loaded<F> {
  const failures: string[] = [];
  const known = new Set(Object.values(fields).map((field) => field.env));
  for (const name of Object.keys(env).sort()) {
    if (name.startsWith(PREFIX) && !known.has(name)) {
      failures.push(`${name} is not a setting of ECE${nearest(name, known)}`);
    }
  }
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const text = env[field.env];
    if (text === undefined || text === '') {
      if (field.fallback) values[key] = field.fallback.value;
      else failures.push(`${field.env} is missing: ${field.about}`);
      continue;
    }
    const parsed = field.parse(text);
    if ('value' in parsed) values[key] = parsed.value;
    else failures.push(`${field.env} ${parsed.problem}`);
  }
  return failures.length > 0 ? { ok: false, failures } : { ok: true, values: values as Values<F> };
}

/** A hint for a mistyped name: the known one at an edit distance of two or less. */
function nearest(name: string, known: Set<string>): string {
  for (const candidate of known) if (distance(name, candidate) <= 2) return `; did you mean ${candidate}?`;
  return '';
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/**
 * Reads a .env file's text: `NAME=value` lines, `#` comments, optional quotes around a value.
 * Lines that are none of these are given back by number.
 */
export function parseEnvFile(text: string): { values: Record<string, string>; badLines: number[] } {
  const values: Record<string, string> = {};
  const badLines: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(trimmed);
    if (match) values[match[1]!] = match[2]!.trim().replace(/^(["'])(.*)\1$/, '$2');
    else badLines.push(index + 1);
  }
  return { values, badLines };
}
