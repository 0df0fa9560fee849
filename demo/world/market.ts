import { pricePoint } from '../market/history.ts';
import { pick } from '../market/random.ts';
import type { World } from './index.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An auction that is under way. Amounts in micro-USDC, times in Unix milliseconds. */
export interface WorldAuction {
  copies: number[];
  seller: number;
  startingPrice: bigint;
  reservePrice: bigint | null;
  buyNowPrice: bigint | null;
  startsAt: number;
  endsAt: number;
  bids: { bidder: number; maximum: bigint; at: number }[];
}

/** A copy for sale at a fixed price. */
export interface WorldListing {
  copy: number;
  seller: number;
  price: bigint;
}

/** A proposal to swap copies, with cash from one side. */
export interface WorldTrade {
  from: number;
  to: number;
  give: { copies: number[]; cash: bigint };
  receive: { copies: number[]; cash: bigint };
  message: string;
}

/** Somebody's offer to buy a copy, any copy of a card, or any copy of a set, here named by one of its cards. */
export interface WorldOffer {
  buyer: number;
  scope: 'copy' | 'card' | 'set';
  /** The copy, or one of the card or the set. */
  copy: number;
  amount: bigint;
}

/** What is open in a world at present. */
export interface OpenMarket {
  auctions: WorldAuction[];
  listings: WorldListing[];
  trades: WorldTrade[];
  offers: WorldOffer[];
}

const MESSAGES = [
  'Yours completes my set. Fair?',
  'Same value by my count; tell me if you see it differently.',
  'My low serial for your rare one?',
  'I have looked for this one since spring.',
  'Happy to talk about the cash.',
];
/** How much of a purse a trade's cash may take. */
const CASH_SHARE = 0.02;
const MOST_BIDS = 14;
/** Draws of a buyer and a copy for one offer. */
const MOST_DRAWS = 10_000;

/** Opens the market of a world whose past has been played. Each copy is in one deal at the most. */
export function openMarket(world: World): OpenMarket {
  const free = shuffled(world);
  const take = () => {
    const copy = free.pop();
    if (copy === undefined) throw new RangeError('this world has too few copies for its market');
    return copy;
  };
  const { size } = world;
  return {
    auctions: Array.from({ length: size.auctions }, () => openAuction(world, take)),
    listings: Array.from({ length: size.listings }, () => openListing(world, take())),
    trades: openTrades(world, take),
    offers: openOffers(world),
  };
}

function shuffled({ random, cardOf }: World): number[] {
  const copies = Array.from(cardOf, (_, copy) => copy);
  for (let i = copies.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copies[i], copies[j]] = [copies[j]!, copies[i]!];
  }
  return copies;
}

function worth({ prices, cardOf, serialOf, now }: World, copy: number): number {
  return prices.value(cardOf[copy]!, serialOf[copy]!, now);
}

function openListing(world: World, copy: number): WorldListing {
  const price = pricePoint(worth(world, copy) * (0.92 + world.random() * 0.7));
  return { copy, seller: world.ownerOf[copy]!, price };
}

/** Auctions that began in the last days and end within the next ones, the soonest in some hours. */
function openAuction(world: World, take: () => number): WorldAuction {
  const { random, now, ownerOf } = world;
  const copy = take();
  const value = worth(world, copy);
  const startsAt = Math.floor(now - 10 * MINUTE - random() * 4 * DAY);
  const startingPrice = pricePoint(value * 0.3);
  const reserve = pricePoint(value * 0.8);
  const buyNow = pricePoint(value * 2.5 + 1);
  const auction: WorldAuction = {
    copies: [copy],
    seller: ownerOf[copy]!,
    startingPrice,
    reservePrice: random() < 0.25 && reserve >= startingPrice ? reserve : null,
    buyNowPrice: random() < 0.3 && buyNow > startingPrice ? buyNow : null,
    startsAt,
    endsAt: Math.floor(now + 6 * HOUR + random() * 9 * DAY),
    bids: [],
  };
  auction.bids = bidsOn(world, auction, value);
  return auction;
}

/** Rival bids since the start. The highest one counts as spent, so that nobody bids what they do not have. */
function bidsOn(world: World, auction: WorldAuction, value: number): WorldAuction['bids'] {
  const { random, now, purses, drawPerson } = world;
  const count = Math.floor(random() ** 2 * (MOST_BIDS + 1));
  const times = Array.from(
    { length: count },
    () => auction.startsAt + 1_000 + Math.floor(random() * (now - MINUTE - auction.startsAt - 1_000)),
  ).sort((a, b) => a - b);
  const bids = times.flatMap((at) => {
    const bidder = drawPerson();
    const maximum = pricePoint(value * (0.32 + random() * 0.7));
    const affordable = Number(maximum) < purses[bidder]! * 0.1;
    return bidder === auction.seller || !affordable ? [] : [{ bidder, maximum, at }];
  });
  const highest = bids.reduce<(typeof bids)[number] | undefined>(
    (best, bid) => (best && best.maximum >= bid.maximum ? best : bid),
    undefined,
  );
  if (highest) purses[highest.bidder]! -= Number(highest.maximum);
  return bids;
}

/** Each trade is a copy for another person's copy; the difference is paid by whom it favours. */
function openTrades(world: World, take: () => number): WorldTrade[] {
  const { random, ownerOf, purses, size } = world;
  return Array.from({ length: size.trades }, (): WorldTrade => {
    const mine = take();
    const from = ownerOf[mine]!;
    let theirs = take();
    while (ownerOf[theirs] === from) theirs = take();
    const difference = pricePoint(Math.abs(worth(world, theirs) - worth(world, mine)));
    const iPay = worth(world, theirs) > worth(world, mine);
    const limit = BigInt(Math.floor(Math.max(0, purses[from]!) * CASH_SHARE));
    const cash = iPay && difference > limit ? limit : difference;
    if (iPay) purses[from]! -= Number(cash);
    return {
      from,
      to: ownerOf[theirs]!,
      give: { copies: [mine], cash: iPay ? cash : 0n },
      receive: { copies: [theirs], cash: iPay ? 0n : cash },
      message: pick(random, MESSAGES),
    };
  });
}

/** Half of them are for a copy, most others for a card. Each counts as spent. */
function openOffers(world: World): WorldOffer[] {
  const { random, ownerOf, purses, size, drawPerson } = world;
  return Array.from({ length: size.offers }, (): WorldOffer => {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const copy = Math.floor(random() * ownerOf.length);
      const buyer = drawPerson();
      const kind = random();
      const scope = kind < 0.5 ? 'copy' : kind < 0.85 ? 'card' : 'set';
      const share = scope === 'set' ? 0.3 : 0.85;
      const amount = pricePoint(worth(world, copy) * share * (0.6 + random() * 0.5));
      if (ownerOf[copy] === buyer || Number(amount) > purses[buyer]! * CASH_SHARE) continue;
      purses[buyer]! -= Number(amount);
      return { buyer, scope, copy, amount };
    }
    throw new Error('nobody in this world can afford an offer');
  });
}
