import type { Sql, Tx } from '@ece/platform/db/database';
import type { Reminder, ReminderChanges } from './domain/reminders.ts';

/** Sets, moves and drops reminders, in this order. */
export async function changeReminders(tx: Tx, { set, move, drop }: ReminderChanges): Promise<void> {
  if (set.length > 0) {
    await tx`
      insert into notifications.reminders (kind, reference, account_id, other_id, due_at, ends_at)
      select * from unnest(${set.map((r) => r.kind)}::text[], ${set.map((r) => r.reference)}::uuid[],
        ${set.map((r) => r.accountId)}::uuid[], ${set.map((r) => r.otherId)}::uuid[],
        ${set.map((r) => r.dueAt.toISOString())}::timestamptz[], ${set.map((r) => r.endsAt.toISOString())}::timestamptz[])
      on conflict do nothing`;
  }
  if (move.length > 0) {
    await tx`
      update notifications.reminders r set due_at = greatest(r.due_at, m.due_at), ends_at = m.ends_at
      from (select reference, max(due_at) as due_at, max(ends_at) as ends_at
        from unnest(${move.map((m) => m.reference)}::uuid[], ${move.map((m) => m.dueAt.toISOString())}::timestamptz[],
          ${move.map((m) => m.endsAt.toISOString())}::timestamptz[]) as m(reference, due_at, ends_at)
        group by reference) m
      where r.kind = 'auction' and r.reference = m.reference`;
  }
  if (drop.length > 0) {
    await tx`
      delete from notifications.reminders where (kind, reference) in (
        select * from unnest(${drop.map((d) => d.kind)}::text[], ${drop.map((d) => d.reference)}::uuid[]))`;
  }
}

const columns = (sql: Sql) => sql`
  kind, reference, account_id as "accountId", other_id as "otherId", due_at as "dueAt", ends_at as "endsAt"`;

/** Reminders whose time has come, the oldest first. */
export async function dueReminders(sql: Sql, limit: number): Promise<Reminder[]> {
  return await sql<Reminder[]>`
    select ${columns(sql)} from notifications.reminders where due_at <= (select clock_timestamp())
    order by due_at limit ${limit}`;
}

/** Takes reminders that are still due away. Gives those that are taken, and whether their end is yet to come. */
export async function takeReminders(
  tx: Tx,
  reminders: Reminder[],
): Promise<(Reminder & { timely: boolean })[]> {
  return await tx<(Reminder & { timely: boolean })[]>`
    delete from notifications.reminders where (kind, reference, account_id) in (
      select * from unnest(${reminders.map((r) => r.kind)}::text[],
        ${reminders.map((r) => r.reference)}::uuid[], ${reminders.map((r) => r.accountId)}::uuid[]))
      and due_at <= clock_timestamp()
    returning ${columns(tx)}, ends_at > clock_timestamp() as timely`;
}

/** Takes the reminder of an account about an auction away. */
export async function dropAuctionReminder(tx: Tx, auctionId: string, accountId: string): Promise<void> {
  await tx`delete from notifications.reminders
    where kind = 'auction' and reference = ${auctionId} and account_id = ${accountId}`;
}
