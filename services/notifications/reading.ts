import { atomically } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { NotificationsContext } from './api.ts';
import { countUnread, markRead } from './store.ts';

/**
 * Marks notifications of an account as read, some or all up to one, and tells its other devices.
 * @returns how many are left unread, counted up to 1000
 */
export async function readUpTo(
  { db, hint }: Pick<NotificationsContext, 'db' | 'hint'>,
  accountId: string,
  which: { ids: string[] } | { upTo: string },
): Promise<number> {
  const unread = await atomically(db, async (tx) => {
    const changed = await markRead(tx, accountId, which);
    const left = await countUnread(tx, accountId);
    if (changed > 0) {
      await publish(tx, [{ topic: `user:${accountId}`, type: 'notification.read', data: { unread: left } }]);
    }
    return left;
  });
  hint();
  return unread;
}
