import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removePostgres } from '../../server/embedded/postgres.ts';
import type { Progress } from '../../server/progress.ts';

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/** Opens what `npm start` opens the first time, with its pages, in a temporary folder, for the time of some work. */
export async function withDemo<T>(progress: Progress, work: (url: string) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), 'ece-bench-'));
  // PostgreSQL runs as somebody else when this runs as root.
  chmodSync(data, 0o711);
  progress.step('Opening a demo exchange with its pages');
  const port = await freePort();
  const child = spawn(process.execPath, [main, 'start', '--port', String(port), '--data', data], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(child, 'exit');
  try {
    let said = '';
    const opened = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text: Buffer) => {
          said = (said + text.toString()).slice(-4000);
          if (said.includes('The exchange is open at')) resolve();
        });
      }
    });
    await Promise.race([
      opened,
      ended.then(() => {
        throw new Error(`the demo exchange ended:\n${said}`);
      }),
    ]);
    return await work(`http://localhost:${port}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', kill);
    await removePostgres(join(data, 'postgres')).catch(() => {});
    rmSync(data, { recursive: true, force: true });
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
