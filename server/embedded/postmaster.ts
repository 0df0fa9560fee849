import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './errors.ts';

/** What PostgreSQL writes about itself into its data directory. */
export interface Postmaster {
  pid: number;
  port: number;
  socketDir: string;
  ready: boolean;
}

/** The first part of the name of the folders that hold our sockets when the data folder's path is too long. */
export const SOCKET_DIR_PREFIX = 'ece-pg-';

const POLL_MS = 20;
const PATIENCE_MS = { SIGINT: 60_000, SIGQUIT: 10_000, SIGKILL: 10_000 } as const;

/** Reads `postmaster.pid`; undefined when there is none or it is not complete yet. */
export function readPostmaster(clusterDir: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return { pid, port: Number(lines[3]), socketDir: lines[4] ?? '', ready: lines[7]?.trim() === 'ready' };
}

/** Whether a process is the PostgreSQL server of this very cluster; a process id alone may have been reused. */
export function isPostmasterOf(clusterDir: string, pid: number): boolean {
  const command = commandOf(pid);
  return command.includes('postgres') && command.includes(`-D ${clusterDir}`);
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    }
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/**
 * Stops a server: asks it to end all sessions and shut down, and insists when it does not.
 * Gives back as soon as the process is gone.
 */
export async function stopPostmaster(clusterDir: string, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isPostmasterOf(clusterDir, pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw new EmbeddedPostgresError(
        'data_in_use',
        `PostgreSQL (process ${pid}) of another user is running on ${clusterDir}. Stop it, or choose another folder with --data.`,
        { cause: error },
      );
    }
    const deadline = performance.now() + PATIENCE_MS[signal];
    while (performance.now() < deadline) {
      if (!isPostmasterOf(clusterDir, pid)) return;
      await sleep(POLL_MS);
    }
  }
  throw new EmbeddedPostgresError('failed', `PostgreSQL (process ${pid}) does not stop.`);
}

/**
 * Clears away what a start that was killed has left behind: a server that lives on, its socket folder, and a
 * `postmaster.pid` that would block the next start when its process id has been reused.
 * The caller holds the lock of the cluster, so nobody is using it.
 */
export async function clearLeftovers(clusterDir: string): Promise<void> {
  const left = readPostmaster(clusterDir);
  if (left) await stopPostmaster(clusterDir, left.pid);
  rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
  if (left && basename(left.socketDir).startsWith(SOCKET_DIR_PREFIX) && dirname(left.socketDir) !== '/') {
    rmSync(left.socketDir, { recursive: true, force: true });
  }
}
