import { type ConnectionParts, type Database, openDatabase } from '@ece/platform/db/database';
import { type MigrationSource, migrate } from '@ece/platform/db/migrate';
import { platformMigrations } from '@ece/platform/db/platform-migrations';
import { vaultMigrations } from '@ece/vault';
import { testDatabase } from '../setup/database.ts';

export interface ServiceDatabase {
  db: Database;
  connection: ConnectionParts;
  /** Closes the pool and deletes the database. */
  close(): Promise<void>;
}

/** A database of its own for a test file, with the tables of the platform, the vault and some services. */
export async function serviceDatabase(sources: MigrationSource[] = []): Promise<ServiceDatabase> {
  const { connection, drop } = await testDatabase();
  const db = openDatabase(connection, { max: 10, name: 'test' });
  await migrate(db, [platformMigrations, vaultMigrations, ...sources]);
  return {
    ...{ db, connection },
    async close() {
      await db.end({ timeout: 1 });
      await drop();
    },
  };
}
