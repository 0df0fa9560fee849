import type { Sql } from '@ece/platform/db/database';
import type { InvariantName } from '@ece/platform/invariants';
import type { State } from './state.ts';

/** Damage done to the tables in a transaction that is rolled back. */
export interface Fault {
  name: string;
  /** The invariant whose checks must report it. */
  invariant: InvariantName;
  /** Does the damage; gives what a finding must name. */
  plant(sql: Sql, state: State): Promise<string>;
}

/** An id that nothing has. */
export const NOBODY = '0199aaaa-0000-7000-8000-00000000dead';
/** The vault's account of the world outside. */
export const OUTSIDE = '00000000-0000-7000-8000-000000000002';

/** The one value of a query; fails where there is none. */
export async function one(rows: PromiseLike<readonly object[]>): Promise<string> {
  const [row] = await rows;
  if (!row) throw new Error('the damage cannot be done: there is no such row');
  return String(Object.values(row)[0]);
}
