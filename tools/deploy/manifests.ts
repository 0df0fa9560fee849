import { existsSync, globSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { deploy, helm, must, nodeEnv, root, run } from './programs.ts';

/** Whatever a kind holds: the schemas check it. */
type Body = ReturnType<typeof JSON.parse>;

/** A Kubernetes object. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [key: string]: Body;
}

/** An environment of the chart: the values files that make it. */
export interface Environment {
  name: string;
  files: string[];
}

const load = createRequire(import.meta.url);

export const chart = join(deploy, 'helm/ece');

/** Every environment that has values, and one with everything switched on. */
export function environments(): Environment[] {
  const own = readdirSync(join(chart, 'values')).map((file) => file.replace(/\.yaml$/, ''));
  return [
    ...own.map((name) => ({
      name,
      files:
        name === 'region-2' ? ['values/production.yaml', 'values/region-2.yaml'] : [`values/${name}.yaml`],
    })),
    { name: 'everything', files: ['ci/everything-values.yaml'] },
  ];
}

const TEMPLATE = ['template', 'ece', chart, '--namespace', 'ece', '--kube-version', '1.33.0'];
const valueArgs = (environment: Environment) =>
  environment.files.flatMap((file) => ['-f', join(chart, file)]);

/** `helm lint --strict` of an environment. */
export async function lint(environment: Environment): Promise<void> {
  await must(helm(), ['lint', '--strict', '--quiet', chart, ...valueArgs(environment)]);
}

/** The objects of an environment, as Helm would send them. */
export async function render(environment: Environment): Promise<Manifest[]> {
  const text = await must(helm(), [...TEMPLATE, ...valueArgs(environment)]);
  return parseManifests(text);
}

/** Reads YAML documents strictly: a key twice is a mistake. */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`${error.message}`);
    const value = document.toJS() as Manifest | null;
    return value ? [value] : [];
  });
}

/** True where Helm refuses values. */
export async function refuses(values: string[]): Promise<boolean> {
  return (await run(helm(), [...TEMPLATE, ...values])).code !== 0;
}

/** Where the model of a kind is: the npm package and the path of its module. */
function modelOf({ apiVersion, kind }: Manifest): string | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const path = join(group!, version!, kind);
  const packages = ['kubernetes-models', '@kubernetes-models/*'];
  for (const pattern of packages) {
    for (const name of globSync(pattern, { cwd: join(deploy, 'node_modules') })) {
      const exists = ['.d.ts', '.d.mts'].some((ending) =>
        existsSync(join(deploy, 'node_modules', name, `${path}${ending}`)),
      );
      if (exists) return `${name}/${path}`;
    }
  }
  return undefined;
}

/**
 * Checks objects against the schemas of their kinds twice: by their validators (formats, patterns, what is required), and by
 * the compiler, for which an unknown key at any depth is an error, as is a word that is none of an enumeration.
 * @returns what is wrong, empty where nothing is
 */
export async function violations(manifests: Manifest[]): Promise<string[]> {
  const problems: string[] = [];
  const lines = ['// Written by tools/deploy/manifests.ts for the compiler; nothing runs it.'];
  const models = new Map<string, string>();
  for (const [index, manifest] of manifests.entries()) {
    const label = `${manifest.kind} ${manifest.metadata?.name}`;
    const model = modelOf(manifest);
    if (!model) {
      problems.push(`${label}: there is no schema of ${manifest.apiVersion} ${manifest.kind}`);
      continue;
    }
    problems.push(...invalid(model, manifest).map((problem) => `${label}: ${problem}`));
    if (!models.has(model)) {
      models.set(model, `M${models.size}`);
      lines.push(`import type { I${manifest.kind} as ${models.get(model)} } from '${model}';`);
    }
    lines.push(`export const m${index}: ${models.get(model)} = ${JSON.stringify(manifest)};`);
  }
  return [...problems, ...(await compile(lines, manifests))];
}

function invalid(model: string, manifest: Manifest): string[] {
  const folder = join(deploy, 'node_modules', model);
  const file = ['.js', '.mjs'].map((ending) => `${folder}${ending}`).find((path) => existsSync(path))!;
  const module = load(file) as Record<string, unknown> & { default?: Record<string, unknown> };
  const Model = (module[manifest.kind] ?? module.default?.[manifest.kind]) as new (
    data: Manifest,
  ) => { validate(): void };
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

async function compile(lines: string[], manifests: Manifest[]): Promise<string[]> {
  const folder = join(deploy, 'node_modules/.rendered');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'manifests.ts'), `${lines.join('\n')}\n`);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig'];
    const modules = ['--module', 'nodenext', '--target', 'esnext', '--types', ''];
    const said = await run(
      join(root, 'node_modules/.bin/tsc'),
      [...options, ...modules, '--pretty', 'false', 'manifests.ts'],
      { cwd: folder, env: nodeEnv },
    );
    if (said.code === 0) return [];
    return said.out
      .trim()
      .split('\n')
      .map((line) => named(line, lines, manifests));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line of the compiler with the object that it is about. */
function named(line: string, lines: string[], manifests: Manifest[]): string {
  const at = /^manifests\.ts\((\d+),\d+\): (.*)$/.exec(line);
  const index = at && /^export const m(\d+)/.exec(lines[Number(at[1]) - 1]!)?.[1];
  if (!at || index === undefined || index === null) return line;
  const manifest = manifests[Number(index)]!;
  return `${manifest.kind} ${manifest.metadata.name}: ${at[2]!.slice(0, 400)}`;
}
