import type { CardFacts } from '@ece/nfts';
import { lastPricesBefore, tallySales } from '@ece/vault';
import type { Change, MarketdataContext } from './api.ts';
import { changeBetween } from './domain/change.ts';
import { sparkline } from './domain/series.ts';
import { windowsAt } from './domain/windows.ts';
import { databaseNow, readCloses, readSummaries, soldSince, sumHours } from './store.ts';

export type MoverWindow = '24h' | '7d';
export type Direction = 'up' | 'down' | 'both';

/** A card whose price has changed much. Money in micro-USDC. */
export interface MoverFigures {
  card: CardFacts;
  price: bigint;
  floor: bigint | null;
  change: Change;
  volume: bigint;
  sales: number;
  sparkline: bigint[];
}

/** Most cards that are looked at: those that were sold last. */
const CANDIDATES = 5000;
/** Most movers that are given. */
const MOST = 50;
/** Milliseconds for which an answer serves everybody. */
const FRESH_MS = 5_000;

/**
 * Gives movers and keeps the answers for a moment: all pages that show them ask for the same ones. Those who
 * ask at once wait for one answer.
 */
export function createMovers(context: MarketdataContext) {
  const kept = new Map<string, { until: number; answer: Promise<MoverFigures[]> }>();
  return async (window: MoverWindow, direction: Direction, limit: number): Promise<MoverFigures[]> => {
    const key = `${window} ${direction}`;
    let entry = kept.get(key);
    if (!entry || entry.until < performance.now()) {
      entry = { until: performance.now() + FRESH_MS, answer: findMovers(context, window, direction) };
      kept.set(key, entry);
      entry.answer.catch(() => kept.delete(key));
    }
    return (await entry.answer).slice(0, limit);
  };
}

/**
 * The cards whose last price differs most, in percent, from the price before the window; of those that were
 * sold in the window.
 */
async function findMovers(
  { db, nfts }: MarketdataContext,
  name: MoverWindow,
  direction: Direction,
): Promise<MoverFigures[]> {
  const now = await databaseNow(db);
  const window = windowsAt(now).find((each) => each.name === name)!;
  const candidates = await soldSince(db, window.from, CANDIDATES);
  const ids = candidates.map((candidate) => candidate.cardId);
  const before = new Map(
    (await lastPricesBefore(db, ids, [window.from])).map(({ cardId, price }) => [cardId, price]),
  );
  const moved = candidates
    .flatMap(({ cardId, lastPrice }) => {
      const change = changeBetween(before.get(cardId), lastPrice);
      return change && goes(change, direction) ? [{ cardId, lastPrice, change }] : [];
    })
    .sort((a, b) => size(b.change) - size(a.change) || (a.cardId < b.cardId ? -1 : 1))
    .slice(0, MOST);
  const movedIds = moved.map(({ cardId }) => cardId);
  const [facts, summaries, hours, rests, closes] = await Promise.all([
    nfts.cardFacts(movedIds),
    readSummaries(db, movedIds),
    sumHours(db, movedIds, [window.hours]),
    tallySales(db, [{ from: window.from, to: window.hours }], movedIds),
    readCloses(db, movedIds, window.hours),
  ]);
  const closesBy = Map.groupBy(closes, (close) => close.subject);
  return moved.flatMap(({ cardId, lastPrice, change }) => {
    const card = facts[cardId];
    if (!card) return [];
    const parts = [
      ...hours.filter((sum) => sum.subject === cardId),
      ...rests.filter((tally) => tally.cardId === cardId),
    ];
    return [
      {
        card,
        price: lastPrice,
        floor: summaries.get(cardId)?.floor ?? null,
        change,
        volume: parts.reduce((sum, part) => sum + part.volume, 0n),
        sales: parts.reduce((sum, part) => sum + part.sales, 0),
        sparkline: sparkline(now, name, change.from, closesBy.get(cardId) ?? []),
      },
    ];
  });
}

const size = (change: Change) => Math.abs(change.percent);

function goes({ amount }: Change, direction: Direction): boolean {
  if (amount === 0n) return false;
  return direction === 'both' || amount > 0n === (direction === 'up');
}
