import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkProject, describe as describeViolation } from './check.ts';
import { IMPORT_RULES } from './imports.ts';
import { STYLE_RULES } from './style.ts';

type Files = Record<string, string>;

const manifest = (name: string, exports: Record<string, string>) => JSON.stringify({ name, exports });

/** A small project that keeps every rule. */
const CLEAN: Files = {
  'package.json': JSON.stringify({
    workspaces: [
      'contract',
      'platform',
      'core/vault',
      'services/*',
      'edge',
      'server',
      'sdk',
      'demo',
      'ui',
      'apps/*',
    ],
    dependencies: { postgres: '1.0.0', fastify: '1.0.0' },
    devDependencies: { vitest: '1.0.0' },
  }),
  'contract/package.json': manifest('@ece/contract', { '.': './index.ts' }),
  'contract/index.ts': 'export type Money = string;',
  'platform/package.json': manifest('@ece/platform', { './*': './*.ts' }),
  'platform/db/pool.ts': "import postgres from 'postgres';\nexport const pool = postgres;",
  'core/vault/package.json': manifest('@ece/vault', { '.': './index.ts' }),
  'core/vault/index.ts':
    "import '@ece/platform/db/pool';\n// A comment may say console.log and Date.now().\nexport const sql = 'insert into vault.entries values (1)';",
  'services/auctions/package.json': manifest('@ece/auctions', { '.': './api.ts' }),
  'services/auctions/api.ts': "import '@ece/vault';\nimport './store.ts';\nimport './domain/bids.ts';",
  'services/auctions/store.ts':
    "import type { Auctions } from './api.ts';\nexport const read = 'select 1 from auctions.bids join auctions.lots';",
  'services/auctions/domain/bids.ts':
    "import type { Money } from '@ece/contract';\nimport './increments.ts';",
  'services/auctions/domain/increments.ts': 'export const at = new Date(0);',
  'services/auctions/routes.ts': "import type { Money } from '@ece/contract';\nimport './api.ts';",
  'services/auctions/bids.test.ts': "import { test } from 'vitest';\nimport '../../tests/setup/database.ts';",
  'services/users/package.json': manifest('@ece/users', { '.': './api.ts' }),
  'services/users/api.ts': "import '@ece/auctions';",
  'edge/package.json': manifest('@ece/edge', { './*': './*.ts' }),
  'edge/gateway.ts': "import 'fastify';\nimport '@ece/users';",
  'server/package.json': manifest('@ece/server', { './*': './*.ts' }),
  'server/main.ts': "import '@ece/edge/gateway';\nimport '@ece/demo/story';\nconsole.log('up');",
  'sdk/package.json': manifest('@ece/sdk', { '.': './index.ts' }),
  'sdk/index.ts': "import type { Money } from '@ece/contract';",
  'ui/package.json': manifest('@ece/ui', { './*.css': './*.css', './*': './*.tsx' }),
  'ui/button.tsx': "import type { Money } from '@ece/contract';\nexport const Button = () => <b />;",
  'ui/css/base.css': 'b { color: red }',
  'apps/web/package.json': manifest('@ece/web', {}),
  'apps/web/settings.ts': 'export const url = () => process.env.URL;',
  'apps/web/app/page.tsx':
    "import '@ece/ui/css/base.css';\nimport { Button } from '@ece/ui/button';\nimport '@ece/sdk';\nimport { url } from '../settings.ts';\nexport default () => <Button />;",
  'demo/package.json': manifest('@ece/demo', { './*': './*.ts' }),
  'demo/story.ts': "import '@ece/sdk';\nimport { readFile } from 'node:fs';",
  'bench/main.ts': "import '@ece/auctions';\nimport '../server/main.ts';\nconsole.log(process.env.X);",
  'tests/setup/database.ts': "import '../../server/main.ts';\nimport 'vitest';",
};

/** Each plants one fault, and names the rule that has to catch it. */
const PLANTS: [rule: string, what: string, files: Files][] = [
  ['direction', 'the contract uses the platform', { 'contract/index.ts': "import '@ece/platform/db/pool';" }],
  [
    'direction',
    'the platform knows the vault',
    { 'platform/db/pool.ts': "import type { sql } from '@ece/vault';" },
  ],
  ['direction', 'the vault calls a service', { 'core/vault/index.ts': "import '@ece/users';" }],
  ['direction', 'a service uses the edge', { 'services/users/api.ts': "export * from '@ece/edge/gateway';" }],
  ['direction', 'the edge uses the server', { 'edge/gateway.ts': "await import('@ece/server/main');" }],
  ['direction', 'the SDK uses the platform', { 'sdk/index.ts': "import '@ece/platform/db/pool';" }],
  ['direction', 'an app uses a service', { 'apps/web/app/page.tsx': "import '@ece/users';" }],
  ['direction', 'an app uses the platform', { 'apps/web/app/page.tsx': "import '@ece/platform/db/pool';" }],
  [
    'direction',
    'the components use an app',
    {
      'apps/web/package.json': manifest('@ece/web', { './x': './settings.ts' }),
      'ui/button.tsx': "import type { T } from '@ece/web/x';",
    },
  ],
  ['direction', 'the components use the edge', { 'ui/button.tsx': "import '@ece/edge/gateway';" }],
  ['direction', 'the SDK uses a component', { 'sdk/index.ts': "import '@ece/ui/button';" }],
  ['direction', 'the server uses a component', { 'server/main.ts': "import '@ece/ui/button';" }],
  ['direction', 'the demo uses a service', { 'demo/story.ts': "import '@ece/users';" }],
  [
    'direction',
    'a type is imported inline',
    { 'sdk/index.ts': "type P = import('@ece/platform/db/pool').Pool;" },
  ],
  [
    'no-test-code',
    'the server uses a test helper',
    { 'server/main.ts': "import '../tests/setup/database.ts';" },
  ],
  ['no-test-code', 'the platform uses a bench', { 'platform/db/pool.ts': "import '../../bench/main.ts';" }],
  [
    'service-api',
    'a service reads the store of another',
    { 'services/users/api.ts': "import '../auctions/store.ts';" },
  ],
  [
    'stays-in-package',
    'a path leads into another package',
    { 'edge/gateway.ts': "import '../services/users/api.ts';" },
  ],
  ['pure-domain', 'domain does I/O', { 'services/auctions/domain/bids.ts': "import 'node:fs';" }],
  ['pure-domain', 'domain uses a package', { 'services/auctions/domain/bids.ts': "import 'fastify';" }],
  [
    'pure-domain',
    'domain uses the store',
    { 'services/auctions/domain/bids.ts': "import type { read } from '../store.ts';" },
  ],
  [
    'pure-domain',
    'domain uses the platform',
    { 'services/auctions/domain/bids.ts': "import '@ece/platform/db/pool';" },
  ],
  ['thin-routes', 'routes use the SQL driver', { 'services/auctions/routes.ts': "import 'postgres';" }],
  [
    'no-sql-in-routes',
    'routes query',
    { 'services/auctions/routes.ts': 'export const q = (sql: never) => sql`select 1`;' },
  ],
  ['declared', 'an undeclared package', { 'platform/db/pool.ts': "import 'left-pad';" }],
  ['declared', 'a devDependency in the product', { 'platform/db/pool.ts': "import 'vitest';" }],
  ['declared', 'an undeclared package in a test', { 'services/auctions/bids.test.ts': "import 'left-pad';" }],
  ['resolves', 'a file that is not there', { 'edge/gateway.ts': "import './missing.ts';" }],
  ['resolves', 'an entry that is not exported', { 'edge/gateway.ts': "import '@ece/auctions/store';" }],
  ['resolves', 'a computed import', { 'edge/gateway.ts': "const name = 'x';\nawait import(name);" }],
  ['cycle', 'two files need each other', { 'services/auctions/store.ts': "import './api.ts';" }],
  [
    'cycle',
    'two services need each other',
    {
      'services/auctions/domain/bids.ts': '',
      'services/auctions/store.ts': "import type { User } from '@ece/users';",
    },
  ],
  [
    'no-clock-in-domain',
    'domain reads the clock',
    { 'services/auctions/domain/bids.ts': 'const now = Date.now();' },
  ],
  [
    'no-clock-in-domain',
    'domain makes the current date',
    { 'services/auctions/domain/bids.ts': 'const now = new Date();' },
  ],
  [
    'no-chance-in-domain',
    'domain rolls dice',
    { 'services/auctions/domain/bids.ts': 'const x = Math.random();' },
  ],
  [
    'config-in-one-place',
    'a service reads the environment',
    { 'services/users/api.ts': 'const x = process.env.HOME;' },
  ],
  [
    'config-in-one-place',
    'a page reads the environment',
    { 'apps/web/app/page.tsx': 'export const x = process.env.HOME;' },
  ],
  ['log-not-console', 'the edge prints', { 'edge/gateway.ts': "console.log('here');" }],
  [
    'wait-for-conditions',
    'a test sleeps',
    { 'services/auctions/bids.test.ts': 'await new Promise((resolve) => setTimeout(resolve, 500));' },
  ],
  [
    'wait-for-conditions',
    'a test imports sleep',
    { 'edge/x.test.ts': "import { setTimeout } from 'node:timers/promises';" },
  ],
  ['fix-it-now', 'work is put off', { 'edge/gateway.ts': '// TODO: later' }],
  ['fix-it-now', 'the type checker is silenced', { 'edge/gateway.ts': '// @ts-ignore\nexport const x = 1;' }],
  ['no-machine-paths', 'a home folder', { 'README.md': 'Look in /home/somebody/ece/data.' }],
  [
    'vault-writes',
    'a service writes the vault',
    { 'services/auctions/store.ts': 'export const q = `\n  INSERT INTO vault.entries VALUES (1)`;' },
  ],
  [
    'vault-writes',
    'the server writes the vault',
    { 'server/main.ts': "export const q = 'delete from vault.entries';" },
  ],
  [
    'own-schema',
    'a service reads the vault',
    { 'services/auctions/store.ts': "export const q = 'select 1 from vault.entries';" },
  ],
  [
    'own-schema',
    'a service joins the tables of another',
    { 'services/auctions/store.ts': "export const q = 'join users.people';" },
  ],
  [
    'own-schema',
    'a migration touches another schema',
    { 'services/users/migrations/1.sql': 'update auctions.bids set n = 1;' },
  ],
  [
    'own-schema',
    'the platform knows a table of a service',
    { 'platform/db/pool.ts': "export const q = 'select 1 from users.people';" },
  ],
];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ece-rules-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function violationsOf(files: Files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkProject(root).violations;
}

test('a project that keeps the rules passes', () => {
  expect(violationsOf(CLEAN).map(describeViolation)).toEqual([]);
});

describe('planted violations are caught', () => {
  test.each(PLANTS)('%s: %s', (rule, _what, files) => {
    const violations = violationsOf({ ...CLEAN, ...files });
    expect(violations.map((violation) => violation.rule)).toContain(rule);
    const planted = violations.find((violation) => violation.rule === rule);
    expect(Object.keys({ ...CLEAN, ...files })).toContain(planted?.path);
    expect(planted?.message).toMatch(/: \S+/);
  });
});

test('every rule has a planted violation', () => {
  const planted = new Set(PLANTS.map(([rule]) => rule));
  expect([...IMPORT_RULES, ...STYLE_RULES].filter((rule) => !planted.has(rule))).toEqual([]);
});
