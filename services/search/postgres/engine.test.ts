import { serviceDatabase } from '../../../tests/support/service-database.ts';
import { search } from '../api.ts';
import { conformance } from '../test-conformance.ts';
import { createPostgresEngine } from './engine.ts';

conformance('PostgreSQL', async () => {
  const { db, close } = await serviceDatabase([search.migrations]);
  return { engine: createPostgresEngine(db), close };
});
