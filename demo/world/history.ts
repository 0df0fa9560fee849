import { pricePoint } from '../market/history.ts';
import { bell, powerLaw, weighted } from '../market/random.ts';
import type { World } from './index.ts';

/** A sale of a world's past: people and copies by position, the price in micro-USDC. */
export interface WorldSale {
  copy: number;
  seller: number;
  buyer: number;
  price: bigint;
  at: Date;
}

/** How much of a person's purse one purchase may take. */
const LARGEST_SHARE = 0.25;
/** What a seller has of the price at the least, after fee and royalty. */
const SELLERS_SHARE = 0.9;
/** Draws for one sale until it is one that somebody could and would make. */
const MOST_DRAWS = 1_000;
const HOUR = 3_600_000;

/** Times of sales in order: more of them of late. */
function timesOf({ random, size, from, now }: World): Float64Array {
  const span = now - HOUR - from;
  return Float64Array.from({ length: size.sales }, () => from + Math.sqrt(random()) * span).sort();
}

/** Draws copies to sell: some cards are traded far more than others. */
function copyDrawer({ random, cards, cardOf }: World): () => number {
  const first = new Int32Array(cards.length);
  for (let copy = cardOf.length - 1; copy >= 0; copy--) first[cardOf[copy]!] = copy;
  // By lot, so that popularity does not follow the order of the sets.
  const ranks = powerLaw(cards.length, 0.6);
  for (let i = ranks.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [ranks[i], ranks[j]] = [ranks[j]!, ranks[i]!];
  }
  const card = weighted(cards.map(({ editionSize }, i) => ranks[i]! * editionSize));
  return () => {
    const chosen = card(random);
    return first[chosen]! + Math.floor(random() * cards[chosen]!.editionSize);
  };
}

/**
 * Plays a world's past, sale by sale in the order of time: each by who owned the copy then to somebody who
 * could afford it. Owners and purses of the world move on with it.
 */
export function* playHistory(world: World): Generator<WorldSale> {
  const { random, prices, cardOf, serialOf, ownerOf, purses, drawPerson } = world;
  const drawCopy = copyDrawer(world);
  for (const at of timesOf(world)) {
    let sale: WorldSale | undefined;
    for (let draw = 0; !sale; draw++) {
      if (draw === MOST_DRAWS) throw new Error('nobody in this world can afford anything any more');
      const [copy, buyer] = [drawCopy(), drawPerson()];
      const seller = ownerOf[copy]!;
      const price = pricePoint(
        prices.value(cardOf[copy]!, serialOf[copy]!, at) * Math.exp(bell(random) * 0.07),
      );
      if (buyer === seller || Number(price) > purses[buyer]! * LARGEST_SHARE) continue;
      sale = { copy, seller, buyer, price, at: new Date(Math.floor(at)) };
    }
    const paid = Number(sale.price);
    purses[sale.buyer]! -= paid;
    purses[sale.seller]! += Math.floor(paid * SELLERS_SHARE);
    ownerOf[sale.copy] = sale.buyer;
    yield sale;
  }
}
