import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../../support/processes.ts';
import { jars, source } from './opensearch-libraries.ts';

export { hasOpenSearch } from './opensearch-libraries.ts';

/** Java starts slowly on a machine that has other things to do. */
const PATIENCE = { timeout: 240_000, interval: 100 };
/** Fast to start rather than fast to run. */
const JAVA = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A real OpenSearch of one node, for a test. */
export interface OpenSearchServer {
  url: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Holds it still, so that connections stay open and nothing answers, or lets it go on. */
  hold(still: boolean): void;
  /** Starts it again at the same port, with what it had or without. */
  restart(options?: { empty?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Starts OpenSearch and waits until it answers. */
export async function startOpenSearch(): Promise<OpenSearchServer> {
  const [port, nodes] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'ece-opensearch-'));
  mkdirSync(join(folder, 'config'));
  const url = `http://127.0.0.1:${port}`;
  const launch = [...JAVA, '-cp', join(jars, '*'), join(source, 'Server.java')];
  const start = async () => {
    const child = spawn('java', [...launch, folder, String(port), String(nodes)], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let problems = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      problems = (problems + chunk.toString()).slice(-4000);
    });
    const answers = async () => {
      if (child.exitCode !== null) return;
      const { ok } = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`);
      if (!ok) throw new Error('it is not ready');
    };
    await vi.waitFor(answers, PATIENCE);
    if (child.exitCode !== null) throw new Error(`OpenSearch ended:\n${problems}`);
    return child;
  };
  let child: ChildProcess = await start();
  const server: OpenSearchServer = {
    url,
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    hold: (still) => void child.kill(still ? 'SIGSTOP' : 'SIGCONT'),
    async restart({ empty = false } = {}) {
      if (empty) rmSync(join(folder, 'data'), { recursive: true, force: true });
      child = await start();
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}
