import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choice, flag, integer, optionalText, optionalUrl, text } from '@ece/platform/config/fields';
import { loadConfig, parseEnvFile } from '@ece/platform/config/load';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fields, readConfig, root } from './config.ts';
import { parseRoles, roleNames } from './roles.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ece-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, lines: string) => writeFileSync(join(folder, name), lines);
const failuresOf = (env: Record<string, string>, from = folder) => {
  const result = readConfig(env, from);
  return result.ok ? [] : result.failures;
};
const configOf = (env: Record<string, string>) => {
  const result = readConfig(env, folder);
  if (!result.ok) throw new Error(result.failures.join('\n'));
  return result.config;
};

test('without a setting everything has its default', () => {
  expect(configOf({})).toMatchObject({ environment: 'development', port: 3000, databaseUrl: undefined });
});

test('every failure is named at once and none shows a value', () => {
  const env = {
    ECE_PROT: 'sesame1',
    ECE_PORT: 'sesame2',
    ECE_TOKEN_SECRET: 'sesame3',
    ECE_DATABASE_URL: 'mysql://sesame4',
    ECE_TRUST_PROXY: 'sesame5',
    ECE_LOG_LEVEL: 'sesame6',
    ECE_BID_INCREMENTS: 'sesame7',
    ECE_WHATEVER: 'sesame8',
    ECE_KEYS_PASSPHRASE: 'sesame9',
    OTHER: 'sesame10',
  };
  const failures = failuresOf(env);
  expect(failures).toHaveLength(9);
  for (const name of Object.keys(env).filter((one) => one !== 'OTHER')) {
    expect(failures.filter((failure) => failure.startsWith(`${name} `))).toHaveLength(1);
  }
  expect(failures).toContain('ECE_PROT is not a setting of ECE; did you mean ECE_PORT?');
  expect(failures).toContain('ECE_WHATEVER is not a setting of ECE');
  expect(failures.join()).not.toContain('sesame');
});

test('settings of each kind take what fits and refuse the rest', () => {
  const about = 'x';
  const kinds = {
    n: integer('ECE_N', { about, min: 1, max: 10 }),
    f: flag('ECE_F', { about }),
    c: choice('ECE_C', ['a', 'b'], { about }),
    t: text('ECE_T', { about, min: 2 }),
    u: optionalUrl('ECE_U', ['https:'], { about }),
    o: optionalText('ECE_O', { about, min: 2 }),
  };
  const good = { ECE_N: '10', ECE_F: 'true', ECE_C: 'b', ECE_T: 'xy', ECE_U: 'https://x', ECE_O: '' };
  expect(loadConfig(kinds, good)).toEqual({
    ok: true,
    values: { n: 10, f: true, c: 'b', t: 'xy', u: 'https://x', o: undefined },
  });
  const bad: [string, string][] = [
    ...['0', '11', '1.5', '1e1', ' 1', '0x1', '99999999999999999999'].map((v): [string, string] => [
      'ECE_N',
      v,
    ]),
    ...['1', 'yes', 'TRUE'].map((v): [string, string] => ['ECE_F', v]),
    ['ECE_C', 'A'],
    ['ECE_T', 'x'],
    ...['http://x', 'x', 'javascript:alert(1)'].map((v): [string, string] => ['ECE_U', v]),
    ['ECE_O', 'x'],
  ];
  for (const [name, value] of bad) {
    const loaded = loadConfig(kinds, { ...good, [name]: value });
    expect(loaded.ok || loaded.failures, `${name}=${value}`).toEqual([
      expect.stringContaining(`${name} must`),
    ]);
  }
  expect(loadConfig(kinds, { ...good, ECE_N: '' })).toEqual({ ok: false, failures: ['ECE_N is missing: x'] });
});

test('.env files are read as lines, and lines that are none are named by number', () => {
  const file = parseEnvFile('# note\r\nA=1\n\n B_2 = 2 \nC="a = b"\nA=3\nD=\'x\'\nE=\nlower=1\nF 1\n');
  expect(file).toEqual({ values: { A: '3', C: 'a = b', D: 'x', E: '' }, badLines: [4, 9, 10] });
  write('.env', 'ECE_PORT=1\nsecret words\n');
  expect(failuresOf({})).toEqual(['.env line 2 is not NAME=value']);
});

test('the environment comes first, then .env, then the file of the kind of installation', () => {
  write('.env.development', 'ECE_PORT=1\nECE_HOST=kind\nECE_DATA_DIR=kind\n');
  write('.env.staging', 'ECE_PORT=9\n');
  write('.env', 'ECE_PORT=2\nECE_HOST=own\n');
  expect(configOf({ ECE_PORT: '3' })).toMatchObject({ port: 3, host: 'own', dataDir: 'kind' });
  expect(configOf({ ECE_PORT: '' })).toMatchObject({ port: 2 });
  expect(configOf({ PORT: '4' })).toMatchObject({ port: 4 });
  expect(configOf({ PORT: '4', ECE_PORT: '3' })).toMatchObject({ port: 3 });
  write('.env', 'ECE_ENVIRONMENT=staging\n');
  expect(failuresOf({}).every((failure) => failure.includes('is missing'))).toBe(true);
  expect(configOf({ ECE_ENVIRONMENT: 'development' }).port).toBe(1);
  expect(failuresOf({ ECE_ENVIRONMENT: '../x' })).toEqual([
    expect.stringContaining('ECE_ENVIRONMENT must be one of'),
  ]);
});

test('a secret may be in a file, and only a secret', () => {
  write('token', `${'t'.repeat(32)}\n`);
  const file = (name: string) => join(folder, name);
  expect(configOf({ ECE_TOKEN_SECRET_FILE: file('token') }).tokenSecret).toBe('t'.repeat(32));
  expect(configOf({ ECE_TOKEN_SECRET_FILE: '' }).tokenSecret).toBeUndefined();
  expect(failuresOf({ ECE_TOKEN_SECRET_FILE: file('none') })).toEqual([
    'ECE_TOKEN_SECRET_FILE names a file that cannot be read (ENOENT)',
  ]);
  expect(failuresOf({ ECE_TOKEN_SECRET_FILE: file('token'), ECE_TOKEN_SECRET: 's'.repeat(32) })).toEqual([
    'ECE_TOKEN_SECRET and ECE_TOKEN_SECRET_FILE exclude each other',
  ]);
  expect(failuresOf({ ECE_HOST_FILE: file('token') })).toEqual(['ECE_HOST_FILE is not a setting of ECE']);
  write('short', 'sesame');
  const short = failuresOf({ ECE_TOKEN_SECRET_FILE: file('short') });
  expect(short).toEqual(['ECE_TOKEN_SECRET must have 32 characters or more']);
});

const REQUIRED = [
  'ECE_DATABASE_URL',
  'ECE_SOLANA_URL',
  'ECE_PUBLIC_URL',
  'ECE_TOKEN_SECRET',
  'ECE_INTERNAL_SECRET',
  'ECE_NOTIFICATION_SECRET',
  'ECE_KEYS_PASSPHRASE',
  'ECE_USDC_MINT',
];

test('the template of development is right as it is', () => {
  expect(failuresOf({ ECE_ENVIRONMENT: 'development' }, root)).toEqual([]);
});

test.each(['staging', 'production'])(
  'the template of %s names what must be filled in, and no more',
  (kind) => {
    const failures = failuresOf({ ECE_ENVIRONMENT: kind }, root);
    expect(failures.map((failure) => failure.split(' ')[0]).sort()).toEqual([...REQUIRED].sort());
    expect(failures.every((failure) => / is missing: .{5,}/.test(failure))).toBe(true);
    const filled = {
      ECE_ENVIRONMENT: kind,
      ECE_DATABASE_URL: 'postgres://a@b/c',
      ECE_SOLANA_URL: 'https://solana.example',
      ECE_PUBLIC_URL: 'https://cards.example',
      ECE_TOKEN_SECRET: 'x'.repeat(32),
      ECE_INTERNAL_SECRET: 'x'.repeat(32),
      ECE_NOTIFICATION_SECRET: 'x'.repeat(32),
      ECE_KEYS_PASSPHRASE: 'x'.repeat(12),
      ECE_USDC_MINT: 'x',
    };
    expect(failuresOf(filled, root)).toEqual([]);
    const { ECE_KEYS_PASSPHRASE: _, ...without } = filled;
    expect(readConfig(without, root, { signs: false }).ok).toBe(true);
    expect(failuresOf(without, root)).toEqual([expect.stringContaining('ECE_KEYS_PASSPHRASE is missing')]);
    expect(failuresOf({ ...filled, ECE_WEBHOOK_LOOPBACK: 'true' }, root)).toEqual([
      'ECE_WEBHOOK_LOOPBACK is for development alone',
    ]);
    expect(failuresOf({ ...filled, ECE_SMTP_URL: 'smtp://mail.example' }, root)).toEqual([
      'ECE_MAIL_FROM is missing: the sender of mails',
    ]);
    expect(failuresOf({ ...filled, ECE_ADMIN_EMAIL: 'a@b.c' }, root)).toEqual([
      'ECE_ADMIN_EMAIL and ECE_ADMIN_PASSWORD go together',
    ]);
  },
);

test('every setting is described, named once, and secret where its name says so', () => {
  const all = Object.values(fields);
  expect(new Set(all.map((field) => field.env)).size).toBe(all.length);
  for (const field of all) {
    expect(field.about.length).toBeGreaterThan(5);
    if (/SECRET|PASSWORD|PASSPHRASE|DATABASE_URL/.test(field.env)) expect(field.secret, field.env).toBe(true);
  }
});

test('roles are read in starting order, and words that are none are named', () => {
  expect(parseRoles(undefined)).toEqual({ roles: roleNames });
  expect(parseRoles('gateway, users')).toEqual({ roles: ['users', 'gateway'] });
  expect(parseRoles('users,users')).toEqual({ roles: ['users'] });
  expect(parseRoles('users,shop,Gateway,')).toEqual({ unknown: ['shop', 'Gateway', ''] });
});
