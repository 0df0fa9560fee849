import { pick, type Random } from '@ece/demo/market/random';
import type { Action, Deed, TradeDeed } from './actions.ts';
import type { SimAuction, SimExchange } from './exchange.ts';
import type { SimCopy } from './vault.ts';

export const PEOPLE = ['ada', 'ben', 'cleo', 'dora', 'egon', 'fay', 'gus', 'hana'];
/** Earns the royalties and does nothing. */
export const CREATOR = 'creator';

/** What everybody has at the start. */
export const PURSE = 260_000_000n;

const SETS = 2;
const CARDS = 6;
const COPIES = 4;
const USDC = 1_000_000n;

/** The cards of the simulation: a few editions, dealt in turn. */
export function dealtCopies(): SimCopy[] {
  const copies: SimCopy[] = [];
  for (let card = 0; card < CARDS; card++) {
    for (let serial = 1; serial <= COPIES; serial++) {
      copies.push({
        id: `card${card}/${serial}`,
        cardId: `card${card}`,
        setId: card % SETS === 0 ? 'set' : 'other',
        serial,
        ownerId: PEOPLE[copies.length % PEOPLE.length]!,
        epoch: 0n,
        commitment: null,
      });
    }
  }
  return copies;
}

/** What somebody does next, as people do it: mostly sensible, often too late, too low, or not theirs to do. */
export function decide(random: Random, exchange: SimExchange, who: string, now: number): Deed {
  const wishes: [
    weight: number,
    (random: Random, exchange: SimExchange, who: string, now: number) => Deed,
  ][] = [
    [1, fund],
    [2, list],
    [2, buy],
    [2, auction],
    [9, bid],
    [1, stop],
    [2, offer],
    [3, answerOffer],
    [2, trade],
    [3, answerTrade],
  ];
  let chosen = random() * wishes.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, wish] of wishes) {
    chosen -= weight;
    if (chosen < 0) return wish(random, exchange, who, now);
  }
  return fund(random);
}

/** The same call once more, or another one under its key, as clients do that lost an answer or their mind. */
export function repeated(random: Random, before: Action, n: number, now: number): Action {
  const other = random() < 0.2 && before.deed.kind === 'bid';
  const deed = other ? { ...before.deed, maximum: 3n * USDC } : before.deed;
  return { ...before, n, at: now, deed: deed as Deed };
}

/** An amount from cents to some hundreds, with a bias to round ones and to the borders of the increments. */
function amount(random: Random): bigint {
  const whole = pick(random, [1n, 2n, 5n, 5n, 7n, 10n, 25n, 25n, 40n, 100n, 130n, 250n]) * USDC;
  const odd = BigInt(Math.floor(random() * 3_000_000));
  return random() < 0.5 ? whole : whole / 2n + odd + 1n;
}

const copies = (exchange: SimExchange) => [...exchange.vault.copies.values()];

/** A copy that somebody has, or now and then any copy. */
function copyOf(random: Random, exchange: SimExchange, who: string): SimCopy {
  const own = copies(exchange).filter((copy) => copy.ownerId === who);
  const free = own.filter((copy) => !copy.commitment);
  if (free.length > 0 && random() < 0.9) return pick(random, free);
  return pick(random, own.length > 0 && random() < 0.7 ? own : copies(exchange));
}

/** The newest of some things, and now and then one that is over. */
function recent<T extends { state: string }>(random: Random, things: Map<string, T>): T | undefined {
  const all = [...things.values()].slice(-60);
  const open = all.filter((thing) => thing.state === 'open');
  const list = open.length > 0 && random() < 0.92 ? open : all;
  return list.length > 0 ? pick(random, list) : undefined;
}

function fund(random: Random): Deed {
  const value = amount(random);
  return random() < 0.8 ? { kind: 'deposit', amount: value * 2n } : { kind: 'withdraw', amount: value };
}

function list(random: Random, exchange: SimExchange, who: string): Deed {
  const price = random() < 0.05 ? 5_000n : amount(random);
  return { kind: 'list', copyId: copyOf(random, exchange, who).id, price };
}

function buy(random: Random, exchange: SimExchange): Deed {
  const listing = recent(random, exchange.listings);
  if (!listing) return fund(random);
  const seen = random() < 0.9 ? listing.price : listing.price - 1n;
  return { kind: 'purchase', id: listing.id, seen };
}

function auction(random: Random, exchange: SimExchange, who: string, now: number): Deed {
  const start = amount(random) / 4n;
  const first = copyOf(random, exchange, who).id;
  const second = copyOf(random, exchange, who).id;
  const startsAt = random() < 0.8 ? now : now + Math.floor(random() * 20_000);
  const window = Math.floor(random() * 15_000);
  return {
    kind: 'auction',
    copyIds: random() < 0.3 && first !== second ? [first, second] : [first],
    start,
    reserve: random() < 0.3 ? start + amount(random) : null,
    buyNow: random() < 0.3 ? start + amount(random) * 4n : null,
    startsAt,
    endsAt: startsAt + 4_500 + Math.floor(random() * 60_000),
    softClose: { window, extension: Math.floor(window * (0.5 + random())) },
  };
}

/** Those that end soon draw most of the bids. */
function hottest(random: Random, exchange: SimExchange): SimAuction | undefined {
  const open = [...exchange.auctions.values()].slice(-60).filter(({ state }) => state === 'open');
  if (random() < 0.6) return open.toSorted((a, b) => a.endsAt - b.endsAt)[0];
  return recent(random, exchange.auctions);
}

function bid(random: Random, exchange: SimExchange, who: string, now: number): Deed {
  const found = hottest(random, exchange);
  if (!found) return auction(random, exchange, who, now);
  const { id, price, startingPrice, leader, buyNowPrice } = found;
  if (buyNowPrice !== null && random() < 0.05) return { kind: 'buyNow', id, seen: buyNowPrice };
  const floor = price ?? startingPrice;
  // Now and then just the rival's maximum, or a hair above it.
  const near = leader ? pick(random, [leader.maximum, leader.maximum + 1n, leader.maximum + 60_000n]) : floor;
  const maximum = random() < 0.25 ? near : floor + amount(random) / pick(random, [1n, 2n, 20n]);
  return { kind: 'bid', id, maximum };
}

function stop(random: Random, exchange: SimExchange): Deed {
  const found = random() < 0.5 ? recent(random, exchange.listings) : recent(random, exchange.auctions);
  if (!found) return fund(random);
  return { kind: 'bidCount' in found ? 'cancelAuction' : 'cancelListing', id: found.id };
}

const soon = (random: Random, now: number) => now + Math.floor(random() * 90_000) - 1_000;

function offer(random: Random, exchange: SimExchange, _: string, now: number): Deed {
  const copy = pick(random, copies(exchange));
  const scope = pick(random, ['copy', 'card', 'set']);
  return {
    kind: 'offer',
    copyId: scope === 'copy' ? copy.id : null,
    cardId: scope === 'card' ? copy.cardId : null,
    setId: scope === 'set' ? 'set' : null,
    serialTo: scope !== 'copy' && random() < 0.4 ? 2 : null,
    amount: amount(random),
    expiresAt: soon(random, now),
  };
}

function answerOffer(random: Random, exchange: SimExchange, who: string): Deed {
  const forMine = [...exchange.offers.values()].slice(-60).filter(({ state, target: { copyId } }) => {
    return state === 'open' && copyId !== null && exchange.vault.copies.get(copyId)!.ownerId === who;
  });
  const found =
    forMine.length > 0 && random() < 0.6 ? pick(random, forMine) : recent(random, exchange.offers);
  if (!found) return fund(random);
  const { id, target } = found;
  const kind = pick(random, [
    'acceptOffer',
    'acceptOffer',
    'acceptOffer',
    'declineOffer',
    'withdrawOffer',
  ] as const);
  if (kind !== 'acceptOffer') return { kind, id };
  const own = copies(exchange).filter(({ ownerId }) => ownerId === who);
  const fitting = own.filter((copy) =>
    [target.copyId, target.cardId].some((x) => x === copy.id || x === copy.cardId),
  );
  const copyId = target.copyId ?? pick(random, fitting.length > 0 ? fitting : copies(exchange)).id;
  const seen = random() < 0.95 ? found.amount : found.amount + 1n;
  return { kind, id, copyId, seen };
}

function terms(random: Random, exchange: SimExchange, who: string, to: string, now: number): TradeDeed {
  const side = (owner: string) => {
    const first = copyOf(random, exchange, owner).id;
    const copyIds = random() < 0.8 ? [first] : [];
    return { copyIds, cash: random() < 0.5 ? amount(random) / 3n : 0n };
  };
  const give = side(who);
  const receive = side(to);
  // One copy stands on one side only.
  const rest = receive.copyIds.filter((id) => !give.copyIds.includes(id));
  return { give, receive: { ...receive, copyIds: rest }, expiresAt: soon(random, now) };
}

function trade(random: Random, exchange: SimExchange, who: string, now: number): Deed {
  const to = pick(random, PEOPLE);
  return { kind: 'trade', to, ...terms(random, exchange, who, to, now) };
}

function answerTrade(random: Random, exchange: SimExchange, who: string, now: number): Deed {
  const all = [...exchange.trades.values()].slice(-60);
  const mine = all.filter(({ toId, fromId, state }) => state === 'open' && (toId === who || fromId === who));
  const found = mine.length > 0 && random() < 0.9 ? pick(random, mine) : recent(random, exchange.trades);
  if (!found) return trade(random, exchange, who, now);
  const { id, fromId } = found;
  const kind = pick(random, [
    'acceptTrade',
    'acceptTrade',
    'acceptTrade',
    'declineTrade',
    'withdrawTrade',
    'counter',
  ] as const);
  return kind === 'counter' ? { kind, id, ...terms(random, exchange, who, fromId, now) } : { kind, id };
}
