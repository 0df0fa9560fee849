import type { Sql } from '@ece/platform/db/database';
import type { Read } from './measure.ts';

/** Rows of a page, and of the query behind it, which looks whether there is more. */
export const LIMIT = 50;
export const ROWS = LIMIT + 1;

type Rows<S> = (sql: Sql, subject: S) => Promise<unknown>;

/** A read of each of some subjects in turn; none where there are no subjects. */
export function each<S>(
  name: string,
  subjects: readonly S[],
  path: (subject: S) => string,
  rows: Rows<S>,
): Read[] {
  if (subjects.length === 0) return [];
  return [{ name, paths: subjects.map(path), rows: (sql, index) => rows(sql, subjects[index]!) }];
}

/** A read that is about nothing in particular. */
export function one(name: string, path: string, rows: (sql: Sql) => Promise<unknown>): Read[] {
  return [{ name, paths: [path], rows }];
}
