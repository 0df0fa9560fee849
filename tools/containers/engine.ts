import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must, run, type Said } from '../deploy/programs.ts';

/** A Docker engine of this run alone. */
export interface Engine {
  /** Runs the `docker` of the engine's package. */
  docker(args: string[], options?: { input?: string; seconds?: number }): Promise<string>;
  /** Runs `docker compose` on the files of the stack. */
  compose(args: string[], options?: { seconds?: number }): Promise<Said>;
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** Starts an engine whose files are all in a folder, and waits until it answers. */
export async function startEngine(options: {
  folder: string;
  dockerd: string;
  compose: string;
  files: string[];
  env: NodeJS.ProcessEnv;
  /** Leaves the folder as it is when the engine stops. */
  keep: boolean;
}): Promise<Engine> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const log = join(folder, 'engine.log');
  const out = openSync(log, 'w');
  const child: ChildProcess = spawn(
    options.dockerd,
    [
      ...['--host', socket, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--log-level', 'error'],
    ],
    { stdio: ['ignore', out, out], detached: true },
  );
  const env = {
    ...process.env,
    ...options.env,
    DOCKER_HOST: socket,
    DOCKER_BUILDKIT: '1',
    BUILDX_GIT_INFO: '0',
  };
  const client = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker';
  const files = options.files.flatMap((file) => ['--file', file]);
  const stop = async () => {
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
    if (!options.keep) rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    const answer = await run(client, ['version'], { env });
    if (answer.code === 0) break;
    if (child.exitCode !== null || tries > 120) {
      const said = readFileSync(log, 'utf8').slice(-2000);
      await stop();
      throw new Error(`the Docker engine does not come up:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return {
    env,
    docker: (args, { input, seconds } = {}) => must(client, args, { env, input, seconds: seconds ?? 300 }),
    compose: (args, { seconds } = {}) =>
      run(options.compose, [...files, ...args], { env, seconds: seconds ?? 300 }),
    stop,
  };
}
