import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that the web app is built from. */
const FOLDERS = ['apps/web', 'ui', 'sdk', 'contract'];
const SKIPPED = new Set(['node_modules', '.next', 'next-env.d.ts', 'README.md']);

/**
 * A name for what the web app is built from: the same for the same sources and packages, another one after any
 * change.
 * @param root the project's folder
 */
export function sourceHash(root: string): string {
  const hash = createHash('sha256').update(packages(root));
  for (const folder of FOLDERS) {
    for (const path of files(root, folder)) hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

function files(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name) && !/\.test\.tsx?$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return files(root, path);
      return entry.isFile() ? [path] : [];
    });
}

/** What the lock file says of third-party packages; ours are read themselves. */
function packages(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  return Object.entries(lock.packages)
    .map(([path, { version }]) => `${path}@${version ?? ''}`)
    .join('\n');
}
