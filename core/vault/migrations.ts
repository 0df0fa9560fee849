import type { MigrationSource } from '@ece/platform/db/migrate';

/** The vault's tables. */
export const vaultMigrations: MigrationSource = {
  name: 'vault',
  folder: new URL('./migrations/', import.meta.url),
};
