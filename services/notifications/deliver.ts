import type { Tx } from '@ece/platform/db/database';
import { publish } from '@ece/platform/outbox/publish';
import type { NotificationsContext } from './api.ts';
import type { Draft } from './domain/drafts.ts';
import { queueMails } from './mail/store.ts';
import { presentNotification } from './present.ts';
import { insertNotifications, type NotificationRow } from './store.ts';

/** What happened longer ago than this is no news, and no mail is sent about it. */
const NEWS_MS = 24 * 60 * 60_000;

/**
 * Makes notifications of complete drafts in the caller's transaction: stores them, queues their mails and
 * tells the account's feed. A draft whose notification is there already makes none. Call it last: it publishes.
 */
export async function deliver(
  { mail }: Pick<NotificationsContext, 'mail'>,
  tx: Tx,
  drafts: Draft[],
): Promise<NotificationRow[]> {
  const rows = await insertNotifications(tx, drafts);
  if (mail) {
    const happened = new Map(drafts.map((draft) => [`${draft.topic} ${draft.sequence}`, draft.at.getTime()]));
    await queueMails(
      tx,
      rows.filter(
        ({ topic, sequence, createdAt }) =>
          createdAt.getTime() - happened.get(`${topic} ${sequence}`)! < NEWS_MS,
      ),
    );
  }
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
