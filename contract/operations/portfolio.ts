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
  Rarity,
  SignedMoney,
  Time,
  Type,
} from '../schema.ts';
import { CopySummary } from './nfts.ts';
import { BestOffer } from './offers.ts';

const Count = Type.Integer({ minimum: 0 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A date in UTC' });

export const Estimate = object(
  {
    copyId: Id,
    value: Money,
    low: Money,
    high: Money,
    confidence: oneOf('high', 'medium', 'low'),
    method: oneOf('sales', 'index', 'set', 'rarity'),
    sales: Type.Integer({ description: 'Sales of the card that count' }),
    serialFactor: Type.Number({ description: 'What its serial makes of the value of an ordinary copy' }),
  },
  {
    description:
      'What a copy would probably be sold for next: about eight of ten sales should lie between low and high. ' +
      'The method says where it comes from: the card’s own sales, a few of them moved along with the set’s ' +
      'index, cards of its rarity in its set, or cards of its rarity anywhere.',
  },
);

const Comparable = object({
  copyId: Id,
  serial: Type.Integer(),
  price: Money,
  at: Time,
  weight: Type.Number({ description: 'Its share of all weights' }),
});

const holding = {
  copy: CopySummary,
  acquiredAt: Time,
  acquiredBy: oneOf('mint', 'sale', 'trade', 'deposit'),
  cost: nullable(Money),
};

export const Holding = object({
  ...holding,
  estimate: nullable(Estimate),
  gain: nullable(SignedMoney),
  bestOffer: nullable(BestOffer),
});

const totals = {
  copies: Count,
  value: Money,
  cost: Money,
};

const Gain = object({
  ...holding,
  endedAt: Time,
  endedBy: oneOf('sale', 'trade'),
  proceeds: Money,
  gain: nullable(SignedMoney),
});

const SetProgress = object({
  setId: Id,
  setCode: Type.String(),
  setName: Type.String(),
  cards: Count,
  owned: Type.Integer({ description: 'Cards of which they have a copy' }),
  copies: Count,
});

export const portfolio = {
  get: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/portfolio',
    summary: 'What I hold, what it cost me, and what it is worth',
    description:
      'The totals are over everything. A copy whose cost nobody knows counts in the value and not in the ' +
      'gain. Values move while pages are read, and so may the order.',
    access: 'user',
    query: pageQuery({
      sort: Type.Optional(oneOf('value', 'gain', 'newest')),
      setId: Type.Optional(Id),
    }),
    response: object({
      ...totals,
      unrealised: SignedMoney,
      realised: SignedMoney,
      unknownCost: Type.Integer({ description: 'Copies whose cost nobody knows' }),
      unvalued: Type.Integer({ description: 'Copies of which no sale tells what they are worth' }),
      bySet: Type.Array(object({ setId: Id, setCode: Type.String(), setName: Type.String(), ...totals }), {
        description: 'The hundred most valuable sets',
      }),
      byRarity: Type.Array(object({ rarity: Rarity, ...totals })),
      holdings: Type.Array(Holding),
      nextCursor: nullable(Type.String()),
    }),
  }),
  history: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/portfolio/history',
    summary: 'What I held at the end of each day (UTC), and now',
    description: 'Beyond two years of days, one for each week.',
    access: 'user',
    query: object({ range: Type.Optional(oneOf('7d', '30d', '90d', '1y', 'all')) }),
    response: object({
      range: oneOf('7d', '30d', '90d', '1y', 'all'),
      points: Type.Array(object({ day: Day, ...totals })),
    }),
  }),
  gains: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/portfolio/gains',
    summary: 'What I sold or traded away, and what I gained by it, newest first',
    access: 'user',
    query: pageQuery({}),
    response: page(Gain),
  }),
  export: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/portfolio/export',
    summary: 'My holdings or my realised gains as a table',
    description: 'CSV by RFC 4180 with a header line, in UTF-8. Text that a spreadsheet would run is quoted.',
    access: 'user',
    query: object({ kind: Type.Optional(oneOf('holdings', 'gains')) }),
    mediaType: 'text/csv',
    perMinute: 30,
    response: Type.String(),
  }),
  estimate: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/copies/:id/estimate',
    summary: 'What a copy is worth, and by which sales',
    access: 'public',
    params: IdParams,
    response: object({ estimate: nullable(Estimate), comparables: Type.Array(Comparable) }),
  }),
  estimates: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/estimates',
    summary: 'What many copies are worth',
    description: 'Copies without an estimate are left out.',
    access: 'public',
    query: object({
      copyIds: Type.String({
        description: 'Ids of up to 100 copies, with commas between them',
        pattern: '^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$',
        maxLength: 3_699,
      }),
    }),
    response: object({ items: Type.Array(Estimate) }),
  }),
  completion: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/sets/:id/completion',
    summary: 'Which cards of a set I have, and what the others cost now',
    description:
      'The figures are over the whole set, the items are a page by the cards’ numbers. `cheapest` is somebody ' +
      'else’s listing, `bestOffer` the best that takes any copy of the card: what an offer has to beat.',
    access: 'user',
    params: IdParams,
    query: pageQuery({}),
    response: object({
      ...SetProgress.properties,
      costToComplete: Type.String({
        description: 'USDC for the cheapest listings of the missing cards that are listed',
      }),
      unlisted: Type.Integer({ description: 'Missing cards that nobody lists' }),
      items: Type.Array(
        object({
          cardId: Id,
          number: Type.Integer(),
          name: Type.String(),
          rarity: Rarity,
          editionSize: Type.Integer(),
          artworkUrl: Type.String(),
          copies: Count,
          lowestSerial: nullable(Type.Integer()),
          cheapest: nullable(object({ listingId: Id, copyId: Id, price: Money })),
          bestOffer: nullable(BestOffer),
        }),
      ),
      nextCursor: nullable(Type.String()),
    }),
  }),
  completions: operation({
    service: 'portfolio',
    method: 'GET',
    path: '/completions',
    summary: 'How far somebody has come with each set, the oldest set first',
    access: 'public',
    query: pageQuery({ handle: Handle }),
    response: page(SetProgress),
  }),
};
