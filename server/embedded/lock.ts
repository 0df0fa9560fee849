import { DatabaseSync } from 'node:sqlite';

/** A folder held by this process; the kernel frees it when the process ends, however it ends. */
export interface FileLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes an exclusive lock on a file, creating it when missing.
 * SQLite's exclusive transaction is the portable way to a kernel file lock in Node: unlike a pid file it
 * cannot go stale, and a child process does not inherit it.
 * @returns the lock, or undefined when another live process holds it
 */
export function lockFile(path: string): FileLock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}
