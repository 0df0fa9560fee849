import type { Sql } from '@ece/platform/db/database';

/** The time by the clock of the database. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}
