import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { vi } from 'vitest';
import { freePort } from '../../support/processes.ts';
import { reach } from './reach.ts';

/** A real Redis server for a test. */
export interface RedisServer {
  url: string;
  port: number;
  child: ChildProcess;
  /** Runs a command by redis-cli and gives what it prints. */
  command(...args: string[]): string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const HIGHEST_OF_CLUSTER = 22_700;

/** Starts a Redis server that keeps nothing on disk. */
export async function startRedis(options: { cluster?: boolean } = {}): Promise<RedisServer> {
  let port = await freePort();
  // A cluster's nodes also listen ten thousand ports higher, which has to be below what the system hands out by itself.
  while (options.cluster && port > HIGHEST_OF_CLUSTER) port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ece-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  if (options.cluster) args.push('--cluster-enabled', 'yes', '--cluster-node-timeout', '2000');
  const start = async () => {
    const child = spawn('redis-server', [...args, '--dir', folder], { stdio: 'ignore' });
    await reach(port, () => child.exitCode === null);
    return child;
  };
  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    child: await start(),
    command: (...words) =>
      execFileSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...words], { encoding: 'utf8' }),
    async kill() {
      const gone = once(server.child, 'exit');
      server.child.kill('SIGKILL');
      await gone;
    },
    async restart() {
      server.child = await start();
    },
    async stop() {
      if (server.child.exitCode === null && server.child.signalCode === null) await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/** Starts a Redis Cluster of three masters and waits until it takes commands. */
export async function startCluster(): Promise<RedisServer[]> {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ cluster: true })));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
  const isUp = () =>
    nodes.every((node) => node.command('cluster', 'info').includes('cluster_state:ok')) ||
    Promise.reject(new Error('the cluster is not up'));
  await vi.waitFor(isUp, { timeout: 30_000, interval: 50 });
  return nodes;
}

/** Empties, kills and restarts Redis by turns until it is told to end; gives how often each happened. */
export function harass(server: RedisServer): { end(): Promise<{ emptied: number; killed: number }> } {
  const done = { emptied: 0, killed: 0 };
  let going = true;
  const loop = async () => {
    while (going) {
      await sleep(400);
      server.command('flushall');
      done.emptied++;
      await sleep(400);
      await server.kill();
      done.killed++;
      await sleep(400);
      await server.restart();
    }
  };
  const running = loop();
  return {
    async end() {
      going = false;
      await running;
      return done;
    },
  };
}
