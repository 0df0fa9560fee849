import type { Sql } from '@ece/platform/db/database';

/** The time by the clock of the database. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}

/** What the database says of itself. */
export async function readDatabase(
  sql: Sql,
): Promise<{ bytes: number; connections: number; version: string; milliseconds: number }> {
  const began = performance.now();
  await sql`select 1`;
  const milliseconds = performance.now() - began;
  const [row] = await sql<{ bytes: number; connections: number; version: string }[]>`
    select pg_database_size(current_database())::float8 as bytes, current_setting('server_version') as version,
      (select count(*)::int from pg_stat_activity where datname = current_database()) as connections`;
  return { ...row!, milliseconds };
}
