import type { Tx } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { Draft } from './domain/drafts.ts';
import { presentNotification } from './present.ts';
import { insertNotifications, type NotificationRow } from './store.ts';

/**
 * Makes notifications of complete drafts in the caller's transaction: stores them and tells the account's
 * feed. A draft whose notification is there already makes none. Call it last: it publishes.
 */
export async function deliver(tx: Tx, drafts: Draft[]): Promise<NotificationRow[]> {
  const rows = await insertNotifications(tx, drafts);
  await publish(
    tx,
    rows.map((row) => ({
      topic: `user:${row.accountId}`,
      type: 'notification.created',
      data: { ...presentNotification(row) },
    })),
  );
  return rows;
}
