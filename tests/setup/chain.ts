import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A local chain in a process of its own. */
export interface ChainProcess {
  /** JSON-RPC address. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a local chain that lives in memory, in a child process so that its work does not hold up the tests.
 * @param slotMs length of a slot in milliseconds
 * @param finalityLag slots until a slot counts as finalized
 */
export async function startChain(slotMs: number, finalityLag: number): Promise<ChainProcess> {
  const program = fileURLToPath(new URL('../../platform/chain/localnet/main.ts', import.meta.url));
  const child = fork(program, ['--slot-ms', `${slotMs}`, '--finality-lag', `${finalityLag}`], {
    // Ctrl-C reaches the test run, which then stops the chain; a chain whose parent died stops by itself.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return { url: await firstUrl(child), stop: () => stop(child) };
}

function firstUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`the local chain ended with ${signal ?? code}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(insist);
}
