import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceHash } from './sources.ts';

let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ece-sources-'));
  write('package-lock.json', JSON.stringify({ packages: { 'node_modules/next': { version: '1.0.0' } } }));
  write('apps/web/app/page.tsx', 'page');
  write('ui/button.tsx', 'button');
  write('sdk/index.ts', 'sdk');
  write('contract/index.ts', 'contract');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('the name changes with every source and with the packages', () => {
  const names = [sourceHash(root)];
  const change = (path: string, text: string) => {
    write(path, text);
    names.push(sourceHash(root));
  };
  change('apps/web/app/page.tsx', 'another page');
  change('ui/button.tsx', 'another button');
  change('sdk/index.ts', 'another sdk');
  change('contract/errors.ts', 'a file more');
  change('package-lock.json', JSON.stringify({ packages: { 'node_modules/next': { version: '1.0.1' } } }));
  expect(new Set(names).size).toBe(names.length);
});

test('what is no source does not change it', () => {
  const name = sourceHash(root);
  write('apps/web/.next/abc/server.js', 'built');
  write('apps/web/README.md', 'words');
  write('apps/web/app/page.test.ts', 'a test');
  write('services/users/store.ts', 'elsewhere');
  expect(sourceHash(root)).toBe(name);
});
