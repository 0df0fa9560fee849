import { atomically, type Database, type Tx } from '../db/database.ts';

/**
 * Does something with a batch of rows in one transaction, and wakes the relay when there were any.
 * @param lock locks the rows and gives them; processes that call it at once share the work
 * @param act is not called with an empty batch
 * @returns how many rows there were
 */
export async function actOnBatch<Row>(
  context: { db: Database; hint(): void },
  lock: (tx: Tx) => Promise<Row[]>,
  act: (tx: Tx, rows: Row[]) => Promise<unknown>,
): Promise<number> {
  const count = await atomically(context.db, async (tx) => {
    const rows = await lock(tx);
    if (rows.length > 0) await act(tx, rows);
    return rows.length;
  });
  if (count > 0) context.hint();
  return count;
}
