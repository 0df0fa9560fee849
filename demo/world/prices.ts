import { BASE_PRICES, serialPremium } from '../market/history.ts';
import { bell, type Random } from '../market/random.ts';

const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** What cards are worth over time: sets drift together, and each card goes its own way within them. */
export interface WorldPrices {
  /** The value in USDC of a card's copy with this serial at a time. */
  value(card: number, serial: number, at: number): number;
}

function walk(random: Random, steps: number, drift: number, deviation: number): Float64Array {
  let log = 0;
  return Float64Array.from({ length: steps }, () => {
    log += drift + bell(random) * deviation;
    return Math.exp(log);
  });
}

/** Makes the prices of a world's cards from `from` to `to` (Unix milliseconds). */
export function makePrices(
  random: Random,
  cards: readonly { setCode: string; rarity: string; editionSize: number }[],
  { from, to }: { from: number; to: number },
): WorldPrices {
  const days = Math.ceil((to - from) / DAY) + 1;
  const weeks = Math.ceil((to - from) / WEEK) + 1;
  const setWalks = new Map<string, Float64Array>();
  for (const { setCode } of cards) {
    if (!setWalks.has(setCode)) setWalks.set(setCode, walk(random, days, (random() - 0.42) * 0.0015, 0.012));
  }
  const own = cards.map(() => ({
    level: Math.exp(bell(random) * 0.4),
    series: walk(random, weeks, (random() - 0.5) * 0.006, 0.03),
  }));
  const step = (at: number, length: number, count: number) =>
    Math.max(0, Math.min(count - 1, Math.floor((at - from) / length)));
  return {
    value(card, serial, at) {
      const { setCode, rarity, editionSize } = cards[card]!;
      const { level, series } = own[card]!;
      const mood = setWalks.get(setCode)![step(at, DAY, days)]! * series[step(at, WEEK, weeks)]!;
      return (BASE_PRICES[rarity] ?? 5) * level * mood * serialPremium(serial, editionSize);
    },
  };
}
