import { notificationTypes } from '../notifications.ts';
import { operation } from '../operation.ts';
import {
  Handle,
  Id,
  IdParams,
  Money,
  nullable,
  object,
  oneOf,
  page,
  pageQuery,
  Time,
  Type,
} from '../schema.ts';

export const NotificationKind = oneOf(...notificationTypes);

const maybe = {
  id: Type.Optional(Id),
  money: Type.Optional(Money),
  text: Type.Optional(Type.String()),
  time: Type.Optional(Time),
};

/** What a notification is about. Which members are there depends on its type; see docs/notifications.md. */
export const NotificationData = object({
  auctionId: maybe.id,
  listingId: maybe.id,
  saleId: maybe.id,
  offerId: maybe.id,
  tradeOfferId: maybe.id,
  counterId: maybe.id,
  copyId: maybe.id,
  cardId: maybe.id,
  transferId: maybe.id,
  alertId: maybe.id,
  webhookId: maybe.id,
  price: maybe.money,
  previousPrice: maybe.money,
  threshold: maybe.money,
  amount: maybe.money,
  direction: Type.Optional(oneOf('below', 'above')),
  on: Type.Optional(oneOf('listing', 'sale')),
  handle: Type.Optional(Handle),
  cardName: maybe.text,
  setCode: maybe.text,
  serial: Type.Optional(Type.Integer()),
  lotSize: Type.Optional(Type.Integer({ description: 'Copies in the lot' })),
  artworkUrl: maybe.text,
  endsAt: maybe.time,
  expiresAt: maybe.time,
  signature: maybe.text,
  url: maybe.text,
  reason: maybe.text,
});

export const Notification = object({
  id: Id,
  type: NotificationKind,
  title: Type.String({ description: 'In English; clients may write their own by type and data' }),
  body: Type.String(),
  data: NotificationData,
  createdAt: Time,
  readAt: nullable(Time),
});

const Unread = Type.Integer({ description: 'Counted up to 1000' });

export const Preference = object({
  type: NotificationKind,
  mail: Type.Boolean(),
  default: Type.Boolean({ description: 'Whether mails are sent where nothing was chosen' }),
});

export const Watch = object({
  id: Id,
  kind: oneOf('card', 'set', 'copy', 'auction'),
  cardId: nullable(Id),
  setId: nullable(Id),
  copyId: nullable(Id),
  auctionId: nullable(Id),
  name: Type.String({ description: 'Of the card or the set' }),
  serial: nullable(Type.Integer({ description: 'Of a copy, or of the first copy of an auction' })),
  editionSize: nullable(Type.Integer({ description: 'Where there is a serial number: of its card' })),
  artworkUrl: nullable(Type.String()),
  createdAt: Time,
});

export const PriceAlert = object({
  id: Id,
  cardId: Id,
  cardName: Type.String(),
  artworkUrl: nullable(Type.String()),
  direction: oneOf('below', 'above'),
  price: Money,
  on: oneOf('listing', 'sale'),
  repeat: Type.Boolean(),
  state: oneOf('armed', 'fired'),
  firedCount: Type.Integer(),
  firedAt: nullable(Time),
  firedPrice: nullable(Money),
  createdAt: Time,
});

const Preferences = object({
  mailAvailable: Type.Boolean({ description: 'Whether this exchange sends mails' }),
  items: Type.Array(Preference),
});

export const notificationCalls = {
  list: operation({
    service: 'notifications',
    method: 'GET',
    path: '/notifications',
    summary: 'My notifications, newest first',
    access: 'user',
    query: pageQuery({ unread: Type.Optional(Type.Boolean({ description: 'Only unread ones' })) }),
    response: object({ ...page(Notification).properties, unread: Unread }),
  }),
  markRead: operation({
    service: 'notifications',
    method: 'POST',
    path: '/notifications/read',
    summary: 'Mark notifications of mine as read: some, or all up to one',
    description: 'Ids that are unknown or somebody else’s change nothing.',
    access: 'user',
    body: object(
      {
        ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true })),
        upTo: Type.Optional(Id),
      },
      { minProperties: 1, maxProperties: 1 },
    ),
    response: object({ unread: Unread }),
  }),
  preferences: operation({
    service: 'notifications',
    method: 'GET',
    path: '/notification-preferences',
    summary: 'Which notifications also come to me by mail',
    access: 'user',
    response: Preferences,
  }),
  setPreferences: operation({
    service: 'notifications',
    method: 'PUT',
    path: '/notification-preferences',
    summary: 'Choose which notifications also come by mail; types that are not named return to their default',
    access: 'user',
    body: object({
      items: Type.Array(object({ type: NotificationKind, mail: Type.Boolean() }), {
        maxItems: notificationTypes.length,
      }),
    }),
    response: Preferences,
  }),
  createWatch: operation({
    service: 'notifications',
    method: 'POST',
    path: '/watches',
    summary: 'Watch a card, a set, one copy, or an auction',
    description: 'What is watched already is answered with the watch that is there.',
    access: 'user',
    status: 201,
    body: object(
      {
        cardId: Type.Optional(Id),
        setId: Type.Optional(Id),
        copyId: Type.Optional(Id),
        auctionId: Type.Optional(Id),
      },
      { minProperties: 1, maxProperties: 1 },
    ),
    response: Watch,
    errors: ['not_found', 'auction_ended', 'limit_reached'],
  }),
  listWatches: operation({
    service: 'notifications',
    method: 'GET',
    path: '/watches',
    summary: 'What I watch, newest first',
    access: 'user',
    query: pageQuery({
      kind: Type.Optional(oneOf('card', 'set', 'copy', 'auction')),
      subjectId: Type.Optional({ ...Id, description: 'The card, set, copy or auction that is watched' }),
    }),
    response: page(Watch),
  }),
  deleteWatch: operation({
    service: 'notifications',
    method: 'DELETE',
    path: '/watches/:id',
    summary: 'Watch something no longer',
    access: 'user',
    ownership: 'the account that watches',
    status: 204,
    params: IdParams,
  }),
  createPriceAlert: operation({
    service: 'notifications',
    method: 'POST',
    path: '/price-alerts',
    summary: 'Be told when a listing or a sale of a card reaches a price',
    description:
      'It fires once, or each time with `repeat`. Where an open listing reaches the price already, it fires at ' +
      'once: the answer shows it as fired.',
    access: 'user',
    status: 201,
    body: object({
      cardId: Id,
      direction: oneOf('below', 'above'),
      price: Money,
      on: Type.Optional(oneOf('listing', 'sale')),
      repeat: Type.Optional(Type.Boolean()),
    }),
    response: PriceAlert,
    errors: ['not_found', 'amount_too_small', 'amount_too_large', 'limit_reached'],
  }),
  listPriceAlerts: operation({
    service: 'notifications',
    method: 'GET',
    path: '/price-alerts',
    summary: 'My price alerts, newest first',
    access: 'user',
    query: pageQuery({ cardId: Type.Optional(Id), state: Type.Optional(oneOf('armed', 'fired')) }),
    response: page(PriceAlert),
  }),
  deletePriceAlert: operation({
    service: 'notifications',
    method: 'DELETE',
    path: '/price-alerts/:id',
    summary: 'Delete a price alert',
    access: 'user',
    ownership: 'the account that asked for it',
    status: 204,
    params: IdParams,
  }),
};
