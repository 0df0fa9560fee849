import type { PendingQuery, Row } from 'postgres';
import type { Database, Sql } from './db/database.ts';

/** The invariants of the exchange, by number, and A1: the audit trail is whole. */
export type InvariantName = 'A1' | 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';

/** A thing that breaks an invariant. */
export interface Finding {
  /** Its kind and id: `account 0199…`. */
  subject: string;
  /** What is wrong, in words that are equal for every such fault. */
  problem: string;
  /** What was expected, what was found, and what else names the damage. */
  detail: string | null;
}

/** What a check found. `findings` holds the first of them, `total` counts them all. */
export interface CheckReport {
  /** Rows or things looked at. */
  checked: number;
  findings: Finding[];
  total: number;
}

/** Reads of one moment of the database. Each call is a moment of its own. */
export type Snapshot = <T>(read: (sql: Sql) => Promise<T>) => Promise<T>;

/** Checks a part of an invariant; the owner of the tables writes it. It changes nothing. */
export interface InvariantCheck {
  invariant: InvariantName;
  /** What is compared with what. */
  title: string;
  /** It compares two systems that are never read at one moment: only what a later run finds again counts. */
  acrossSystems?: boolean;
  run(snapshot: Snapshot): Promise<CheckReport>;
}

/** A query that becomes part of another one. */
export type Relation = PendingQuery<Row[]>;

/** Most findings that a report spells out. */
export const MOST_FINDINGS = 50;

/** Findings, and how many there are altogether. */
export type Found = Omit<CheckReport, 'checked'>;

/** Runs a query whose rows are findings: `subject`, `problem` and `detail`, all text. */
export async function findBy(sql: Sql, query: Relation): Promise<Found> {
  const rows = await sql<(Finding & { total: bigint })[]>`
    select subject, problem, detail, count(*) over () as total from (${query}) f limit ${MOST_FINDINGS}`;
  return {
    findings: rows.map(({ subject, problem, detail }) => ({ subject, problem, detail })),
    total: Number(rows[0]?.total ?? 0n),
  };
}

/** Puts the parts of a report together. */
export function reportOf(checked: number | bigint, ...parts: Found[]): CheckReport {
  return {
    checked: Number(checked),
    findings: parts.flatMap((part) => part.findings).slice(0, MOST_FINDINGS),
    total: parts.reduce((sum, part) => sum + part.total, 0),
  };
}

/** What a check by SQL alone is made of. */
export interface SqlCheck {
  /** One row with the count of what is looked at as `n`. */
  count: Relation;
  /** Queries whose rows are findings; see `findBy`. */
  findings: Relation[];
}

/** A check of one moment of the database. */
export function sqlCheck(
  invariant: InvariantName,
  title: string,
  parts: (sql: Sql) => SqlCheck,
): InvariantCheck {
  return {
    invariant,
    title,
    run: (snapshot) =>
      snapshot(async (sql) => {
        const { count, findings } = parts(sql);
        const [row] = await sql<{ n: bigint }[]>`${count}`;
        const found: Found[] = [];
        for (const query of findings) found.push(await findBy(sql, query));
        return reportOf(row!.n, ...found);
      }),
  };
}

/** Memory of one sort or hash, and the time of one statement: checks read whole tables. */
const SETTINGS = { work_mem: '64MB', statement_timeout: '15min', jit: 'off' };

/** One core is left to the checks at the most: how long they take says then what they cost. */
const ONE_CORE = { max_parallel_workers_per_gather: '0' };

/**
 * Snapshots of a database that others write meanwhile.
 * @param oneCore leaves the other cores to those who trade
 */
export function snapshotsOf(db: Database, { oneCore = false } = {}): Snapshot {
  const settings = { ...SETTINGS, ...(oneCore && ONE_CORE) };
  return async <T>(read: (sql: Sql) => Promise<T>) =>
    (await db.begin('isolation level repeatable read read only', async (tx) => {
      for (const [name, value] of Object.entries(settings)) {
        await tx`select set_config(${name}, ${value}, true)`;
      }
      return await read(tx);
    })) as T;
}
