import type { Sql } from '@ece/platform/db/database';
import { consumerLag } from '@ece/platform/outbox/reader';
import { eventually } from './eventually.ts';

const PATIENCE_MS = 60_000;

/**
 * Waits until readers of events may see all that has been committed up to now. They read nothing that a
 * transaction under way could still precede, and transactions of other test files are under way on the same
 * server.
 */
export async function untilVisible(sql: Sql): Promise<void> {
  const [now] = await sql<{ xid: string }[]>`select pg_snapshot_xmax(pg_current_snapshot())::text as xid`;
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await sql<{ over: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot()) >= ${now!.xid}::xid8 as over`;
    if (row!.over) return;
    if (performance.now() > end)
      throw new Error('a transaction of another database is under way for a minute');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Waits until the durable consumers have passed everything that has been committed up to now, and what they
 * have marked is made anew.
 */
export async function untilConsumed(sql: Sql): Promise<void> {
  await untilVisible(sql);
  await eventually(async () => {
    const lags = await consumerLag(sql);
    const [marks] = await sql<{ left: bigint }[]>`
      select (select count(*) from marketdata.marks) + (select count(*) from search.marks) as left`;
    return lags.every(({ events }) => events === 0n) && marks!.left === 0n;
  });
}
