import { execFileSync, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const SUITE = 'bookworm';
export const CACHE = '/var/cache/ece-fresh';
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';

/** Environment of the host that a program needs to reach the network; nothing of it is written to a file. */
const NETWORK_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const NPM_SETTINGS = ['registry', 'cafile', 'strict-ssl', 'proxy', 'https-proxy', 'noproxy'];

/** An account inside the machine. */
export interface User {
  name: string;
  id: number;
  home: string;
}

export const ROOT: User = { name: 'root', id: 0, home: '/root' };
export const COLLECTOR: User = { name: 'collector', id: 1001, home: '/home/collector' };

/** A bare Debian in a folder, holding nothing but Node and npm. */
export interface Machine {
  root: string;
  /** Environment for programs inside. */
  env: NodeJS.ProcessEnv;
}

/** Makes the machine in an empty folder. The mounts belong to the mount namespace of this process. */
export function makeMachine(root: string): Machine {
  unpackDebian(root);
  run('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  run('mount', ['--rbind', '/dev', join(root, 'dev')]);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) copyFileSync(file, join(root, file));
  writeFileSync(
    join(root, 'etc/passwd'),
    `${readFileSync(join(root, 'etc/passwd'), 'utf8')}${COLLECTOR.name}:x:${COLLECTOR.id}:${COLLECTOR.id}::${COLLECTOR.home}:/bin/sh\n`,
  );
  mkdirSync(join(root, COLLECTOR.home), { recursive: true });
  run('chown', [`${COLLECTOR.id}:${COLLECTOR.id}`, join(root, COLLECTOR.home)]);
  chmodSync(join(root, ROOT.home), 0o700);
  installNode(root);
  const machine = { root, env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', ...networkSettings(root) } };
  const version = run('chroot', [root, '/usr/bin/node', '--version']).trim();
  console.log(`      Debian ${SUITE} with Node ${version} and npm, nothing else`);
  return machine;
}

function unpackDebian(root: string): void {
  mkdirSync(root, { recursive: true, mode: 0o755 });
  run('tar', ['--extract', '--numeric-owner', `--file=${debian(SUITE)}`, '-C', root]);
}

/** The file of a bare Debian as a tar archive; made where it is not there, and kept for the next time. */
export function debian(suite: string, packages: string[] = []): string {
  const tarball = join(CACHE, `${[suite, ...packages].join('-')}-minbase.tar`);
  if (existsSync(tarball)) return tarball;
  if (!onPath('debootstrap')) {
    console.log('      installing debootstrap');
    run('apt-get', ['update']);
    run('apt-get', ['install', '--yes', '--no-install-recommends', 'debootstrap']);
  }
  console.log(`      making a base of Debian ${suite} (kept in ${CACHE} for the next time)`);
  mkdirSync(CACHE, { recursive: true });
  const root = mkdtempSync(join(CACHE, `${suite}-`));
  chmodSync(root, 0o755);
  try {
    const include = packages.length > 0 ? [`--include=${packages.join(',')}`] : [];
    run('debootstrap', ['--variant=minbase', ...include, suite, root, mirror()]);
    run('chroot', [root, 'apt-get', 'clean']);
    const unfinished = `${tarball}.${process.pid}`;
    run('tar', ['--create', '--one-file-system', '--numeric-owner', `--file=${unfinished}`, '-C', root, '.']);
    renameSync(unfinished, tarball);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return tarball;
}

/** The Debian mirror that apt uses on this machine. */
function mirror(): string {
  const asked = spawnSync('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(COMPONENT)'], {
    encoding: 'utf8',
  });
  const line = asked.stdout
    ?.split('\n')
    .find((target) => / Debian main$/.test(target) && !/security/.test(target));
  return line?.split(' ')[0] ?? DEFAULT_MIRROR;
}

/** Copies the Node and the npm of this machine, and no other program. */
function installNode(root: string): void {
  const node = onPath('node');
  const npm = onPath('npm');
  if (!node || !npm) throw new Error('node and npm of this machine were not found on the PATH');
  mkdirSync(join(root, 'usr/lib/node_modules'), { recursive: true });
  copyFileSync(realpathSync(node), join(root, 'usr/bin/node'));
  const package_ = dirname(dirname(realpathSync(npm)));
  cpSync(package_, join(root, 'usr/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, 'usr/bin', name));
  }
}

/** Finds a program of the machine itself, not one that was installed into the project. */
export function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function networkSettings(root: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of NETWORK_VARIABLES.flatMap((variable) => [variable, variable.toLowerCase()])) {
    if (process.env[name]) env[name] = process.env[name];
  }
  for (const name of NPM_SETTINGS) {
    const value = run(onPath('npm') ?? 'npm', ['config', 'get', name], { cwd: '/' }).trim();
    if (value !== '' && value !== 'null' && value !== 'undefined')
      env[`npm_config_${name.replaceAll('-', '_')}`] = value;
  }
  for (const file of new Set([env.NODE_EXTRA_CA_CERTS, env.SSL_CERT_FILE, env.npm_config_cafile])) {
    if (!file || !existsSync(file)) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  return env;
}

/** The processes that live inside the machine. */
export function processesIn(machine: Machine): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (readlinkSync(`/proc/${name}/root`) !== machine.root) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

/** Ends whatever still runs inside the machine. */
export function killAll(machine: Machine): void {
  for (const { pid } of processesIn(machine)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

/** Runs a program of the host; throws with its output when it fails. */
export function run(program: string, args: string[], options: { cwd?: string } = {}): string {
  return execFileSync(program, args, {
    ...options,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: hostPath() },
    maxBuffer: 64 * 1024 * 1024,
  });
}

function hostPath(): string {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  return [...folders, '/usr/sbin', '/sbin'].join(delimiter);
}
