import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';

/** A package of this repository. */
export interface Package {
  name: string;
  /** Its folder, from the root of the project. */
  folder: string;
  exports: Record<string, string>;
}

/** What the package.json files say. */
export interface Workspace {
  root: string;
  packages: Package[];
  /** Third-party packages that the running exchange may import. */
  dependencies: Set<string>;
  /** Third-party packages for tests and tools only. */
  devDependencies: Set<string>;
}

/** Where an import leads. */
export type Target =
  | { kind: 'builtin'; name: string }
  | { kind: 'third-party'; name: string }
  | { kind: 'file'; path: string }
  | { kind: 'unresolved'; why: string };

interface Manifest {
  name?: string;
  workspaces?: string[];
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Reads the root package.json and those of the packages it lists. */
export function readWorkspace(root: string): Workspace {
  const manifest = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  const top = manifest('.');
  const folders = globSync(top.workspaces ?? [], { cwd: root }).filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
  const packages = folders.map((folder) => {
    const { name, exports } = manifest(folder);
    if (!name) throw new Error(`${folder}/package.json has no name`);
    return { name, folder, exports: exports ?? {} };
  });
  return {
    root,
    packages,
    dependencies: new Set(Object.keys({ ...top.dependencies, ...top.optionalDependencies })),
    devDependencies: new Set(Object.keys(top.devDependencies ?? {})),
  };
}

/** The package that a file belongs to; undefined for files of the root, of tests/ and of tools/. */
export function packageOf(workspace: Workspace, path: string): Package | undefined {
  return workspace.packages.find(({ folder }) => path.startsWith(`${folder}/`));
}

/** Follows an import to the file it leads to, through the `exports` of our packages, the way Node does. */
export function resolveImport(workspace: Workspace, from: string, specifier: string): Target {
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
  if (specifier.startsWith('.')) return toFile(workspace, posix.join(posix.dirname(from), specifier));
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const ours = workspace.packages.find((candidate) => candidate.name === name);
  if (!ours) return { kind: 'third-party', name };
  const subpath = `.${specifier.slice(name.length)}`;
  const target = fromExports(ours.exports, subpath);
  if (!target) return { kind: 'unresolved', why: `${name} does not export "${subpath}"` };
  return toFile(workspace, posix.join(ours.folder, target));
}

function fromExports(exports: Record<string, string>, subpath: string): string | undefined {
  if (exports[subpath]) return exports[subpath];
  for (const [pattern, target] of Object.entries(exports)) {
    const [before, after] = pattern.split('*');
    if (before === undefined || after === undefined) continue;
    if (!subpath.startsWith(before) || !subpath.endsWith(after)) continue;
    return target.replaceAll('*', subpath.slice(before.length, subpath.length - after.length));
  }
  return undefined;
}

function toFile(workspace: Workspace, path: string): Target {
  if (path.startsWith('..')) return { kind: 'unresolved', why: 'it leads out of the project' };
  if (!existsSync(join(workspace.root, path))) return { kind: 'unresolved', why: `there is no ${path}` };
  return { kind: 'file', path };
}
