import { atomically, type Database, type Tx } from './database.ts';

/** Memory of one index's build. */
const BUILD_MEMORY = '256MB';

/** A constraint or an index, and what makes it again. */
interface Dropped {
  table: string;
  drop: string;
  make: string;
}

/**
 * Does work that fills tables with millions of rows, without their indexes, keys and references, which are made
 * again and checked afterwards: sorting all rows once is many times faster than finding a place for each of them.
 * Only for tables that nobody else reads or writes meanwhile, as when an empty exchange is filled. Where the
 * process dies before the end, the tables stay without them, and what was filled must be thrown away.
 * @param tables with their schemas; the names come from the code, never from outside
 * @param remaking called when the work is done and the indexes are about to be made
 * @throws what the work throws; or, when rows break a key or a reference, what the database says of it
 */
export async function withoutIndexes<T>(
  db: Database,
  tables: readonly string[],
  work: () => Promise<T>,
  remaking: () => void = () => {},
): Promise<T> {
  const { references, keys } = await atomically(db, async (tx) => {
    const found = { references: await readReferences(tx, tables), keys: await readIndexes(tx, tables) };
    for (const { drop } of [...found.references, ...found.keys]) await tx.unsafe(drop);
    return found;
  });
  let result: T;
  try {
    result = await work();
  } finally {
    remaking();
    const byTable = [...Map.groupBy(keys, ({ table }) => table).values()];
    await Promise.all(byTable.map((own) => make(db, own)));
    // One after the other: each locks two tables.
    await make(db, references);
  }
  return result;
}

async function make(db: Database, dropped: Dropped[]): Promise<void> {
  await atomically(db, async (tx) => {
    await tx`select set_config('maintenance_work_mem', ${BUILD_MEMORY}, true), set_config('statement_timeout', '0', true)`;
    for (const each of dropped) await tx.unsafe(each.make);
  });
}

/** References from and to the tables. */
async function readReferences(tx: Tx, tables: readonly string[]): Promise<Dropped[]> {
  return await tx<Dropped[]>`
    select conrelid::regclass::text as table,
      format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
    from pg_constraint
    where contype = 'f' and (conrelid = any(${tables}::regclass[]) or confrelid = any(${tables}::regclass[]))
    order by conname`;
}

/** Keys and other indexes of the tables. */
async function readIndexes(tx: Tx, tables: readonly string[]): Promise<Dropped[]> {
  return await tx<Dropped[]>`
    select i.indrelid::regclass::text as table,
      case when c.oid is null then format('drop index %s', i.indexrelid::regclass)
        else format('alter table %s drop constraint %I', i.indrelid::regclass, c.conname) end as drop,
      case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table %s add constraint %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
        end as make
    from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x')
    where i.indrelid = any(${tables}::regclass[]) order by i.indexrelid`;
}
