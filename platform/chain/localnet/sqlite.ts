import type { DatabaseSync } from 'node:sqlite';

/**
 * Opens a SQLite file (or `:memory:`) with Node's built-in driver. Early Node 24 releases print an
 * experimental warning when the module loads; it says nothing to the user and is dropped.
 */
export function openSqlite(path: string, busyTimeoutMs: number): DatabaseSync {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    const sqlite = process.getBuiltinModule('node:sqlite');
    return new sqlite.DatabaseSync(path, { timeout: busyTimeoutMs });
  } finally {
    process.emitWarning = emitWarning;
  }
}
