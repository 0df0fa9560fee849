import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '../setup/database.ts';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));
/** Stops a server whose tests are gone, however they ended. */
const watch = new URL('../../server/bin/parent-watch.mjs', import.meta.url).href;

/** A process of the exchange under test. */
export interface ServerProcess {
  url: string;
  child: ChildProcess;
  /** All that it has written. */
  output(): string;
  /** Asks it to stop and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Where Node keeps what it has compiled: many processes of the same files come up in half the time. */
const compiled = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'ece-compile-cache');

/** Servers that run: none outlives the tests, even when those are cut short. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Ports that were handed out: nobody listens on one until its server is up. */
const taken = new Set<number>();

/**
 * A port that is free now, below the range that the system hands out by itself, so that nobody else gets it
 * before its server is up.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(10_000);
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** ECE_ settings of processes that share a test's database, chain and folder, with secrets of their own. */
export function sharedSettings(
  { host, port, user, database }: TestDatabase['connection'],
  chainUrl: string,
  folder: string,
): Record<string, string> {
  return {
    ECE_DATABASE_URL: `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`,
    ECE_SOLANA_URL: chainUrl,
    ECE_DATA_DIR: folder,
    ECE_DATABASE_POOL: '5',
    ECE_TOKEN_SECRET: randomBytes(32).toString('hex'),
    ECE_INTERNAL_SECRET: randomBytes(32).toString('hex'),
    ECE_KEYS_PASSPHRASE: 'sesame opens the keys',
  };
}

/** Starts `ece serve` and waits until it is ready. */
export async function startServer(
  args: string[],
  env: Record<string, string>,
  port: number,
  path = '/health/ready',
): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', watch, main, 'serve', ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiled, ...env, ECE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  running.add(child);
  const exited = once(child, 'exit').then(() => running.delete(child));
  const url = `http://localhost:${port}`;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}:\n${text}`);
    const answer = await fetch(`${url}${path}`).catch(() => undefined);
    if (answer?.ok && child.exitCode === null) break;
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return {
    url,
    child,
    output: () => text,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await exited;
      }
      return child.exitCode;
    },
  };
}
