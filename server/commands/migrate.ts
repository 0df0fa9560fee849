import { openDatabase } from '@ece/platform/db/database';
import { migrate } from '@ece/platform/db/migrate';
import { joinStack } from '../embedded/stack.ts';
import { migrationSources } from '../roles.ts';
import { type CommonOptions, settings } from './settings.ts';

/** `ece migrate`: applies what the database lacks. Several may run at once. */
export async function migrateOnly(options: CommonOptions): Promise<void> {
  const config = settings(options, { signs: false });
  const stack = await joinStack(config, () => {});
  const db = openDatabase(stack.database, { max: 2, name: 'ece', pooler: config.databasePooler });
  const applied = await migrate(db, migrationSources);
  console.log(
    applied.length > 0 ? applied.map((name) => `applied ${name}`).join('\n') : 'The database is up to date.',
  );
  await db.end({ timeout: 5 });
  await stack.stop();
}
