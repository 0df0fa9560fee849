import { ok, operations, refuse } from '@ece/contract';
import { toPage } from '@ece/platform/db/page';
import { route } from '@ece/platform/http/route';
import type { FastifyInstance } from 'fastify';
import type { NotificationsContext } from './api.ts';
import { DEFAULT_LIMIT, idOf } from './paging.ts';
import {
  changeWebhook,
  createWebhook,
  presentDelivery,
  presentWebhook,
  replayDelivery,
  rotateWebhookSecret,
  testWebhook,
} from './webhooks/commands.ts';
import { deleteWebhookRow, listDeliveries, listWebhooks, readWebhook } from './webhooks/store.ts';

/** Registers the routes of webhooks. */
export function webhookRoutes(app: FastifyInstance, context: NotificationsContext): void {
  const { db } = context;
  const { notifications } = operations;

  route(app, notifications.createWebhook, ({ principal, body: { url, topics, types } }) =>
    createWebhook(context, principal.accountId, { url, topics, types: types ?? null }),
  );

  route(app, notifications.listWebhooks, async ({ principal }) =>
    ok({ items: (await listWebhooks(db, principal.accountId)).map(presentWebhook) }),
  );

  route(app, notifications.getWebhook, async ({ principal, params }) => {
    const row = await readWebhook(db, principal.accountId, params.id);
    return row ? ok(presentWebhook(row)) : refuse('not_found');
  });

  route(app, notifications.updateWebhook, ({ principal, params, body }) =>
    changeWebhook(context, principal.accountId, params.id, body),
  );

  route(app, notifications.deleteWebhook, async ({ principal, params }) =>
    (await deleteWebhookRow(db, principal.accountId, params.id)) ? ok(undefined) : refuse('not_found'),
  );

  route(app, notifications.rotateWebhookSecret, ({ principal, params }) =>
    rotateWebhookSecret(context, principal.accountId, params.id),
  );

  route(app, notifications.testWebhook, ({ principal, params }) =>
    testWebhook(context, principal.accountId, params.id),
  );

  route(app, notifications.listWebhookDeliveries, async ({ principal, params, query }) => {
    const hook = await readWebhook(db, principal.accountId, params.id);
    if (!hook) return refuse('not_found');
    const limit = query.limit ?? DEFAULT_LIMIT;
    const before = idOf(query.cursor);
    const filter = { ...(before && { before }), ...(query.state && { state: query.state }) };
    const rows = await listDeliveries(db, hook.id, filter, limit + 1);
    return ok(toPage(rows, limit, (row) => [row.id], presentDelivery));
  });

  route(app, notifications.replayWebhookDelivery, ({ principal, params }) =>
    replayDelivery(context, principal.accountId, params.id, params.deliveryId),
  );
}
