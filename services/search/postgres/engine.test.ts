import { expect, test } from 'vitest';
import { serviceDatabase } from '../../../tests/support/service-database.ts';
import { search } from '../api.ts';
import { SearchTooSlow } from '../engine.ts';
import { aQuery, conformance } from '../test-conformance.ts';
import { createPostgresEngine } from './engine.ts';

conformance('PostgreSQL', async () => {
  const { db, close } = await serviceDatabase([search.migrations]);
  return { engine: createPostgresEngine(db), close };
});

test('a query that is held up is cut off and told as too slow', async () => {
  const { db, close } = await serviceDatabase([search.migrations]);
  const free = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holder = db.begin(async (tx) => {
    await tx`lock table search.documents_a in access exclusive mode`;
    held.resolve();
    await free.promise;
  });
  await held.promise;
  const engine = createPostgresEngine(db);
  await expect(engine.search(aQuery('fox'))).rejects.toBeInstanceOf(SearchTooSlow);
  await expect(engine.suggest('fox', 5)).rejects.toBeInstanceOf(SearchTooSlow);
  free.resolve();
  await holder;
  await close();
});
