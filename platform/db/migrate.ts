import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database, Sql } from './database.ts';

/** A migration file differs from what was applied to this database. */
export class MigrationChanged extends Error {
  constructor(name: string) {
    super(
      `migration ${name} was changed after it had been applied; this database was made by another version of the ` +
        'code (`ece reset` deletes an embedded one)',
    );
  }
}

/** A folder of forward SQL files, `0001-name.sql`, applied in the order of their names. */
export interface MigrationSource {
  /** Who owns the files; part of their identity. */
  name: string;
  folder: URL;
}

const LOCK = 0x45_43_45;

/**
 * Applies every file that has not been applied yet: sources in the order given, each file in a transaction
 * of its own. Several processes may call it at once; one works and the others wait. A file that was changed
 * after it had been applied stops the start.
 * @returns the names of the files applied now
 */
export async function migrate(db: Database, sources: MigrationSource[]): Promise<string[]> {
  const applied: string[] = [];
  const connection = await db.reserve();
  try {
    // Neither a long migration nor the wait for one in another process is a statement that hangs.
    await connection`set statement_timeout = 0`;
    await connection`select pg_advisory_lock(${LOCK})`;
    await connection.unsafe(`
      create schema if not exists platform;
      create table if not exists platform.migrations (
        name text primary key, digest text not null, applied_at timestamptz not null default now());`);
    const rows = await connection<
      { name: string; digest: string }[]
    >`select name, digest from platform.migrations`;
    const done = new Map(rows.map((row) => [row.name, row.digest]));
    for (const source of sources) {
      for (const file of await migrationFiles(source.folder)) {
        const name = `${source.name}/${file}`;
        const text = await readFile(new URL(file, source.folder), 'utf8');
        const digest = createHash('sha256').update(text).digest('hex');
        if (done.has(name)) {
          if (done.get(name) !== digest) throw new MigrationChanged(name);
          continue;
        }
        await apply(connection, name, text, digest);
        applied.push(name);
      }
    }
  } finally {
    await connection`select pg_advisory_unlock(${LOCK})`.catch(() => {});
    await connection`reset statement_timeout`.catch(() => {});
    connection.release();
  }
  return applied;
}

/** The file and the note that it was applied are one transaction. */
async function apply(connection: Sql, name: string, text: string, digest: string): Promise<void> {
  try {
    await connection.unsafe('begin');
    await connection.unsafe(text);
    await connection`insert into platform.migrations (name, digest) values (${name}, ${digest})`;
    await connection.unsafe('commit');
  } catch (error) {
    await connection.unsafe('rollback').catch(() => {});
    throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}

async function migrationFiles(folder: URL): Promise<string[]> {
  const files = await readdir(fileURLToPath(folder));
  return files.filter((file) => file.endsWith('.sql')).sort();
}
