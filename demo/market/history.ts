import { bell, pick, type Random } from './random.ts';

/** A copy as the demo's market sees it. */
export interface DemoCopy {
  id: string;
  ownerId: string;
  serial: number;
  editionSize: number;
  cardId: string;
  setCode: string;
  rarity: string;
}

/** A sale of the demo's past. The price is in micro-USDC. */
export interface PastSale {
  copyId: string;
  sellerId: string;
  buyerId: string;
  price: bigint;
  at: Date;
}

const DAY = 86_400_000;

/** What an average copy costs by rarity, in USDC. */
export const BASE_PRICES: Record<string, number> = {
  common: 2,
  uncommon: 6,
  rare: 20,
  epic: 70,
  legendary: 300,
  mythic: 1400,
};

/** How much of a person's purse one purchase may take. */
const LARGEST_SHARE = 0.25;

/** A market's mood: what each card is worth on each day. */
export interface PriceModel {
  /** The value of a copy at a time, in USDC. */
  value(copy: DemoCopy, at: number): number;
}

/** Makes a price model over `days` days before `now`: sets drift together, cards have their own level. */
export function createPriceModel(random: Random, now: number, days: number): PriceModel {
  const levels = new Map<string, number>();
  const walks = new Map<string, number[]>();
  const level = (cardId: string) => {
    if (!levels.has(cardId)) levels.set(cardId, Math.exp(bell(random) * 0.35));
    return levels.get(cardId)!;
  };
  const walk = (setCode: string) => {
    let series = walks.get(setCode);
    if (!series) {
      const drift = (random() - 0.35) * 0.008;
      let log = 0;
      series = Array.from({ length: days + 2 }, () => {
        log += drift + bell(random) * 0.025;
        return Math.exp(log);
      });
      walks.set(setCode, series);
    }
    return series;
  };
  return {
    value(copy, at) {
      const day = Math.max(0, Math.min(days + 1, days - Math.floor((now - at) / DAY)));
      const serial = serialPremium(copy.serial, copy.editionSize);
      return (BASE_PRICES[copy.rarity] ?? 5) * level(copy.cardId) * walk(copy.setCode)[day]! * serial;
    },
  };
}

/** How many times the usual price a serial is worth: the first, the next two and the last one are dearer. */
export function serialPremium(serial: number, editionSize: number): number {
  return serial === 1 ? 2.2 : serial <= 3 ? 1.35 : serial === editionSize ? 1.2 : 1;
}

/** An amount of USDC as people price things: to the cent below ten, to the half below a hundred, else whole. */
export function pricePoint(usdc: number): bigint {
  const step = usdc < 10 ? 0.05 : usdc < 100 ? 0.5 : usdc < 1000 ? 5 : 25;
  const points = Math.max(1, Math.round(usdc / step));
  return BigInt(Math.round(points * step * 1e6));
}

/**
 * Makes the demo's past: sales over the last days, each by who owned the copy then to somebody who could
 * afford it. `copies` and `purses` (micro-USDC by person) end up as they are after the last sale.
 */
export function makeHistory(options: {
  random: Random;
  model: PriceModel;
  copies: DemoCopy[];
  purses: Map<string, bigint>;
  sales: number;
  from: number;
  to: number;
}): PastSale[] {
  const { random, model, copies, purses, from, to } = options;
  const people = [...purses.keys()];
  const times = Array.from({ length: options.sales }, () => from + Math.sqrt(random()) * (to - from));
  const history: PastSale[] = [];
  for (const at of times.sort((a, b) => a - b)) {
    const copy = pick(random, copies);
    const buyerId = pick(random, people);
    const price = pricePoint(model.value(copy, at) * Math.exp(bell(random) * 0.09));
    const purse = purses.get(buyerId)!;
    if (buyerId === copy.ownerId || Number(price) > Number(purse) * LARGEST_SHARE) continue;
    history.push({ copyId: copy.id, sellerId: copy.ownerId, buyerId, price, at: new Date(at) });
    purses.set(buyerId, purse - price);
    // Fee and royalty are not counted here: a seller has a little less than this in truth, never more.
    purses.set(copy.ownerId, purses.get(copy.ownerId)! + (price * 90n) / 100n);
    copy.ownerId = buyerId;
  }
  return history;
}
