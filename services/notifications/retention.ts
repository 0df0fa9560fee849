import type { Sql } from '@ece/platform/db/database';
import type { NotificationsContext } from './api.ts';

const BATCH = 1000;
/** Deliveries are many and of use for a short time. */
const DELIVERY_DAYS = 30;

/**
 * Deletes what is old, a small batch at a time: notifications with their mails, and ended deliveries.
 * @returns true when there is more to do at once
 */
export async function expireOld({ db, keepDays }: NotificationsContext): Promise<boolean> {
  const notifications = await deleteNotifications(db, keepDays);
  const deliveries = await deleteDeliveries(db, Math.min(keepDays, DELIVERY_DAYS));
  return notifications === BATCH || deliveries === BATCH;
}

/** Ids are UUIDv7, so the oldest ones come first in the index of ids. */
async function deleteNotifications(sql: Sql, days: number): Promise<number> {
  const result = await sql`
    delete from notifications.notifications where id in (
      select id from (select id, created_at from notifications.notifications order by id limit ${BATCH}) oldest
      where created_at < clock_timestamp() - make_interval(days => ${days}))`;
  return result.count;
}

async function deleteDeliveries(sql: Sql, days: number): Promise<number> {
  const result = await sql`
    delete from notifications.deliveries where id in (
      select id from (select id, created_at, state from notifications.deliveries order by id limit ${BATCH}) oldest
      where created_at < clock_timestamp() - make_interval(days => ${days}))`;
  return result.count;
}
