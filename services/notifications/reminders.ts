import { atomically } from '@ece/platform/db/database';
import type { NotificationsContext } from './api.ts';
import { deliver } from './deliver.ts';
import type { Draft } from './domain/drafts.ts';
import type { Reminder } from './domain/reminders.ts';
import { hydrate } from './hydrate.ts';
import { dueReminders, takeReminders } from './reminder-store.ts';

const BATCH = 200;

/**
 * Tells of what ends soon. A reminder is taken away in the transaction that tells of it; one whose end has
 * passed meanwhile tells nothing.
 * @returns true when there is more to do at once
 */
export async function remind(context: NotificationsContext): Promise<boolean> {
  const due = await dueReminders(context.db, BATCH);
  if (due.length === 0) return false;
  const drafts = await hydrate(context, due.map(draftOf));
  const complete = new Map(drafts.map((draft, index) => [nameOf(due[index]!), draft]));
  const told = await atomically(context.db, async (tx) => {
    const taken = await takeReminders(tx, due);
    const timely = taken.filter((reminder) => reminder.timely);
    return await deliver(
      context,
      tx,
      timely.flatMap((reminder) => complete.get(nameOf(reminder)) ?? []),
    );
  });
  if (told.length > 0) context.hint();
  return due.length === BATCH;
}

const nameOf = ({ kind, reference, accountId }: Reminder) => `${kind}:${reference}:${accountId}`;

function draftOf({ kind, reference, accountId, otherId, dueAt, endsAt }: Reminder): Draft {
  const end = endsAt.toISOString();
  const about = {
    auction: { type: 'auction_ending', data: { auctionId: reference, endsAt: end } },
    trade: { type: 'trade_expiring', data: { tradeOfferId: reference, expiresAt: end } },
    offer: { type: 'offer_expiring', data: { offerId: reference, expiresAt: end } },
  } as const;
  return {
    accountId,
    topic: `reminder:${kind}:${reference}`,
    sequence: 0n,
    at: dueAt,
    ...about[kind],
    ...(otherId && { otherId }),
  };
}
