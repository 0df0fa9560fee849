import { notificationTypes } from '../notifications.ts';
import { operation } from '../operation.ts';
import { Handle, Id, Money, nullable, object, oneOf, page, pageQuery, Time, Type } from '../schema.ts';

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
};
