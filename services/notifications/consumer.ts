import { type Consumption, consumePrepared } from '@ece/platform/outbox/reader';
import type { NotificationsContext } from './api.ts';
import { deliver } from './deliver.ts';
import { type Draft, draftOf, type SourceEvent } from './domain/drafts.ts';
import { REMINDER_EVENTS, reminderChanges } from './domain/reminders.ts';
import { ACCOUNT_RULES } from './domain/rules.ts';
import { FANOUT_EVENTS } from './domain/subjects.ts';
import { awaited } from './fanout.ts';
import { insertFanouts } from './fanout-store.ts';
import { hydrate } from './hydrate.ts';
import { changeReminders } from './reminder-store.ts';

/** The name of the consumer that makes notifications of events. */
export const CONSUMER = 'notifications';

/** Most events passed by in one transaction; most are none of its own. */
const EVENTS = 2000;

const TYPES = [
  ...new Set<string>([...ACCOUNT_RULES.map((rule) => rule.event), ...REMINDER_EVENTS, ...FANOUT_EVENTS]),
];

interface Prepared {
  drafts: Draft[];
  /** Events that watchers or price alerts wait for. */
  wide: SourceEvent[];
}

/**
 * Makes the notifications of the next events. Position and notifications are written in one transaction, so
 * each event makes its notifications once, however often a process dies.
 * @returns true when there is more to do at once
 */
export async function makeNotifications(context: NotificationsContext): Promise<boolean> {
  let made = false;
  const consumption: Consumption<Prepared> = {
    name: CONSUMER,
    limit: EVENTS,
    // What `market` repeats stands on its own topic; most bids move no end.
    filter: (sql) => sql`e.type = any(${TYPES}::text[]) and e.topic <> 'market'
      and (e.type <> 'auction.bid' or e.data @> '{"extended": true}')`,
    async prepare(events) {
      const [drafts, wide] = await Promise.all([
        hydrate(
          context,
          events.flatMap((event) => draftOf(event) ?? []),
        ),
        awaited(context, events),
      ]);
      return { drafts, wide };
    },
    async handle(tx, events, { drafts, wide }) {
      await changeReminders(tx, reminderChanges(events));
      await insertFanouts(tx, wide);
      made = (await deliver(context, tx, drafts)).length > 0;
    },
  };
  const more = await consumePrepared(context.db, consumption);
  if (made) context.hint();
  return more;
}
