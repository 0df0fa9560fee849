import type { Sql } from './db/database.ts';
import type { InvariantName } from './invariants.ts';

/** What came of a check when it was last made. */
export interface Outcome {
  title: string;
  invariant: InvariantName;
  checked: number;
  findings: number;
  /** It could not be made. */
  failed: boolean;
  milliseconds: number;
  at: Date;
}

/** Keeps what came of a check, for those who look from another process. */
export async function keepOutcome(sql: Sql, outcome: Omit<Outcome, 'at'>): Promise<void> {
  const { title, invariant, checked, findings, failed, milliseconds } = outcome;
  await sql`
    insert into platform.invariant_results (title, invariant, checked, findings, failed, milliseconds)
    values (${title}, ${invariant}, ${checked}, ${findings}, ${failed}, ${milliseconds})
    on conflict (title) do update set invariant = excluded.invariant, checked = excluded.checked,
      findings = excluded.findings, failed = excluded.failed, milliseconds = excluded.milliseconds, at = excluded.at`;
}

/** What came of every check, by invariant. */
export async function readOutcomes(sql: Sql): Promise<Outcome[]> {
  return await sql<Outcome[]>`
    select title, invariant, checked::float8 as checked, findings::float8 as findings, failed, milliseconds, at
    from platform.invariant_results order by invariant, title`;
}
