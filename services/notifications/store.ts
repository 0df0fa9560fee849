import type { NotificationType } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { Draft } from './domain/drafts.ts';
import type { NotificationData } from './domain/render.ts';

/** A notification as it is stored. */
export interface NotificationRow {
  id: string;
  accountId: string;
  type: NotificationType;
  data: NotificationData;
  topic: string;
  sequence: bigint;
  createdAt: Date;
  readAt: Date | null;
}

/** Unread notifications are counted up to this number. */
export const UNREAD_COUNTED = 1000;

const columns = (sql: Sql) => sql`
  id, account_id as "accountId", type, data, topic, sequence, created_at as "createdAt", read_at as "readAt"`;

/** Writes notifications; those that are there already are left out. Gives the written ones in their order. */
export async function insertNotifications(tx: Tx, drafts: Draft[]): Promise<NotificationRow[]> {
  if (drafts.length === 0) return [];
  const rows = await tx<NotificationRow[]>`
    insert into notifications.notifications (id, account_id, type, data, topic, sequence)
    select id, account_id, type, data::jsonb, topic, sequence
    from unnest(${drafts.map(() => newId())}::uuid[], ${drafts.map((d) => d.accountId)}::uuid[],
      ${drafts.map((d) => d.type)}::text[], ${drafts.map((d) => JSON.stringify(d.data))}::text[],
      ${drafts.map((d) => d.topic)}::text[], ${drafts.map((d) => d.sequence.toString())}::bigint[])
      as n(id, account_id, type, data, topic, sequence)
    on conflict on constraint notifications_once do nothing
    returning ${columns(tx)}`;
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A page of an account's notifications, newest first, before an id (exclusive). */
export async function listNotifications(
  sql: Sql,
  accountId: string,
  filter: { before?: string; unread?: boolean },
  limit: number,
): Promise<NotificationRow[]> {
  return await sql<NotificationRow[]>`
    select ${columns(sql)} from notifications.notifications
    where account_id = ${accountId}
      ${filter.unread ? sql`and read_at is null` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit}`;
}

/** How many of an account's notifications are unread, counted up to `UNREAD_COUNTED`. */
export async function countUnread(sql: Sql, accountId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from (
      select 1 from notifications.notifications where account_id = ${accountId} and read_at is null
      limit ${UNREAD_COUNTED}) u`;
  return row!.n;
}

/** Marks unread notifications of an account as read: some, or all up to one. Gives how many there were. */
export async function markRead(
  tx: Tx,
  accountId: string,
  which: { ids: string[] } | { upTo: string },
): Promise<number> {
  const result = await tx`
    update notifications.notifications set read_at = clock_timestamp()
    where account_id = ${accountId} and read_at is null
      and ${'ids' in which ? tx`id = any(${which.ids}::uuid[])` : tx`id <= ${which.upTo}`}`;
  return result.count;
}
