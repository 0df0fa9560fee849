import { ok, operations, parseMoney } from '@ece/contract';
import { toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import { listAlerts } from './alert-store.ts';
import { createAlert, deleteAlert, presentAlerts } from './alerts.ts';
import type { NotificationsContext } from './api.ts';
import type { Subject } from './domain/subjects.ts';
import { unsubscribeRoutes } from './mail/unsubscribe-route.ts';
import { DEFAULT_LIMIT, idOf } from './paging.ts';
import { readPreferences, replacePreferences } from './preferences.ts';
import { presentNotification } from './present.ts';
import { readUpTo } from './reading.ts';
import { countUnread, listNotifications } from './store.ts';
import { listWatches } from './watch-store.ts';
import { createWatch, deleteWatch, presentWatches } from './watches.ts';
import { webhookRoutes } from './webhook-routes.ts';

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
    ok({ mailAvailable: context.mail !== undefined, items: await readPreferences(db, accountId) });

  route(app, notifications.preferences, ({ principal }) => preferences(principal.accountId));

  route(app, notifications.setPreferences, async ({ principal, body }) => {
    await replacePreferences(db, principal.accountId, body.items);
    return preferences(principal.accountId);
  });

  watchRoutes(app, context);
  unsubscribeRoutes(app, context);
  webhookRoutes(app, context);
  alertRoutes(app, context);
}

function watchRoutes(app: FastifyInstance, context: NotificationsContext): void {
  const { notifications } = operations;

  route(app, notifications.createWatch, ({ principal, body }) =>
    createWatch(context, principal.accountId, subjectOf(body)),
  );

  route(app, notifications.listWatches, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = idOf(query.cursor);
    const { kind, subjectId } = query;
    const filter = { ...(before && { before }), ...(kind && { kind }), ...(subjectId && { subjectId }) };
    const rows = await listWatches(context.db, principal.accountId, filter, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentWatches(context, page.items) });
  });

  route(app, notifications.deleteWatch, ({ principal, params }) =>
    deleteWatch(context, principal.accountId, params.id),
  );
}

function alertRoutes(app: FastifyInstance, context: NotificationsContext): void {
  const { notifications } = operations;

  route(app, notifications.createPriceAlert, ({ principal, body }) =>
    createAlert(context, {
      accountId: principal.accountId,
      cardId: body.cardId,
      kind: body.on ?? 'listing',
      direction: body.direction,
      price: parseMoney(body.price),
      repeat: body.repeat ?? false,
    }),
  );

  route(app, notifications.listPriceAlerts, async ({ principal, query }) => {
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = idOf(query.cursor);
    const { cardId, state } = query;
    const filter = { ...(before && { before }), ...(cardId && { cardId }), ...(state && { state }) };
    const rows = await listAlerts(context.db, principal.accountId, filter, limit + 1);
    const page = toPage(
      rows,
      limit,
      (row) => [row.id],
      (row) => row,
    );
    return ok({ ...page, items: await presentAlerts(context, page.items) });
  });

  route(app, notifications.deletePriceAlert, ({ principal, params }) =>
    deleteAlert(context, principal.accountId, params.id),
  );
}

/** What a body names; the schema lets one member through. */
function subjectOf(body: { cardId?: string; setId?: string; copyId?: string; auctionId?: string }): Subject {
  if (body.cardId) return { kind: 'card', subjectId: body.cardId };
  if (body.setId) return { kind: 'set', subjectId: body.setId };
  if (body.copyId) return { kind: 'copy', subjectId: body.copyId };
  return { kind: 'auction', subjectId: body.auctionId! };
}
