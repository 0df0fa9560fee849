import type { Database } from '@ece/platform/db/database';

/** What a database holds, table by table: `schema.table` to a word that changes with every write to it. */
export type State = Map<string, string>;

/**
 * Makes a function that reads the state. Rows count by their number and by the youngest transaction that
 * wrote one of them, so that inserts, updates and deletes show, while locks and rolled back writes do not.
 */
export async function stateReader(db: Database): Promise<() => Promise<State>> {
  const tables = await db<{ name: string }[]>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema', 'public') order by 1`;
  const query = tables
    .map(
      ({ name }) => `select '${name}' as name, count(*) || '/' || coalesce(max(xmin::text::bigint), 0) as word
      from ${name}`,
    )
    .join(' union all ');
  return async () => {
    const rows = await db.unsafe<{ name: string; word: string }[]>(query);
    return new Map(rows.map(({ name, word }) => [name, word]));
  };
}

/** The tables in which two states differ. */
export function changed(before: State, after: State): string[] {
  return [...after].filter(([name, word]) => before.get(name) !== word).map(([name]) => name);
}
