import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A local chain in a process of its own. */
export interface EmbeddedChain {
  /** JSON-RPC address. */
  url: string;
  /** Settles when the process has ended, whether it was asked to or not. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

export interface ChainOptions {
  /** Folder of the ledger; undefined keeps it in memory. */
  dataDir?: string;
  port?: number;
  /** Length of a slot in milliseconds. */
  slotMs: number;
  /** Slots until a slot counts as finalized. */
  finalityLag: number;
  /** Takes accounts that no transaction made, for seeds; default false. */
  loadable?: boolean;
}

const program = fileURLToPath(new URL('../../platform/chain/localnet/main.ts', import.meta.url));
const PATIENCE_MS = 10_000;

/**
 * Starts the local Solana chain as a child process. It stops by itself when this process dies.
 * @throws when it does not come up, with its own words
 */
export async function startChain(options: ChainOptions): Promise<EmbeddedChain> {
  const args = [
    ...(options.dataDir ? ['--data', options.dataDir] : []),
    ...(options.port ? ['--port', `${options.port}`] : []),
    ...(options.loadable ? ['--loadable'] : []),
    ...['--slot-ms', `${options.slotMs}`, '--finality-lag', `${options.finalityLag}`],
  ];
  // Ctrl-C reaches this process, which stops the chain after everything that uses it.
  const child = fork(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2000);
  });
  const exited = once(child, 'exit').then(() => undefined);
  const url = await firstUrl(child, () => said);
  return { url, exited, stop: () => stop(child, exited) };
}

function firstUrl(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the local chain ended with ${signal ?? code}\n${said()}`.trim())),
    );
    createInterface({ input: child.stdout! }).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(insist);
}
