import { parseMoney } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import type { Priced, Subject } from './domain/subjects.ts';

/** An event that is being told to many. */
export interface Fanout {
  topic: string;
  sequence: bigint;
  type: string;
  data: Record<string, unknown>;
  at: Date;
  pages: number;
  afterAccount: string | null;
}

/** An armed alert that a price makes fire. */
export interface ReachedAlert {
  id: string;
  accountId: string;
  direction: 'below' | 'above';
  price: bigint;
}

/** Those of some subjects that anybody watches. */
export async function watchedSubjects(sql: Sql, subjects: Subject[]): Promise<Subject[]> {
  return await sql<Subject[]>`
    select s.kind, s.subject_id as "subjectId"
    from unnest(${subjects.map((s) => s.kind)}::text[], ${subjects.map((s) => s.subjectId)}::uuid[])
      as s(kind, subject_id)
    where exists (select 1 from notifications.watches w where w.kind = s.kind and w.subject_id = s.subject_id)`;
}

/** Accounts that watch one of some subjects, in the order of their ids, behind one (exclusive). */
export async function watchersAfter(
  sql: Sql,
  subjects: Subject[],
  after: string | null,
  limit: number,
): Promise<string[]> {
  const rows = await sql<{ accountId: string }[]>`
    select distinct account_id as "accountId" from notifications.watches
    where (kind, subject_id) in (select * from unnest(${subjects.map((s) => s.kind)}::text[],
        ${subjects.map((s) => s.subjectId)}::uuid[]))
      ${after ? sql`and account_id > ${after}` : sql``}
    order by account_id limit ${limit}`;
  return rows.map((row) => row.accountId);
}

/**
 * Armed alerts that a price makes fire and that were not told of its listing or sale yet. Two ranges of one
 * index: `below` alerts from the price up, `above` alerts from the price down.
 */
export async function reachedAlerts(
  sql: Sql,
  { cardId, on, price, reference }: Priced,
  limit: number,
): Promise<ReachedAlert[]> {
  const micro = parseMoney(price).toString();
  const range = (direction: 'below' | 'above') => sql`
    (select id, account_id as "accountId", direction, price from notifications.price_alerts
     where card_id = ${cardId} and kind = ${on} and state = 'armed' and direction = ${direction}
       and price ${direction === 'below' ? sql`>=` : sql`<=`} ${micro}::bigint
       and (last_reference, last_price) is distinct from (${reference}::uuid, ${micro}::bigint)
     limit ${limit})`;
  return await sql<ReachedAlert[]>`${range('below')} union all ${range('above')} limit ${limit}`;
}

/** Begins to tell of events; one that is being told already is left out. */
export async function insertFanouts(tx: Tx, events: Omit<Fanout, 'pages' | 'afterAccount'>[]): Promise<void> {
  if (events.length === 0) return;
  await tx`
    insert into notifications.fanouts (topic, sequence, type, data, at)
    select topic, sequence, type, data::jsonb, at
    from unnest(${events.map((e) => e.topic)}::text[], ${events.map((e) => e.sequence.toString())}::bigint[],
      ${events.map((e) => e.type)}::text[], ${events.map((e) => JSON.stringify(e.data))}::text[],
      ${events.map((e) => e.at.toISOString())}::timestamptz[]) as f(topic, sequence, type, data, at)
    on conflict do nothing`;
}

/** The event that has been waiting longest. */
export async function nextFanout(sql: Sql): Promise<Fanout | undefined> {
  const [row] = await sql<Fanout[]>`
    select topic, sequence, type, data, at, pages, after_account as "afterAccount"
    from notifications.fanouts order by at, topic, sequence limit 1`;
  return row;
}

/** Locks an event that is as far as it was seen; false when somebody else works on it or has done so. */
export async function lockFanout(tx: Tx, { topic, sequence, pages }: Fanout): Promise<boolean> {
  const rows = await tx`
    select 1 from notifications.fanouts
    where topic = ${topic} and sequence = ${sequence} and pages = ${pages} for update skip locked`;
  return rows.length === 1;
}

/** Notes how far the telling of an event has come. */
export async function advanceFanout(tx: Tx, fanout: Fanout, afterAccount: string | null): Promise<void> {
  await tx`
    update notifications.fanouts set pages = pages + 1, after_account = ${afterAccount}
    where topic = ${fanout.topic} and sequence = ${fanout.sequence}`;
}

export async function endFanout(tx: Tx, { topic, sequence }: Fanout): Promise<void> {
  await tx`delete from notifications.fanouts where topic = ${topic} and sequence = ${sequence}`;
}
