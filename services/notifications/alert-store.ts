import { parseMoney } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import type { Threshold } from './domain/alerts.ts';

export interface AlertRow extends Threshold {
  id: string;
  accountId: string;
  cardId: string;
  kind: 'listing' | 'sale';
  repeat: boolean;
  state: 'armed' | 'fired';
  firedCount: number;
  firedAt: Date | null;
  firedPrice: bigint | null;
  createdAt: Date;
}

export type NewAlert = Pick<
  AlertRow,
  'id' | 'accountId' | 'cardId' | 'kind' | 'direction' | 'price' | 'repeat'
>;

const columns = (sql: Sql) => sql`
  id, account_id as "accountId", card_id as "cardId", kind, direction, price, repeat, state,
  fired_count as "firedCount", fired_at as "firedAt", fired_price as "firedPrice", created_at as "createdAt"`;

export async function insertAlert(tx: Tx, alert: NewAlert): Promise<void> {
  await tx`
    insert into notifications.price_alerts (id, account_id, card_id, kind, direction, price, repeat)
    values (${alert.id}, ${alert.accountId}, ${alert.cardId}, ${alert.kind}, ${alert.direction},
      ${alert.price.toString()}::bigint, ${alert.repeat})`;
}

export async function countAlerts(sql: Sql, accountId: string): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from notifications.price_alerts where account_id = ${accountId}`;
  return row!.n;
}

export async function readAlert(sql: Sql, id: string): Promise<AlertRow | undefined> {
  const [row] = await sql<AlertRow[]>`
    select ${columns(sql)} from notifications.price_alerts where id = ${id}`;
  return row;
}

/** An account's price alerts, newest first, before an id (exclusive). */
export async function listAlerts(
  sql: Sql,
  accountId: string,
  filter: { cardId?: string; state?: AlertRow['state']; before?: string },
  limit: number,
): Promise<AlertRow[]> {
  return await sql<AlertRow[]>`
    select ${columns(sql)} from notifications.price_alerts
    where account_id = ${accountId} ${filter.cardId ? sql`and card_id = ${filter.cardId}` : sql``}
      ${filter.state ? sql`and state = ${filter.state}` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit}`;
}

export async function deleteAlertRow(sql: Sql, accountId: string, id: string): Promise<boolean> {
  const rows = await sql`
    delete from notifications.price_alerts where id = ${id} and account_id = ${accountId} returning 1`;
  return rows.length === 1;
}

/** What makes an alert fire: a price as text, and the listing or sale that has it. */
export interface Cause {
  price: string;
  reference: string;
}

/** Fires alerts that are armed and have not fired for this cause. Gives the ids of those that fired. */
export async function fireAlerts(tx: Tx, ids: string[], { price, reference }: Cause): Promise<string[]> {
  if (ids.length === 0) return [];
  const micro = parseMoney(price).toString();
  const rows = await tx<{ id: string }[]>`
    update notifications.price_alerts set state = case when repeat then 'armed' else 'fired' end,
      fired_count = fired_count + 1, fired_at = clock_timestamp(),
      fired_price = ${micro}::bigint, last_reference = ${reference}, last_price = ${micro}::bigint
    where id = any(${ids}::uuid[]) and state = 'armed' and (last_reference, last_price) is distinct from (${reference}::uuid, ${micro}::bigint)
    returning id`;
  return rows.map((row) => row.id);
}

/** Lets a cause pass by alerts whose owners have made it themselves. */
export async function passAlerts(tx: Tx, ids: string[], { price, reference }: Cause): Promise<void> {
  if (ids.length === 0) return;
  await tx`update notifications.price_alerts set last_reference = ${reference}, last_price = ${parseMoney(price).toString()}::bigint where id = any(${ids}::uuid[])`;
}
