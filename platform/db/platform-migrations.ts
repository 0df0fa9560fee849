import type { MigrationSource } from './migrate.ts';

/** The platform's own tables: events, consumers, idempotency keys. They come before every service's. */
export const platformMigrations: MigrationSource = {
  name: 'platform',
  folder: new URL('../migrations/', import.meta.url),
};
