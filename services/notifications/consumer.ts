import { type Consumption, consumePrepared, type OrderedEvent } from '@ece/platform/outbox/reader';
import type { NotificationsContext } from './api.ts';
import { deliver } from './deliver.ts';
import { type Draft, draftOf } from './domain/drafts.ts';
import { ACCOUNT_RULES } from './domain/rules.ts';
import { hydrate } from './hydrate.ts';

/** The name of the consumer that makes notifications of events. */
export const CONSUMER = 'notifications';

const TYPES = [...new Set(ACCOUNT_RULES.map((rule) => rule.event))];

/**
 * Makes the notifications of the next events. Position and notifications are written in one transaction, so
 * each event makes its notifications once, however often a process dies.
 * @returns true when there is more to do at once
 */
export async function makeNotifications(context: NotificationsContext): Promise<boolean> {
  let made = 0;
  const consumption: Consumption<Draft[]> = {
    name: CONSUMER,
    filter: (sql) => sql`e.type = any(${TYPES}::text[]) and e.topic <> 'market'`,
    prepare: (events) => hydrate(context, draftsOf(events)),
    async handle(tx, _events, drafts) {
      made = (await deliver(tx, drafts)).length;
    },
  };
  const more = await consumePrepared(context.db, consumption);
  if (made > 0) context.hint();
  return more;
}

function draftsOf(events: OrderedEvent[]): Draft[] {
  return events.flatMap((event) => draftOf(event) ?? []);
}
