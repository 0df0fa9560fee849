import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { find, must, run, type Said } from '../deploy/programs.ts';

/** A Docker engine: that of the machine where one runs, otherwise one of this run alone. */
export interface Engine {
  /** Runs `docker`. */
  docker(args: string[], options?: { input?: string; seconds?: number }): Promise<string>;
  /** Runs `docker compose` on the files of the stack. */
  compose(args: string[], options?: { seconds?: number }): Promise<Said>;
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

interface EngineOptions {
  folder: string;
  dockerd: string;
  compose: string;
  files: string[];
  env: NodeJS.ProcessEnv;
  /** Leaves the folder as it is when the engine stops. */
  keep: boolean;
}

/** Finds the machine's engine, or starts one whose files are all in a folder. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const client = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
  const env = { ...process.env, ...options.env, DOCKER_BUILDKIT: '1', BUILDX_GIT_INFO: '0' };
  const files = options.files.flatMap((file) => ['--file', file]);
  const engine = (over: NodeJS.ProcessEnv, stop: () => Promise<void>): Engine => ({
    env: over,
    docker: (args, { input, seconds } = {}) =>
      must(client, args, { env: over, input, seconds: seconds ?? 300 }),
    compose: (args, { seconds } = {}) =>
      run(options.compose, [...files, ...args], { env: over, seconds: seconds ?? 300 }),
    stop,
  });
  // A second engine would change the machine's network under the first one.
  if ((await run(client, ['version'], { env })).code === 0) return engine(env, async () => {});
  const own = await startOwn(options, client, env);
  return engine(own.env, own.stop);
}

/** The bridge of the stack's network; `tests/containers/compose.yaml` names it so. */
const BRIDGE = 'ece-containers';

/**
 * Lets containers of our bridge reach each other, where an engine that has run on this machine has left the rule that
 * nobody is forwarded to. Nobody else is let through by it.
 * @returns what takes the rule away again
 */
async function openBridge(): Promise<() => Promise<void>> {
  const rule = ['FORWARD', '-i', BRIDGE, '-o', BRIDGE, '-j', 'ACCEPT'];
  const iptables = (action: string) => run(find('iptables')!, ['-w', action, ...rule]);
  if ((await iptables('--check')).code !== 0) await iptables('--insert');
  return async () => void (await iptables('--delete'));
}

async function startOwn({ folder, dockerd, keep }: EngineOptions, client: string, env: NodeJS.ProcessEnv) {
  mkdirSync(folder, { recursive: true });
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const log = join(folder, 'engine.log');
  const out = openSync(log, 'w');
  const child: ChildProcess = spawn(
    dockerd,
    [
      ...['--host', socket, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--log-level', 'error'],
      // Containers talk among themselves and to this machine alone, so it changes no rule of the machine's.
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false'],
    ],
    { stdio: ['ignore', out, out], detached: true },
  );
  const closeBridge = await openBridge();
  const stop = async () => {
    await closeBridge();
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    // What a cut run has left mounted is never followed into.
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
      spawnSync('umount', ['--lazy', mount]);
    }
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  const own = { ...env, DOCKER_HOST: socket };
  for (let tries = 0; ; tries++) {
    if ((await run(client, ['version'], { env: own })).code === 0) return { env: own, stop };
    if (child.exitCode !== null || tries > 240) {
      const said = readFileSync(log, 'utf8').slice(-2000);
      await stop();
      throw new Error(`the Docker engine does not come up:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
