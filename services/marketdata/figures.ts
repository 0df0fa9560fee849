import { lastPricesBefore, type Stretch, type Tally, tallySales } from '@ece/vault';
import type { CardFigures, MarketdataContext, WindowFigures } from './api.ts';
import { MARKET } from './buckets.ts';
import { changeBetween } from './domain/change.ts';
import { DAY, dayOf } from './domain/time.ts';
import { type OpenWindow, WINDOW_NAMES, type WindowName, windowsAt } from './domain/windows.ts';
import {
  cardsOfSet,
  databaseNow,
  type HourSum,
  readDays,
  readSummaries,
  type SummaryRow,
  sumHours,
} from './store.ts';

/** Volume and number of sales. */
type Sums = Pick<WindowFigures, 'volume' | 'sales'>;

/** What the market says of a set. Money in micro-USDC. */
export type SetFigures = Omit<CardFigures, 'cardId' | 'bestOffer'> & { value: bigint };

/** What is kept of a subject that nothing has happened to. */
const nothing = (subject: string, setId: string | null): SummaryRow => ({
  subject,
  setId,
  supply: 0n,
  outside: 0n,
  holders: 0n,
  listed: 0n,
  floor: null,
  sales: 0n,
  volume: 0n,
  firstPrice: null,
  lastPrice: null,
  lastAt: null,
  lastSale: null,
});

/** Figures of cards by id; ids of no card are left out. */
export async function cardFigures(
  { db, market, nfts }: MarketdataContext,
  cardIds: string[],
): Promise<Record<string, CardFigures>> {
  const windows = windowsAt(await databaseNow(db));
  const [facts, offers, summaries, hours, rests, before] = await Promise.all([
    nfts.cardFacts(cardIds),
    market.bestOfferOfCards(cardIds),
    readSummaries(db, cardIds),
    sumHours(db, cardIds, hoursOf(windows)),
    tallySales(db, restsOf(windows), cardIds),
    lastPricesBefore(db, cardIds, beginningsOf(windows)),
  ]);
  const hoursBy = Map.groupBy(hours, (sum) => sum.subject);
  const restsBy = Map.groupBy(rests, (tally) => tally.cardId);
  const beforeBy = Map.groupBy(before, (price) => price.cardId);
  return Object.fromEntries(
    Object.entries(facts).map(([cardId, { setId }]) => {
      const row = summaries.get(cardId) ?? nothing(cardId, setId);
      const sums = sumsOf(hoursBy.get(cardId), restsBy.get(cardId));
      const prices = new Map(beforeBy.get(cardId)?.map(({ instant, price }) => [instant, price]));
      const changes = (index: number) => changeBetween(prices.get(index), row.lastPrice);
      const all = changeBetween(row.firstPrice, row.lastPrice);
      const bestOffer = offers[cardId] ?? null;
      const windows = inWindows(row, sums, changes, all);
      return [cardId, { cardId, bestOffer, ...common(row, setId), windows }];
    }),
  );
}

/** Figures of a set; undefined where there is no such set. Its change is that of its cards' prices, added up. */
export async function setFigures(
  { db, nfts }: MarketdataContext,
  setId: string,
): Promise<SetFigures | undefined> {
  if (!(await nfts.setFacts([setId]))[setId]) return undefined;
  const windows = windowsAt(await databaseNow(db));
  const cards = await cardsOfSet(db, setId);
  const cardIds = cards.map((card) => card.cardId);
  const [summaries, hours, rests, before] = await Promise.all([
    readSummaries(db, [setId]),
    sumHours(db, [setId], hoursOf(windows)),
    tallySales(db, restsOf(windows), cardIds),
    lastPricesBefore(db, cardIds, beginningsOf(windows)),
  ]);
  const row = summaries.get(setId) ?? nothing(setId, null);
  const lastOf = new Map(cards.map(({ cardId, lastPrice }) => [cardId, lastPrice]));
  const changes = (index: number) => {
    const then = before.filter(({ cardId, instant }) => instant === index && lastOf.get(cardId) != null);
    const add = (values: bigint[]) => values.reduce((sum, value) => sum + value, 0n);
    return changeBetween(
      add(then.map(({ price }) => price)),
      add(then.map(({ cardId }) => lastOf.get(cardId)!)),
    );
  };
  return {
    ...common(row, setId),
    value: cards.reduce((sum, { lastPrice }) => sum + (lastPrice ?? 0n), 0n),
    windows: inWindows(row, sumsOf(hours, rests), changes, undefined),
  };
}

/** Figures of the whole market, and its last days, the present one among them. Money in micro-USDC. */
export async function marketFigures({ db }: MarketdataContext, days: number) {
  const now = await databaseNow(db);
  const windows = windowsAt(now);
  const [summaries, hours, rests, daily] = await Promise.all([
    readSummaries(db, [MARKET]),
    sumHours(db, [MARKET], hoursOf(windows)),
    tallySales(db, restsOf(windows), undefined),
    readDays(db, MARKET, new Date(dayOf(now.getTime()) - (days - 1) * DAY)),
  ]);
  const row = summaries.get(MARKET) ?? nothing(MARKET, null);
  const { supply, holders, listed } = common(row, '');
  const sums = sumsOf(hours, rests);
  return {
    ...{ supply, holders, listed, daily },
    windows: inWindows(row, sums, () => undefined, undefined),
  };
}

const hoursOf = (windows: OpenWindow[]) => windows.map((window) => window.hours);
const beginningsOf = (windows: OpenWindow[]) => windows.map((window) => window.from);
const restsOf = (windows: OpenWindow[]): Stretch[] =>
  windows.map((window) => ({ from: window.from, to: window.hours }));

/** Adds whole hours and the rests before them, by window. */
function sumsOf(hours: HourSum[] = [], rests: Tally[] = []): Sums[] {
  return WINDOW_NAMES.map((_, index) => {
    const parts: Sums[] = [
      ...hours.filter((sum) => sum.since === index),
      ...rests.filter((tally) => tally.stretch === index),
    ];
    return {
      volume: parts.reduce((sum, part) => sum + part.volume, 0n),
      sales: parts.reduce((sum, part) => sum + part.sales, 0),
    };
  });
}

function inWindows(
  row: SummaryRow,
  sums: Sums[],
  change: (index: number) => WindowFigures['change'] | undefined,
  all: WindowFigures['change'] | undefined,
): Record<WindowName | 'all', WindowFigures> {
  const entries = WINDOW_NAMES.map((name, index): [string, WindowFigures] => [
    name,
    { ...sums[index]!, change: change(index) ?? null },
  ]);
  const total = { volume: row.volume, sales: Number(row.sales), change: all ?? null };
  return Object.fromEntries([...entries, ['all', total]]) as Record<WindowName | 'all', WindowFigures>;
}

function common(row: SummaryRow, setId: string) {
  const { floor, lastSale, lastPrice, lastAt } = row;
  return {
    ...{ setId, floor },
    supply: Number(row.supply),
    outside: Number(row.outside),
    holders: Number(row.holders),
    listed: Number(row.listed),
    lastSale: lastSale ? { id: lastSale, price: lastPrice!, at: lastAt! } : null,
  };
}
