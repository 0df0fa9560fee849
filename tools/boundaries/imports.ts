import type { SourceFile } from './source.ts';
import { packageOf, readWorkspace, resolveImport, type Workspace } from './workspace.ts';

/** A place where a rule is broken; the message says what to do instead. */
export interface Violation {
  rule: string;
  path: string;
  line: number;
  message: string;
}

/** Which areas each area may import, besides itself. The arrows of the design, written out. */
const MAY_IMPORT: Record<string, string[]> = {
  contract: [],
  platform: ['contract'],
  vault: ['contract', 'platform'],
  services: ['contract', 'platform', 'vault'],
  edge: ['contract', 'platform', 'vault', 'services'],
  server: ['contract', 'platform', 'vault', 'services', 'edge', 'sdk', 'demo'],
  sdk: ['contract'],
  ui: ['contract', 'sdk'],
  apps: ['contract', 'sdk', 'ui'],
  demo: ['contract', 'platform', 'sdk'],
};

/** Files that check the product and are no part of it: they may import anything, and nothing imports them. */
function isOutside(path: string): boolean {
  return (
    /^(tests|tools|bench)\//.test(path) ||
    /\.test\.tsx?$|\/test-[^/]+\.ts$/.test(path) ||
    path.includes('/fixtures/') ||
    !path.includes('/')
  );
}

function areaOf(path: string): string {
  const [first = ''] = path.split('/');
  return first === 'core' ? 'vault' : first;
}

const isDomain = (path: string) => path.includes('/domain/');

/** What one import looks like to the rules. */
interface Edge {
  workspace: Workspace;
  from: string;
  specifier: string;
  line: number;
  /** Path of the file it leads to; undefined for builtins and third-party packages. */
  to: string | undefined;
  /** Name of the builtin or third-party package. */
  external: { name: string; builtin: boolean } | undefined;
}

type Rule = (edge: Edge) => string | undefined;

const RULES: Record<string, Rule> = {
  direction: ({ from, to }) => {
    if (!to || areaOf(from) === areaOf(to) || isOutside(to)) return undefined;
    const allowed = MAY_IMPORT[areaOf(from)] ?? [];
    if (allowed.includes(areaOf(to))) return undefined;
    return `${areaOf(from)} may import only ${allowed.join(', ') || 'itself'}: move what both need there, or use an event`;
  },
  'no-test-code': ({ to }) =>
    to && isOutside(to)
      ? 'tests, tools and benchmarks are imported by nobody: move the code beside its user'
      : undefined,
  'service-api': ({ workspace, from, to }) => {
    if (!to || areaOf(to) !== 'services') return undefined;
    const own = packageOf(workspace, to);
    if (!own || own === packageOf(workspace, from) || to === `${own.folder}/api.ts`) return undefined;
    return `only the api.ts of a service is open to others: import ${own.name}`;
  },
  'stays-in-package': ({ workspace, from, specifier, to }) => {
    if (!to || !specifier.startsWith('.') || packageOf(workspace, from) === packageOf(workspace, to))
      return undefined;
    return `a relative import stays inside its package: import ${packageOf(workspace, to)?.name ?? 'a package'} by name`;
  },
  'pure-domain': ({ workspace, from, to, external }) => {
    if (!isDomain(from)) return undefined;
    if (to && areaOf(to) === 'contract') return undefined;
    if (to && isDomain(to) && packageOf(workspace, from) === packageOf(workspace, to)) return undefined;
    const what = external ? external.name : to;
    return `domain/ is pure and may not import ${what}: take the value as an argument, or move the I/O to the service`;
  },
  'thin-routes': ({ from, external }) => {
    if (!/^services\/[^/]+\/routes\.ts$/.test(from) || external?.name !== 'postgres') return undefined;
    return 'routes parse, call and answer: put the query into store.ts';
  },
  declared: ({ workspace, external }) => {
    if (!external || external.builtin || workspace.dependencies.has(external.name)) return undefined;
    if (workspace.devDependencies.has(external.name)) {
      return `${external.name} is a devDependency and missing in production: move it to "dependencies"`;
    }
    return `${external.name} is not in package.json: add it to "dependencies", pinned`;
  },
};

/** The names of all import rules. */
export const IMPORT_RULES = [...Object.keys(RULES), 'resolves', 'cycle'];

/** Checks every import of the files against the rules of the design. */
export function checkImports(root: string, files: SourceFile[]): Violation[] {
  const workspace = readWorkspace(root);
  const violations: Violation[] = [];
  const graph = new Map<string, string[]>();
  for (const file of files) {
    const targets: string[] = [];
    graph.set(file.path, targets);
    for (const { specifier, line, typeOnly } of file.imports) {
      const report = (rule: string, message: string) =>
        violations.push({
          rule,
          path: file.path,
          line,
          message: `${specifier ?? 'import(...)'}: ${message}`,
        });
      const edge = follow(workspace, file.path, specifier, line);
      if (typeof edge === 'string') {
        report('resolves', edge);
        continue;
      }
      // Within a package a type may point back at its user: at run time there is no circle.
      const harmless =
        typeOnly && edge.to && packageOf(workspace, edge.to) === packageOf(workspace, file.path);
      if (edge.to && !harmless) targets.push(edge.to);
      if (isOutside(file.path)) {
        if (edge.external && !workspace.devDependencies.has(edge.external.name)) {
          const message = RULES.declared?.(edge);
          if (message) report('declared', message);
        }
        continue;
      }
      for (const [rule, check] of Object.entries(RULES)) {
        const message = check(edge);
        if (message) report(rule, message);
      }
    }
  }
  return [...violations, ...findCycles(graph)];
}

function follow(
  workspace: Workspace,
  from: string,
  specifier: string | undefined,
  line: number,
): Edge | string {
  if (specifier === undefined) return 'a computed import cannot be checked: write the name in quotes';
  const target = resolveImport(workspace, from, specifier);
  if (target.kind === 'unresolved') return `${target.why}: correct the name or the "exports" of the package`;
  const external =
    target.kind === 'file' ? undefined : { name: target.name, builtin: target.kind === 'builtin' };
  return { workspace, from, specifier, line, to: target.kind === 'file' ? target.path : undefined, external };
}

/** Finds import cycles by depth-first search; each is reported once, at the file that closes it. */
function findCycles(graph: Map<string, string[]>): Violation[] {
  const violations: Violation[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    if (done.has(path)) return;
    const at = trail.indexOf(path);
    if (at >= 0) {
      const cycle = [...trail.slice(at), path].join(' -> ');
      const message = `imports go round in a circle: ${cycle}. Move what both need into a file of its own`;
      violations.push({ rule: 'cycle', path: trail.at(-1) ?? path, line: 1, message });
      return;
    }
    trail.push(path);
    for (const next of graph.get(path) ?? []) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return violations;
}
