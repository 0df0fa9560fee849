import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Database, Sql, Tx } from './database.ts';

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
 * of its own. Several processes may call it at once, also through a pooler: each file is applied by one, and the
 * others wait. A file that was changed after it had been applied stops the start.
 * @returns the names of the files applied now
 */
export async function migrate(db: Database, sources: MigrationSource[]): Promise<string[]> {
  await alone(db, (tx) =>
    tx.unsafe(`
      create schema if not exists platform;
      create table if not exists platform.migrations (
        name text primary key, digest text not null, applied_at timestamptz not null default now());`),
  );
  const before = await digests(db);
  const applied: string[] = [];
  for (const source of sources) {
    for (const file of await migrationFiles(source.folder)) {
      const text = await readFile(new URL(file, source.folder), 'utf8');
      const name = `${source.name}/${file}`;
      const digest = createHash('sha256').update(text).digest('hex');
      if (isApplied(before, name, digest)) continue;
      if (await apply(db, { name, text, digest })) applied.push(name);
    }
  }
  return applied;
}

/** The files that were applied to this database, with their digests. */
async function digests(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; digest: string }[]>`select name, digest from platform.migrations`;
  return new Map(rows.map((row) => [row.name, row.digest]));
}

function isApplied(applied: Map<string, string>, name: string, digest: string): boolean {
  const known = applied.get(name);
  if (known !== undefined && known !== digest) throw new MigrationChanged(name);
  return known !== undefined;
}

/**
 * Applies a file unless another process has done it by now; gives whether it did. The file and the note that it
 * was applied are one transaction.
 */
function apply(db: Database, file: { name: string; text: string; digest: string }): Promise<boolean> {
  const { name, text, digest } = file;
  return alone(db, async (tx) => {
    if (isApplied(await digests(tx), name, digest)) return false;
    try {
      await tx.unsafe(text);
      await tx`insert into platform.migrations (name, digest) values (${name}, ${digest})`;
    } catch (error) {
      throw new Error(`migration ${name} failed: ${(error as Error).message}`, { cause: error });
    }
    return true;
  });
}

/** A transaction that no other process migrates beside. */
async function alone<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return (await db.begin(async (tx) => {
    // Neither a long migration nor the wait for one in another process is a statement that hangs.
    await tx`set local statement_timeout = 0`;
    await tx`set local idle_in_transaction_session_timeout = 0`;
    await tx`select pg_advisory_xact_lock(${LOCK})`;
    return await work(tx);
  })) as T;
}

async function migrationFiles(folder: URL): Promise<string[]> {
  const files = await readdir(fileURLToPath(folder));
  return files.filter((file) => file.endsWith('.sql')).sort();
}
