import { openDatabase } from '@ece/platform/db/database';
import { afterEach, expect, test } from 'vitest';
import type { TestDatabase } from '../setup/database.ts';
import { type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';
import { type Pooler, startPooler } from './support/pooler.ts';

let pooler: Pooler | undefined;
let exchange: ShapedExchange | undefined;
afterEach(async () => {
  await exchange?.stop();
  await pooler?.stop();
  exchange = undefined;
  pooler = undefined;
});

async function throughPooler({ connection }: TestDatabase): Promise<Record<string, string>> {
  pooler = await startPooler(connection);
  return { ECE_DATABASE_URL: pooler.url, ECE_DATABASE_POOLER: 'true' };
}

async function limit({ connection }: TestDatabase): Promise<void> {
  const db = openDatabase(connection, { max: 1 });
  for (const setting of ['statement_timeout', 'idle_in_transaction_session_timeout']) {
    await db.unsafe(
      `alter role ${connection.user} in database ${connection.database} set ${setting} = '30s'`,
    );
  }
  await db.end({ timeout: 1 });
}

test('the story holds through PgBouncer with a process for each role, and every process ends orderly', async () => {
  exchange = await startShape('roles', async (database) => {
    await limit(database);
    return await throughPooler(database);
  });
  expect(await tell(exchange)).toMatch(/The end: \d+ proofs held/);
  const { transactions, mostConnections } = await pooler!.figures();
  expect(transactions).toBeGreaterThan(1000);
  expect(mostConnections).toBeLessThan(exchange.servers.size);
  const codes = await exchange.stop();
  const said = exchange.output();
  exchange = undefined;
  expect(
    codes.filter((code) => code !== 0),
    said,
  ).toEqual([]);
  expect(said).not.toMatch(/prepared statement|unsupported startup parameter/);
}, 480_000);

test('a process says which limits the role lacks, and does not start', async () => {
  const starting = startShape('one', throughPooler);
  await expect(starting).rejects.toThrow(/statement_timeout = '30s'/);
}, 120_000);
