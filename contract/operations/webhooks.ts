import { operation } from '../operation.ts';
import { Id, IdParams, nullable, object, oneOf, page, pageQuery, Time, Type } from '../schema.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

const Url = Type.String({
  minLength: 8,
  maxLength: 2000,
  pattern: '^https?://[^\\s\\u0000-\\u001f\\u007f]+$',
});
const Topic = Type.String({
  maxLength: 60,
  pattern: `^(market|me|(auction|card|set):${UUID})$`,
  description: 'market, auction:<id>, card:<id>, set:<id>, or me for what my own topic tells',
});
const Topics = Type.Array(Topic, { minItems: 1, maxItems: 50, uniqueItems: true });
const Types = Type.Array(Type.String({ maxLength: 60, pattern: '^[a-z]+\\.[a-z_]+$' }), {
  minItems: 1,
  maxItems: 50,
  uniqueItems: true,
});

export const Webhook = object({
  id: Id,
  url: Type.String(),
  topics: Type.Array(Type.String()),
  types: nullable(Type.Array(Type.String())),
  enabled: Type.Boolean(),
  disabledReason: nullable(
    Type.String({ description: 'switched_off, failing, gone (the answer was 410) or backlog' }),
  ),
  failingSince: nullable(Time),
  createdAt: Time,
});

const Secret = Type.String({ description: 'whsec_…, shown in this answer alone' });

export const WebhookDelivery = object({
  id: Id,
  type: Type.String(),
  topic: Type.String(),
  sequence: Type.Integer(),
  state: oneOf('queued', 'delivered', 'failed'),
  tries: Type.Integer(),
  status: nullable(Type.Integer({ description: 'Of the last answer' })),
  failure: nullable(Type.String({ description: 'Why the last try failed, as a code' })),
  durationMs: nullable(Type.Integer()),
  createdAt: Time,
  endedAt: nullable(Time),
});

const ownership = 'the account that made it';

export const webhookCalls = {
  createWebhook: operation({
    service: 'notifications',
    method: 'POST',
    path: '/webhooks',
    summary: 'Have events sent to an address of mine, signed',
    description: 'By the Standard Webhooks specification. Without `types` every event of the topics is sent.',
    access: 'user',
    status: 201,
    body: object({ url: Url, topics: Topics, types: Type.Optional(Types) }),
    response: object({ ...Webhook.properties, secret: Secret }),
    errors: ['webhook_url_refused', 'limit_reached'],
  }),
  listWebhooks: operation({
    service: 'notifications',
    method: 'GET',
    path: '/webhooks',
    summary: 'My webhooks, newest first; there are never more than 20',
    access: 'user',
    response: object({ items: Type.Array(Webhook) }),
  }),
  getWebhook: operation({
    service: 'notifications',
    method: 'GET',
    path: '/webhooks/:id',
    summary: 'One webhook of mine',
    access: 'user',
    ownership,
    params: IdParams,
    response: Webhook,
  }),
  updateWebhook: operation({
    service: 'notifications',
    method: 'PATCH',
    path: '/webhooks/:id',
    summary: 'Change a webhook, or switch it on or off',
    access: 'user',
    ownership,
    params: IdParams,
    body: object({
      url: Type.Optional(Url),
      topics: Type.Optional(Topics),
      types: Type.Optional(nullable(Types)),
      enabled: Type.Optional(Type.Boolean()),
    }),
    response: Webhook,
    errors: ['webhook_url_refused'],
  }),
  deleteWebhook: operation({
    service: 'notifications',
    method: 'DELETE',
    path: '/webhooks/:id',
    summary: 'Delete a webhook and its deliveries',
    access: 'user',
    ownership,
    status: 204,
    params: IdParams,
  }),
  rotateWebhookSecret: operation({
    service: 'notifications',
    method: 'POST',
    path: '/webhooks/:id/secret',
    summary: 'Give a webhook a new secret',
    description: 'For 24 hours messages have two signatures, by the new secret and by the one before.',
    access: 'user',
    ownership,
    params: IdParams,
    response: object({ secret: Secret, previousUntil: Time }),
  }),
  testWebhook: operation({
    service: 'notifications',
    method: 'POST',
    path: '/webhooks/:id/test',
    summary: 'Send a message of the type webhook.test',
    access: 'user',
    ownership,
    status: 202,
    params: IdParams,
    response: WebhookDelivery,
    errors: ['webhook_disabled'],
  }),
  listWebhookDeliveries: operation({
    service: 'notifications',
    method: 'GET',
    path: '/webhooks/:id/deliveries',
    summary: 'What was sent to a webhook of mine, newest first',
    access: 'user',
    ownership,
    params: IdParams,
    query: pageQuery({ state: Type.Optional(oneOf('queued', 'delivered', 'failed')) }),
    response: page(WebhookDelivery),
  }),
  replayWebhookDelivery: operation({
    service: 'notifications',
    method: 'POST',
    path: '/webhooks/:id/deliveries/:deliveryId/replay',
    summary: 'Send a delivery that has ended once more, with the same id',
    access: 'user',
    ownership,
    status: 202,
    params: object({ id: Id, deliveryId: Id }),
    response: WebhookDelivery,
    errors: ['webhook_disabled', 'delivery_queued'],
  }),
};
