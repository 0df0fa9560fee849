import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * npm writes no entry for an optional package that the registry at hand does not have, and "npm ci" then refuses
 * the lock file everywhere. This adds the missing entries of platform packages, which are pinned by their parents:
 *   node tools/complete-lock.ts
 */

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface LockFile {
  packages: Record<string, LockEntry>;
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** The entries that the lock file lacks; each is for another platform than the one it was written on. */
export function missingEntries(lock: LockFile): Record<string, LockEntry> {
  const missing: Record<string, LockEntry> = {};
  for (const [path, parent] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
      const places = [`node_modules/${name}`, `${path}/node_modules/${name}`];
      if (places.some((place) => lock.packages[place])) continue;
      missing[`node_modules/${name}`] = platformEntry(name, version, parent.dev);
    }
  }
  return missing;
}

function platformEntry(name: string, version: string, dev: boolean | undefined): LockEntry {
  const os = /darwin|linux|win32|android|freebsd/.exec(name)?.[0];
  const cpu = /arm64|x64|ia32|arm/.exec(name)?.[0];
  if (!EXACT.test(version) || !os || !cpu) {
    throw new Error(`${name}@${version} is not an exactly pinned platform package: add it by hand`);
  }
  const libc = /musl|gnu/.exec(name)?.[0];
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc ? { libc: [libc === 'gnu' ? 'glibc' : libc] } : {}),
    optional: true,
    os: [os],
  };
}

/** Reads the lock file of a project. */
export function readLock(root: string): LockFile {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
}

if (import.meta.main) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const lock = readLock(root);
  const missing = missingEntries(lock);
  const entries = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added: ${Object.keys(missing).join(', ')}`);
}
