import { type entities, formatMoney, type Static } from '@ece/contract';
import type { CardFigures, Change, WindowFigures, WindowName } from './api.ts';
import type { Candle } from './domain/series.ts';
import type { marketFigures, SetFigures } from './figures.ts';
import type { MoverFigures } from './movers.ts';

type Windows = Record<WindowName | 'all', WindowFigures>;

const money = (micro: bigint | null) => (micro === null ? null : formatMoney(micro));

function presentChange(change: Change) {
  return {
    from: formatMoney(change.from),
    amount: formatMoney(change.amount),
    percent: change.percent,
  };
}

/** Writes the figures of each window with `present`. */
function presentWindows<T>(windows: Windows, present: (figures: WindowFigures) => T) {
  return {
    '24h': present(windows['24h']),
    '7d': present(windows['7d']),
    '30d': present(windows['30d']),
    all: present(windows.all),
  };
}

const withoutChange = ({ volume, sales }: WindowFigures) => ({ volume: formatMoney(volume), sales });
const withChange = (figures: WindowFigures) => ({
  ...withoutChange(figures),
  change: figures.change ? presentChange(figures.change) : null,
});

function presentCommon(figures: Omit<CardFigures, 'cardId' | 'bestOffer'>) {
  const { supply, outside, holders, listed, lastSale, windows } = figures;
  return {
    ...{ supply, outside, holders, listed },
    floor: money(figures.floor),
    lastSale: lastSale && {
      id: lastSale.id,
      price: formatMoney(lastSale.price),
      at: lastSale.at.toISOString(),
    },
    windows: presentWindows(windows, withChange),
  };
}

/** A card's figures as the contract shows them. */
export function presentCardMarket(figures: CardFigures): Static<typeof entities.CardMarket> {
  const { cardId, setId, bestOffer } = figures;
  return {
    ...{ cardId, setId },
    bestOffer: bestOffer && {
      id: bestOffer.offerId,
      scope: bestOffer.scope,
      amount: formatMoney(bestOffer.amount),
      expiresAt: bestOffer.expiresAt.toISOString(),
    },
    ...presentCommon(figures),
  };
}

/** A set's figures as the contract shows them. */
export function presentSetMarket(figures: SetFigures): Static<typeof entities.SetMarket> {
  return { setId: figures.setId, value: formatMoney(figures.value), ...presentCommon(figures) };
}

/** The market's figures as the contract shows them. */
export function presentTotals(
  figures: Awaited<ReturnType<typeof marketFigures>>,
): Static<typeof entities.MarketTotals> {
  const { supply, holders, listed, windows, daily } = figures;
  return {
    ...{ supply, holders, listed },
    windows: presentWindows(windows, withoutChange),
    days: daily.map((day) => ({
      start: day.start.toISOString(),
      volume: formatMoney(day.volume),
      sales: Number(day.sales),
      traders: Number(day.traders),
    })),
  };
}

/** Buckets of sales as the contract shows them. */
export function presentPoints(candles: Candle[]): Static<typeof entities.Series>['points'] {
  return candles.map((candle) => ({
    start: candle.start.toISOString(),
    open: formatMoney(candle.open),
    high: formatMoney(candle.high),
    low: formatMoney(candle.low),
    close: formatMoney(candle.close),
    volume: formatMoney(candle.volume),
    sales: Number(candle.sales),
  }));
}

/** Floors over time as the contract shows them. */
export function presentFloors(
  floors: { start: Date; floor: bigint | null }[],
): Static<typeof entities.CardSeries>['floors'] {
  return floors.map(({ start, floor }) => ({ start: start.toISOString(), floor: money(floor) }));
}

/** A mover as the contract shows it. */
export function presentMover(mover: MoverFigures): Static<typeof entities.Mover> {
  const { card, price, floor, change, volume, sales, sparkline } = mover;
  return {
    ...{ card, sales },
    price: formatMoney(price),
    floor: money(floor),
    change: presentChange(change),
    volume: formatMoney(volume),
    sparkline: sparkline.map(formatMoney),
  };
}
