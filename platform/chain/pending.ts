import type { Sql } from '../db/database.ts';

/** Chain transactions that have not ended: how many, and the age of the oldest in seconds. */
export async function pendingTransactions(sql: Sql): Promise<{ pending: number; oldestSeconds: number }> {
  const [row] = await sql<{ pending: number; oldestSeconds: number }[]>`
    select count(*)::int as pending,
      coalesce(extract(epoch from clock_timestamp() - min(requested_at)), 0)::float8 as "oldestSeconds"
    from platform.chain_transactions where state in ('requested', 'signed', 'sent')`;
  return row!;
}
