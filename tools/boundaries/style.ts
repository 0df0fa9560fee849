import { globSync } from 'node:fs';
import { basename } from 'node:path';
import type { Violation } from './imports.ts';
import { lineAt, type SourceFile } from './source.ts';

/** A construct that is banned in some files; the message names what to use instead. */
interface StyleRule {
  name: string;
  applies(path: string): boolean;
  pattern: RegExp;
  /** Whether comments count too. */
  everywhere?: boolean;
  message: string;
}

const isTest = (path: string) =>
  /\.test\.tsx?$|\/test-[^/]+\.ts$/.test(path) || path.startsWith('tests/') || path.includes('/fixtures/');
const isCode = (path: string) => /\.(ts|tsx|mjs)$/.test(path);
const isTool = (path: string) => /^(tools|bench)\//.test(path);
/** The rules themselves have to spell out what they ban. */
const isRuleBook = (path: string) => path.startsWith('tools/boundaries/');

const RULES: StyleRule[] = [
  {
    name: 'no-clock-in-domain',
    applies: (path) => path.includes('/domain/') && !isTest(path),
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bTemporal\.Now\b/g,
    message: 'domain/ has no clock: take the time as an argument',
  },
  {
    name: 'no-chance-in-domain',
    applies: (path) => path.includes('/domain/') && !isTest(path),
    pattern: /\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues)\b/g,
    message: 'domain/ has no randomness: take the value as an argument',
  },
  {
    name: 'no-sql-in-routes',
    applies: (path) => /^services\/[^/]+\/routes\.ts$/.test(path),
    pattern: /\b(sql|tx|db)(<.*>)?`|\b(insert\s+into|delete\s+from|select\s[^'"`;]*\sfrom)\s/gi,
    message: 'routes parse, call and answer: put the query into store.ts',
  },
  {
    name: 'config-in-one-place',
    applies: (path) =>
      isCode(path) &&
      !isTest(path) &&
      !isTool(path) &&
      !path.startsWith('platform/config/') &&
      // The story is a program of its own, a client that people start.
      !path.startsWith('demo/story') &&
      // What an app is given when it is built and started.
      !/^apps\/[^/]+\/(settings\.ts|next\.config\.mjs)$/.test(path) &&
      !path.startsWith('server/'),
    pattern: /\bprocess\.env\b/g,
    message:
      'only the server and platform/config read the environment: add a setting to the schema and take it from there',
  },
  {
    name: 'log-not-console',
    applies: (path) =>
      isCode(path) && !isTest(path) && !isTool(path) && !/^(server|demo)\/|\/main\.ts$/.test(path),
    pattern: /\bconsole\.(log|info|warn|error|debug)\b/g,
    message: 'use the logger of platform/log, which masks secrets',
  },
  {
    name: 'wait-for-conditions',
    applies: (path) => /\.test\.tsx?$/.test(path),
    pattern: /new Promise(<\w+>)?\(\s*\(?\w*\)?\s*=>\s*\{?\s*setTimeout\b|\btimers\/promises\b/g,
    message: 'a test waits for a condition, never for time: use vi.waitFor or expect.poll',
  },
  {
    name: 'fix-it-now',
    applies: isCode,
    pattern: /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)\b|biome-ignore\b/g,
    everywhere: true,
    message: 'do it now or leave it out; a known limit goes into the docs',
  },
  {
    name: 'no-machine-paths',
    applies: (path) => path !== 'tools/fresh.ts' && !path.startsWith('tools/fresh/'),
    pattern: /(?<![\w.])\/(home|Users)\/[a-z][\w.-]*\/|(?<![\w.~])\/root\/\w|(?<![\w.])\/work\/\w/g,
    everywhere: true,
    message: 'a path of one machine: make it relative to the project, or take it as a setting',
  },
];

const WRITES_VAULT =
  /\b(insert\s+into|update(\s+only)?|delete\s+from(\s+only)?|merge\s+into|truncate(\s+table)?)\s+"?vault"?\s*\./gi;
const TOUCHES = /\b(?:from|join|into|update|truncate)\s+(?:only\s+)?"?([a-z_]+)"?\s*\.\s*"?[a-z_]/gi;

/** The names of all style rules. */
export const STYLE_RULES = [...RULES.map((rule) => rule.name), 'vault-writes', 'own-schema'];

/** Checks the files against the style rules and against who may touch which tables. */
export function checkStyle(root: string, files: SourceFile[]): Violation[] {
  const schemas = new Set([
    'vault',
    ...globSync('services/*', { cwd: root }).map((folder) => basename(folder)),
  ]);
  return files
    .filter((file) => !isRuleBook(file.path))
    .flatMap((file) => [...checkPatterns(file), ...checkSql(file, schemas)]);
}

function checkPatterns(file: SourceFile): Violation[] {
  return RULES.filter((rule) => rule.applies(file.path)).flatMap((rule) => {
    const text = rule.everywhere ? file.text : file.code;
    return [...text.matchAll(rule.pattern)].map((match) => ({
      rule: rule.name,
      path: file.path,
      line: lineAt(text, match.index),
      message: `${match[0].trim()}: ${rule.message}`,
    }));
  });
}

/** Only core/vault writes the vault's tables, and a service knows no schema but its own. */
function checkSql(file: SourceFile, schemas: Set<string>): Violation[] {
  if (!/\.(ts|sql)$/.test(file.path) || isTest(file.path) || isTool(file.path)) return [];
  const found = (rule: string, match: RegExpExecArray, message: string) => ({
    rule,
    path: file.path,
    line: lineAt(file.code, match.index),
    message: `${match[0].replaceAll(/\s+/g, ' ').trim()}: ${message}`,
  });
  const writes = file.path.startsWith('core/vault/')
    ? []
    : [...file.code.matchAll(WRITES_VAULT)].map((match) =>
        found('vault-writes', match, 'call hold, release, transfer or settle of @ece/vault instead'),
      );
  const own = ownSchema(file.path);
  if (own === undefined) return writes;
  const touches = [...file.code.matchAll(TOUCHES)].flatMap((match) => {
    const schema = match[1]?.toLowerCase() ?? '';
    if (schema === own || !schemas.has(schema)) return [];
    return [
      found('own-schema', match, `the tables of ${schema} are its own: ask @ece/${schema} through its api`),
    ];
  });
  return [...writes, ...touches];
}

/** The schema that a file may touch, '' for none; undefined where the rule does not apply. */
function ownSchema(path: string): string | undefined {
  const service = /^services\/([^/]+)\//.exec(path)?.[1];
  if (service) return service;
  if (path.startsWith('core/vault/')) return 'vault';
  return /^(platform|edge|sdk|contract)\//.test(path) ? '' : undefined;
}
