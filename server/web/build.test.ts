import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildWeb, noteUse, WebBuildFailed } from './build.ts';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A project whose builder is a script of a few lines, in the place where the real one is looked for. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ece-build-'));
  write('package-lock.json', JSON.stringify({ packages: {} }));
  for (const folder of ['ui', 'sdk', 'contract']) write(`${folder}/index.ts`, '');
  write('apps/web/package.json', '{}');
  write('apps/web/app/page.tsx', 'one');
  write('node_modules/next/package.json', '{"name":"next"}');
  builder('');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function builder(lines: string): void {
  write(
    'node_modules/next/dist/bin/next.js',
    `const fs = require('node:fs');
fs.mkdirSync(process.env.ECE_WEB_DIST, { recursive: true });
fs.writeFileSync(process.env.ECE_WEB_DIST + '/environment', Object.keys(process.env).join());
${lines}`,
  );
  write(
    'node_modules/next/package.json',
    JSON.stringify({ name: 'next', exports: { './dist/bin/next': './dist/bin/next.js' } }),
  );
}

const builds = () => readdirSync(join(root, 'apps/web/.next')).sort();

test('the same sources are built once, however many ask at once', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => buildWeb({ root })));
  expect(new Set(answers.map(({ dist }) => dist)).size).toBe(1);
  expect(answers.filter(({ fresh }) => fresh)).toHaveLength(1);
  const { dist } = answers[0]!;
  expect(await buildWeb({ root })).toEqual({ dist, fresh: false });
  // The exchange's settings and secrets stay with the exchange.
  const environment = readFileSync(join(root, 'apps/web', dist, 'environment'), 'utf8').split(',');
  expect(environment.filter((name) => name.startsWith('ECE_'))).toEqual(['ECE_WEB_DIST']);
});

test('scripts and style sheets lie there compressed as well', async () => {
  builder(`fs.mkdirSync(process.env.ECE_WEB_DIST + '/static/chunks', { recursive: true });
for (const name of ['a.js', 'b.css', 'c.woff2']) {
  fs.writeFileSync(process.env.ECE_WEB_DIST + '/static/chunks/' + name, 'text of ' + name);
}`);
  const { dist } = await buildWeb({ root });
  const folder = join(root, 'apps/web', dist, 'static/chunks');
  expect(readdirSync(folder).sort()).toEqual(['a.js', 'a.js.br', 'b.css', 'b.css.br', 'c.woff2']);
  for (const name of ['a.js', 'b.css']) {
    expect(brotliDecompressSync(readFileSync(join(folder, `${name}.br`))).toString()).toBe(`text of ${name}`);
  }
});

test('other sources are built anew, and only the last builds are kept', async () => {
  const names = new Set<string>();
  for (const text of ['one', 'two', 'three', 'four']) {
    write('apps/web/app/page.tsx', text);
    names.add((await buildWeb({ root })).dist);
  }
  expect(names.size).toBe(4);
  expect(builds()).toHaveLength(2);
  write('apps/web/app/page.tsx', 'four');
  expect((await buildWeb({ root })).fresh).toBe(false);
});

test('a build that is being served stays, however often another one is made', async () => {
  const served = await buildWeb({ root });
  const folder = join(root, 'apps/web', served.dist);
  noteUse(folder, process.pid);
  for (const text of ['two', 'three', 'four']) {
    write('apps/web/app/page.tsx', text);
    await buildWeb({ root });
  }
  expect(existsSync(join(folder, 'complete'))).toBe(true);
  expect(builds()).toHaveLength(3);
  // No process has this number: it is above the most that Linux gives.
  rmSync(join(folder, `served-by-${process.pid}`));
  noteUse(folder, 4194305);
  write('apps/web/app/page.tsx', 'five');
  await buildWeb({ root });
  expect(existsSync(folder)).toBe(false);
});

test('a build that fails says why, leaves nothing that could be taken for one, and is tried again', async () => {
  builder("console.error('the page has a slip'); process.exit(1);");
  await expect(buildWeb({ root })).rejects.toThrow(WebBuildFailed);
  await expect(buildWeb({ root })).rejects.toThrow('the page has a slip');
  builder('');
  expect((await buildWeb({ root })).fresh).toBe(true);
});

test('what a killed builder left is cleared away, and a build that is not wanted any more ends', async () => {
  const { dist } = await buildWeb({ root });
  rmSync(join(root, 'apps/web', dist, 'complete'));
  // No process has this number: it is above the most that Linux gives.
  write(`apps/web/${dist}.lock`, '4194305');
  expect((await buildWeb({ root })).fresh).toBe(true);
  expect(existsSync(join(root, `apps/web/${dist}.lock`))).toBe(false);

  builder('setInterval(() => {}, 1000);');
  write('apps/web/app/page.tsx', 'another');
  const stop = new AbortController();
  const building = buildWeb({ root, signal: stop.signal });
  stop.abort();
  await expect(building).rejects.toThrow();
  expect(builds().filter((name) => name.endsWith('.lock'))).toEqual([]);
});
