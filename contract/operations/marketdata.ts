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
import { CardSummary } from './nfts.ts';

const Count = Type.Integer({ minimum: 0 });

const Total = Type.String({
  pattern: '^(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$',
  maxLength: 28,
  description: 'A sum of USDC as a decimal string',
});

const Change = object({
  from: Total,
  amount: Type.String({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]{1,6})?$', maxLength: 29 }),
  percent: Type.Number({ description: 'Of `from`, to two decimals' }),
});

const Window = object({
  volume: Total,
  sales: Count,
  change: nullable(Change),
});

const Windows = object({ '24h': Window, '7d': Window, '30d': Window, all: Window });

const figures = {
  supply: Type.Integer({ minimum: 0, description: 'Copies that exist, those in outside wallets included' }),
  outside: Type.Integer({ minimum: 0, description: 'Copies in outside wallets' }),
  holders: Type.Integer({ minimum: 0, description: 'Accounts of the exchange that own a copy' }),
  listed: Type.Integer({ minimum: 0, description: 'Open listings' }),
  lastSale: nullable(object({ id: Id, price: Money, at: Time })),
  windows: Windows,
};

const floor = nullable(Money);

const bestOffer = nullable(
  object(
    { id: Id, scope: oneOf('copy', 'card', 'set'), amount: Money, expiresAt: Time },
    { description: 'The best open offer that takes any copy of the card' },
  ),
);

export const CardMarket = object({ cardId: Id, setId: Id, floor, bestOffer, ...figures });

export const SetMarket = object({
  setId: Id,
  floor,
  value: Type.Unsafe<string>({
    ...Total,
    description: 'The last prices of its cards added up: one of each that was ever sold',
  }),
  ...figures,
});

const Point = object({
  start: Time,
  open: Money,
  high: Money,
  low: Money,
  close: Money,
  volume: Total,
  sales: Count,
});

export const Series = object({
  bucket: oneOf('hour', 'day', 'week'),
  from: nullable(Time),
  to: Time,
  points: Type.Array(Point),
});

export const CardSeries = object({
  ...Series.properties,
  floors: Type.Array(object({ start: Time, floor }), {
    description:
      'The floor at the end of each bucket in which it changed, for a set the lowest of its cards; the first one is ' +
      'that of the beginning. ' +
      'Null: nothing was listed.',
  }),
});

export const Holder = object({ handle: Handle, copies: Count });

export const Mover = object({
  card: CardSummary,
  price: Money,
  floor,
  change: Change,
  volume: Total,
  sales: Count,
  sparkline: Type.Array(Money),
});

export const MarketTotals = object({
  supply: Count,
  holders: Count,
  listed: Count,
  windows: object({
    '24h': object({ volume: Total, sales: Count }),
    '7d': object({ volume: Total, sales: Count }),
    '30d': object({ volume: Total, sales: Count }),
    all: object({ volume: Total, sales: Count }),
  }),
  days: Type.Array(object({ start: Time, volume: Total, sales: Count, traders: Count })),
});

const seriesQuery = object({
  range: Type.Optional(oneOf('24h', '7d', '30d', '90d', '1y', 'all')),
  bucket: Type.Optional(oneOf('hour', 'day', 'week')),
});

const seriesText =
  'Buckets in UTC, weeks from Monday; those without a sale are left out. Without a range it is 30 days, without ' +
  'a bucket hours up to 7 days, days up to a year and weeks beyond. Hours go back 30 days at the most.';

const UUIDS = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,99}$';

export const marketdata = {
  cardMarket: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/cards/:id/market',
    summary: 'Floor, best offer, last sale, volume, change, holders and supply of a card',
    access: 'public',
    params: IdParams,
    response: CardMarket,
  }),
  cardMarkets: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/market/cards',
    summary: 'The same of up to 100 cards, in the order asked for',
    description: 'Cards that do not exist are left out.',
    access: 'public',
    query: object({
      ids: Type.String({ pattern: UUIDS, maxLength: 3699, description: 'Ids of cards, separated by commas' }),
    }),
    response: object({ items: Type.Array(CardMarket) }),
  }),
  setMarket: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/sets/:id/market',
    summary: 'Floor, last sale, volume, change, holders and supply of a set',
    access: 'public',
    params: IdParams,
    response: SetMarket,
  }),
  cardSeries: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/cards/:id/series',
    summary: 'Prices, volume and floor of a card over time',
    description: seriesText,
    access: 'public',
    params: IdParams,
    query: seriesQuery,
    response: CardSeries,
  }),
  setSeries: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/sets/:id/series',
    summary: 'Prices, floor and volume of a set over time',
    description: seriesText,
    access: 'public',
    params: IdParams,
    query: seriesQuery,
    response: CardSeries,
  }),
  cardHolders: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/cards/:id/holders',
    summary: 'Who owns copies of a card, most copies first',
    access: 'public',
    params: IdParams,
    query: pageQuery({}),
    response: page(Holder),
  }),
  setHolders: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/sets/:id/holders',
    summary: 'Who owns copies of a set, most copies first',
    access: 'public',
    params: IdParams,
    query: pageQuery({}),
    response: page(Holder),
  }),
  movers: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/movers',
    summary: 'Cards whose price has changed most, in percent',
    description: 'Cards that were sold within the window and before it.',
    access: 'public',
    query: object({
      window: Type.Optional(oneOf('24h', '7d')),
      direction: Type.Optional(oneOf('up', 'down', 'both')),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    }),
    response: object({ items: Type.Array(Mover) }),
  }),
  totals: operation({
    service: 'marketdata',
    method: 'GET',
    path: '/market',
    summary: 'The whole market: volume, sales, and active traders by day',
    access: 'public',
    query: object({ days: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })) }),
    response: MarketTotals,
  }),
};
