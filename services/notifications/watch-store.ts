import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { Subject, WatchKind } from './domain/subjects.ts';

export interface WatchRow extends Subject {
  id: string;
  accountId: string;
  createdAt: Date;
}

const columns = (sql: Sql) => sql`
  id, account_id as "accountId", kind, subject_id as "subjectId", created_at as "createdAt"`;

export async function findWatch(
  sql: Sql,
  accountId: string,
  subject: Subject,
): Promise<WatchRow | undefined> {
  const [row] = await sql<WatchRow[]>`
    select ${columns(sql)} from notifications.watches
    where account_id = ${accountId} and kind = ${subject.kind} and subject_id = ${subject.subjectId}`;
  return row;
}

export async function insertWatch(tx: Tx, accountId: string, subject: Subject): Promise<WatchRow> {
  const [row] = await tx<WatchRow[]>`
    insert into notifications.watches (id, account_id, kind, subject_id)
    values (${newId()}, ${accountId}, ${subject.kind}, ${subject.subjectId}) returning ${columns(tx)}`;
  return row!;
}

export async function countWatches(sql: Sql, accountId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from notifications.watches where account_id = ${accountId}`;
  return row!.n;
}

/** An account's watches, newest first, before an id (exclusive). */
export async function listWatches(
  sql: Sql,
  accountId: string,
  filter: { kind?: WatchKind; subjectId?: string; before?: string },
  limit: number,
): Promise<WatchRow[]> {
  return await sql<WatchRow[]>`
    select ${columns(sql)} from notifications.watches
    where account_id = ${accountId} ${filter.kind ? sql`and kind = ${filter.kind}` : sql``}
      ${filter.subjectId ? sql`and subject_id = ${filter.subjectId}` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit}`;
}

/** Deletes a watch of an account; undefined when it has none of this id. */
export async function deleteWatchRow(tx: Tx, accountId: string, id: string): Promise<WatchRow | undefined> {
  const [row] = await tx<WatchRow[]>`
    delete from notifications.watches where id = ${id} and account_id = ${accountId} returning ${columns(tx)}`;
  return row;
}
