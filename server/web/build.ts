import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compressAssets } from './compress.ts';
import { sourceHash } from './sources.ts';

/** A build of the web app, ready to be served. */
export interface WebBuild {
  /** Its folder, relative to `apps/web`. */
  dist: string;
  /** False where an earlier build fitted. */
  fresh: boolean;
}

export interface BuildOptions {
  /** The project's folder. */
  root: string;
  signal?: AbortSignal;
}

/** The web app could not be built; the message ends with what the builder said last. */
export class WebBuildFailed extends Error {}

const LAST_CHARACTERS = 3000;
const LOOK_AGAIN_MS = 250;
/** Builds that are kept besides those that are being served: the newest, and one for a branch that is switched back to. */
const KEPT = 2;

/**
 * Builds the web app unless its present sources have been built already. Of several processes that want the
 * same build one makes it and the others wait.
 * @throws WebBuildFailed; an AbortError when it is not wanted any more
 */
export async function buildWeb({ root, signal }: BuildOptions): Promise<WebBuild> {
  const app = join(root, 'apps/web');
  const hash = sourceHash(root);
  const dist = `.next/${hash}`;
  const done = join(app, dist, 'complete');
  mkdirSync(join(app, '.next'), { recursive: true });
  const lock = join(app, `.next/${hash}.lock`);
  for (;;) {
    signal?.throwIfAborted();
    if (existsSync(done)) return { dist, fresh: false };
    if (take(lock)) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  try {
    rmSync(join(app, dist), { recursive: true, force: true });
    await runBuilder(app, dist, signal);
    await compressAssets(join(app, dist, 'static'));
    writeFileSync(done, `${new Date().toISOString()}\n`);
    forgetOthers(app, hash);
    return { dist, fresh: true };
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Takes a lock file, also one whose owner has died. */
function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (owner > 0 && !isAlive(owner)) rmSync(path, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function runBuilder(app: string, dist: string, signal: AbortSignal | undefined): Promise<void> {
  const next = createRequire(join(app, 'package.json')).resolve('next/dist/bin/next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: app,
    env: { ...webEnvironment(), ECE_WEB_DIST: dist },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    const { code, said } = await finished(child);
    if (code !== 0) throw new WebBuildFailed(`the web app cannot be built:\n${said.trim()}`);
  } finally {
    process.off('exit', kill);
  }
}

function finished(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (text: Buffer) => {
        said = (said + text.toString()).slice(-LAST_CHARACTERS);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** What the processes of the web app inherit; the exchange's own settings and secrets are not among it. */
export function webEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, NODE_EXTRA_CA_CERTS } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    LANG,
    NODE_EXTRA_CA_CERTS,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

const IN_USE = 'served-by-';

/**
 * Notes in a build that a process serves it: it is not deleted as long as that process lives, however many builds of
 * other sources are made beside it.
 * @param folder of the build; where it cannot be written, as in an image, nobody deletes anything
 */
export function noteUse(folder: string, pid: number): void {
  try {
    isInUse(folder);
    writeFileSync(join(folder, `${IN_USE}${pid}`), '');
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Whether a process that lives serves a build; notes of those that have ended go. */
function isInUse(folder: string): boolean {
  let inUse = false;
  for (const name of readdirSync(folder).filter((each) => each.startsWith(IN_USE))) {
    if (isAlive(Number(name.slice(IN_USE.length)))) inUse = true;
    else rmSync(join(folder, name), { force: true });
  }
  return inUse;
}

/** Deletes builds of other sources, those that are served and the newest ones excepted. */
function forgetOthers(app: string, hash: string): void {
  const builds = readdirSync(join(app, '.next'))
    .filter((name) => name !== hash && existsSync(join(app, '.next', name, 'complete')))
    .map((name) => ({ name, at: readFileSync(join(app, '.next', name, 'complete'), 'utf8') }))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  for (const { name } of builds.slice(KEPT - 1)) {
    if (isInUse(join(app, '.next', name))) continue;
    rmSync(join(app, '.next', name), { recursive: true, force: true });
  }
}
