import { NOTIFICATION_TYPES, type NotificationType } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { traceToKeep } from '@ece/platform/telemetry/spans';
import type { NotificationData } from '../domain/render.ts';
import type { NotificationRow } from '../store.ts';

/** A mail that is due, with the notification that it tells. */
export interface DueMail {
  id: string;
  accountId: string;
  type: NotificationType;
  data: NotificationData;
  tries: number;
  /** Whether the account still wants mails of this type. */
  wanted: boolean;
  /** The place in a trace of what caused it. */
  trace: string | null;
}

/** Minutes in which a burst about one thing makes one mail. */
const BURST_MINUTES = 15;

/** What a notification's burst is about: an auction that is fought over outbids the same person many times. */
function aboutOf({ type, data }: NotificationRow): string | null {
  return type === 'outbid' && data.auctionId ? `outbid:${data.auctionId}` : null;
}

const mailedByDefault = Object.entries(NOTIFICATION_TYPES).flatMap(([type, { mail }]) =>
  mail ? [type] : [],
);

/** Queues the mails of notifications whose accounts want one, in the transaction that makes them. */
export async function queueMails(tx: Tx, rows: NotificationRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx`
    insert into notifications.mails (id, notification_id, account_id, type, about, trace)
    select n.id, n.notification_id, n.account_id, n.type, n.about, ${traceToKeep()}::text
    from (
      select *, row_number() over (partition by account_id, coalesce(about, notification_id::text)
        order by notification_id) as nth
      from unnest(${rows.map(() => newId())}::uuid[], ${rows.map((r) => r.id)}::uuid[],
        ${rows.map((r) => r.accountId)}::uuid[], ${rows.map((r) => r.type)}::text[],
        ${rows.map(aboutOf)}::text[]) as i(id, notification_id, account_id, type, about)) n
    left join notifications.preferences p on p.account_id = n.account_id and p.type = n.type
    where coalesce(p.mail, n.type = any(${mailedByDefault}::text[])) and n.nth = 1
      and (n.about is null or not exists (
        select 1 from notifications.mails m where m.account_id = n.account_id and m.about = n.about
          and m.created_at > clock_timestamp() - make_interval(mins => ${BURST_MINUTES})))`;
}

/**
 * Takes mails that are due, the longest waiting first, and counts the try. Until `leaseSeconds` are over
 * nobody else takes them; then they are tried again, because their process has died.
 */
export async function claimMails(sql: Sql, limit: number, leaseSeconds: number): Promise<DueMail[]> {
  return await sql<DueMail[]>`
    with due as (
      select id from notifications.mails where state = 'queued' and due_at <= (select clock_timestamp())
      order by due_at limit ${limit} for update skip locked)
    update notifications.mails m
    set tries = m.tries + 1, due_at = clock_timestamp() + make_interval(secs => ${leaseSeconds})
    from due, notifications.notifications n
    where m.id = due.id and n.id = m.notification_id
    returning m.id, m.account_id as "accountId", m.type, n.data, m.tries, m.trace,
      coalesce((select p.mail from notifications.preferences p
        where p.account_id = m.account_id and p.type = m.type),
        m.type = any(${mailedByDefault}::text[])) as wanted`;
}

/** How a mail ended. */
export interface MailEnd {
  id: string;
  state: 'sent' | 'dropped' | 'dead';
  failure: string | null;
}

/**
 * Ends mails. Only queued ones have no end; asked by their state, the planner may look through the index of all that
 * are due.
 */
export async function endMails(sql: Sql, ends: MailEnd[]): Promise<void> {
  if (ends.length === 0) return;
  await sql`
    update notifications.mails m set state = e.state, failure = e.failure, ended_at = clock_timestamp()
    from unnest(${ends.map((e) => e.id)}::uuid[], ${ends.map((e) => e.state)}::text[],
      ${ends.map((e) => e.failure)}::text[]) as e(id, state, failure)
    where m.id = e.id and m.ended_at is null`;
}

/** Lets a mail be tried again after a pause. */
export async function postponeMail(sql: Sql, id: string, pauseMs: number, failure: string): Promise<void> {
  await sql`
    update notifications.mails set failure = ${failure},
      due_at = clock_timestamp() + make_interval(secs => ${pauseMs / 1000})
    where id = ${id} and ended_at is null`;
}

/** How many mails wait. */
export async function countQueued(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from notifications.mails where state = 'queued'`;
  return row!.n;
}
