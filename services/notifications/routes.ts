import { ok, operations } from '@ece/contract';
import { decodeCursor, toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { NotificationsContext } from './api.ts';
import { readPreferences, replacePreferences } from './preferences.ts';
import { presentNotification } from './present.ts';
import { readUpTo } from './reading.ts';
import { countUnread, listNotifications } from './store.ts';

const DEFAULT_LIMIT = 50;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id in a cursor; undefined where it holds none. */
export function idOf(cursor: string | undefined): string | undefined {
  const id = String(decodeCursor(cursor, 1)?.[0]);
  return ID.test(id) ? id : undefined;
}

/** Registers the routes of the notifications. */
export function notificationRoutes(app: FastifyInstance, context: NotificationsContext): void {
  const { db } = context;
  const { notifications } = operations;

  route(app, notifications.list, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = idOf(query.cursor);
    const filter = { ...(before && { before }), ...(query.unread && { unread: true }) };
    const [rows, unread] = await Promise.all([
      listNotifications(db, principal.accountId, filter, limit + 1),
      countUnread(db, principal.accountId),
    ]);
    return ok({ ...toPage(rows, limit, (row) => [row.id], presentNotification), unread });
  });

  route(app, notifications.markRead, async ({ principal, body }) => {
    const which = body.ids ? { ids: body.ids } : { upTo: body.upTo! };
    return ok({ unread: await readUpTo(context, principal.accountId, which) });
  });

  const preferences = async (accountId: string) =>
    ok({ mailAvailable: false, items: await readPreferences(db, accountId) });

  route(app, notifications.preferences, ({ principal }) => preferences(principal.accountId));

  route(app, notifications.setPreferences, async ({ principal, body }) => {
    await replacePreferences(db, principal.accountId, body.items);
    return preferences(principal.accountId);
  });
}
