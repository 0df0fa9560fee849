import type { Action, Deed, TradeDeed } from './actions.ts';
import { nameOf } from './actions.ts';
import type { SimExchange } from './exchange.ts';
import { PEOPLE } from './people.ts';
import { FEES, OUTSIDE } from './vault.ts';

/*
 * The rules of docs/rules.md and docs/trading.md once more, as plainly as they can be written: nothing is kept
 * that follows from something else. What is held, what is bound, who leads and at which price is worked out
 * from the history each time. It shares no code with the exchange.
 */

/** Says where the exchange and the oracle differ. */
export class Disagreement extends Error {}

interface Listing {
  type: 'listing';
  state: string;
  by: string;
  copyId: string;
  price: bigint;
}
interface Auction {
  type: 'auction';
  state: string;
  by: string;
  copyIds: string[];
  start: bigint;
  reserve: bigint | null;
  buyNow: bigint | null;
  startsAt: number;
  firstEnd: number;
  window: number;
  extension: number;
  bids: { who: string; maximum: bigint; at: number }[];
  soldFor: bigint | null;
  /** The standing after so many bids: working it out takes time. */
  known?: { count: number; standing: Standing };
}
interface Offer {
  type: 'offer';
  state: string;
  by: string;
  deed: Extract<Deed, { kind: 'offer' }>;
  owner: string | null;
  moves: number | null;
}
interface Trade {
  type: 'trade';
  state: string;
  by: string;
  to: string;
  deed: TradeDeed;
  moves: Map<string, number>;
}
interface Copy {
  owner: string;
  cardId: string;
  setId: string;
  serial: number;
  moves: number;
  price: bigint | undefined;
}
type Thing = Listing | Auction | Offer | Trade;

/** Who leads, at which price, and when it ends. */
interface Standing {
  price: bigint | null;
  leader: string | null;
  maximum: bigint;
  end: number;
}

const USDC = 1_000_000n;
const CENT = 10_000n;
const MOST = 1_000_000_000n * USDC;
const MONTH = 30 * 86_400_000;
const SHORTEST = 5_000;

/** Least raises in cents by the price in USDC that they hold below. */
const RAISES: [below: number, cents: number][] = [
  [1, 5],
  [5, 25],
  [25, 50],
  [100, 100],
  [250, 250],
  [500, 500],
  [1000, 1000],
  [2500, 2500],
  [5000, 5000],
  [Number.POSITIVE_INFINITY, 10_000],
];

function raise(price: bigint): bigint {
  const [, cents] = RAISES.find(([below]) => Number(price) < below * 1e6)!;
  return BigInt(cents) * CENT;
}

export class Oracle {
  readonly #money = new Map<string, bigint>();
  readonly #copies = new Map<string, Copy>();
  readonly #things = new Map<string, Thing>();
  readonly #live = new Map<string, Thing>();
  /** Ended since the last comparison. */
  #ended: string[] = [];
  readonly #calls = new Map<string, { deed: string; answer: string }>();
  readonly #creator: string;

  constructor(exchange: SimExchange, creator: string) {
    this.#creator = creator;
    for (const who of PEOPLE) this.#pay(OUTSIDE, who, exchange.vault.balance(who));
    for (const { id, ownerId, cardId, setId, serial } of exchange.vault.copies.values()) {
      this.#copies.set(id, { owner: ownerId, cardId, setId, serial, moves: 0, price: undefined });
    }
  }

  /** What a call comes to: the name of what it made or changed, or the code of its refusal with a `!`. */
  act(action: Action, now: number): string {
    const call = `${action.who}/${action.key}`;
    const deed = describe(action.deed);
    const before = this.#calls.get(call);
    if (before) return before.deed === deed ? before.answer : '!idempotency_key_reused';
    const answer = this.#judge(action, now);
    if (!answer.startsWith('!')) this.#calls.set(call, { deed, answer });
    return answer;
  }

  /**
   * What bids that were gathered come to; the same call twice among them is one call that waited for itself. What a
   * call before them had come to is known first.
   */
  bid(actions: readonly Action[], now: number): string[] {
    const callOf = ({ who, key }: Action) => `${who}/${key}`;
    const earlier = new Set(actions.map(callOf).filter((call) => this.#calls.has(call)));
    const calls = new Map<string, { deed: string; answer: string }>();
    return actions.map((action) => {
      const call = callOf(action);
      const deed = describe(action.deed);
      const first = calls.get(call);
      if (first && !earlier.has(call)) return first.deed === deed ? first.answer : '!idempotency_key_reused';
      const answer = this.act(action, now);
      calls.set(call, { deed, answer });
      return answer;
    });
  }

  #pay(from: string, to: string, amount: bigint): void {
    this.#money.set(from, (this.#money.get(from) ?? 0n) - amount);
    this.#money.set(to, (this.#money.get(to) ?? 0n) + amount);
  }

  #held(who: string): bigint {
    let sum = 0n;
    for (const thing of this.#live.values()) {
      if (thing.type === 'offer' && thing.by === who) sum += thing.deed.amount;
      if (thing.type === 'trade' && thing.by === who) sum += withFee(thing.deed.give.cash);
      if (thing.type === 'auction') {
        const { leader, maximum } = standing(thing);
        if (leader === who) sum += maximum;
      }
    }
    return sum;
  }

  #free(who: string): bigint {
    return (this.#money.get(who) ?? 0n) - this.#held(who);
  }

  #boundTo(copyId: string): string | null {
    for (const [id, thing] of this.#live) {
      if (thing.type === 'listing' && thing.copyId === copyId) return id;
      if (thing.type === 'auction' && thing.copyIds.includes(copyId)) return id;
      if (thing.type === 'trade' && thing.deed.give.copyIds.includes(copyId)) return id;
    }
    return null;
  }

  #bindable(copyIds: string[], who: string): string | undefined {
    for (const copyId of copyIds) {
      const copy = this.#copies.get(copyId);
      if (!copy) return '!not_found';
      if (copy.owner !== who) return '!copy_not_owned';
      if (this.#boundTo(copyId)) return '!copy_committed';
    }
    return undefined;
  }

  #make(id: string, thing: Thing): string {
    this.#things.set(id, thing);
    this.#live.set(id, thing);
    return id;
  }

  #end(id: string, state: string): string {
    this.#live.get(id)!.state = state;
    this.#live.delete(id);
    this.#ended.push(id);
    return id;
  }

  #hand(copyId: string, to: string): void {
    const copy = this.#copies.get(copyId)!;
    copy.owner = to;
    copy.moves++;
  }

  /** Money and copies change hands; each copy of a lot is a sale of its own. */
  #sell(copyIds: string[], from: string, to: string, price: bigint): void {
    let rest = price;
    for (const [index, copyId] of copyIds.entries()) {
      const left = BigInt(copyIds.length - index);
      const part = (rest + left - 1n) / left;
      rest -= part;
      this.#copies.get(copyId)!.price = part;
      this.#pay(to, from, part);
      this.#pay(from, FEES, (part * 25n) / 1000n);
      this.#pay(from, this.#creator, part / 20n);
      this.#hand(copyId, to);
    }
  }

  #judge({ n, who, deed }: Action, now: number): string {
    const id = nameOf(n);
    const named = 'id' in deed ? this.#things.get(deed.id) : undefined;
    switch (deed.kind) {
      case 'deposit':
        this.#pay(OUTSIDE, who, deed.amount);
        return id;
      case 'withdraw':
        if (this.#free(who) < deed.amount) return '!insufficient_funds';
        this.#pay(who, OUTSIDE, deed.amount);
        return id;
      case 'list': {
        if (deed.price < CENT) return '!amount_too_small';
        if (deed.price > MOST) return '!amount_too_large';
        const unfit = this.#bindable([deed.copyId], who);
        const { copyId, price } = deed;
        return unfit ?? this.#make(id, { type: 'listing', state: 'open', by: who, copyId, price });
      }
      case 'cancelListing':
        if (named?.type !== 'listing') return '!not_found';
        if (named.by !== who) return '!forbidden';
        return named.state === 'open' ? this.#end(deed.id, 'cancelled') : '!listing_closed';
      case 'purchase':
        if (named?.type !== 'listing') return '!not_found';
        if (named.state !== 'open') return '!listing_closed';
        if (named.by === who) return '!own_listing';
        if (named.price !== deed.seen) return '!price_changed';
        if (this.#free(who) < named.price) return '!insufficient_funds';
        this.#sell([named.copyId], named.by, who, named.price);
        return this.#end(deed.id, 'sold');
      case 'auction':
        return this.#auction(id, who, deed, now);
      case 'bid':
        return this.#bid(id, who, deed, now, named);
      case 'cancelAuction':
        if (named?.type !== 'auction') return '!not_found';
        if (named.by !== who) return '!forbidden';
        if (named.state !== 'open' || now >= standing(named).end) return '!auction_not_open';
        return named.bids.length > 0 ? '!auction_has_bids' : this.#end(deed.id, 'cancelled');
      case 'buyNow':
        return this.#buyNow(who, deed, now, named);
      case 'offer': {
        if (deed.amount < CENT) return '!amount_too_small';
        if (deed.amount > MOST) return '!amount_too_large';
        if (deed.expiresAt <= now || deed.expiresAt > now + MONTH) return '!invalid_schedule';
        const copy = deed.copyId ? this.#copies.get(deed.copyId) : undefined;
        if (copy?.owner === who) return '!own_copy';
        if (this.#free(who) < deed.amount) return '!insufficient_funds';
        const { owner = null, moves = null } = copy ?? {};
        return this.#make(id, { type: 'offer', state: 'open', by: who, deed, owner, moves });
      }
      case 'acceptOffer':
        return this.#acceptOffer(who, deed, now, named);
      case 'declineOffer':
        if (named?.type !== 'offer') return '!not_found';
        if (named.owner === null) return '!offer_not_personal';
        if (named.owner !== who) return '!forbidden';
        return this.#timely(named, deed.id, now, 'declined', '!offer_closed', '!offer_expired');
      case 'withdrawOffer':
        if (named?.type !== 'offer') return '!not_found';
        if (named.by !== who) return '!forbidden';
        return this.#timely(named, deed.id, now, 'withdrawn', '!offer_closed', '!offer_expired');
      case 'trade':
        return this.#trade(id, who, deed.to, deed, now);
      case 'counter': {
        const refused = this.#tradeRefusal(named, 'to', who, now);
        if (refused) return refused;
        return this.#trade(id, who, (named as Trade).by, deed, now, deed.id);
      }
      case 'acceptTrade':
        return this.#tradeRefusal(named, 'to', who, now) ?? this.#acceptTrade(deed.id, named as Trade);
      case 'declineTrade':
        return this.#tradeRefusal(named, 'to', who, now) ?? this.#end(deed.id, 'declined');
      case 'withdrawTrade':
        return this.#tradeRefusal(named, 'by', who, now) ?? this.#end(deed.id, 'withdrawn');
    }
  }

  #timely(thing: Offer, id: string, now: number, to: string, closed: string, expired: string): string {
    if (thing.state !== 'open') return closed;
    return now >= thing.deed.expiresAt ? expired : this.#end(id, to);
  }

  #auction(id: string, who: string, deed: Extract<Deed, { kind: 'auction' }>, now: number): string {
    const { start, reserve, buyNow, endsAt, copyIds, softClose } = deed;
    const startsAt = deed.startsAt > now ? deed.startsAt : now;
    if (start < CENT || (reserve !== null && reserve < start)) return '!invalid_prices';
    if (buyNow !== null && (buyNow <= start || buyNow < (reserve ?? 0n))) return '!invalid_prices';
    if (startsAt > now + MONTH || endsAt < startsAt + SHORTEST || endsAt > startsAt + MONTH) {
      return '!invalid_schedule';
    }
    const unfit = this.#bindable(copyIds, who);
    if (unfit) return unfit;
    return this.#make(id, {
      ...{ type: 'auction', state: 'open', by: who, copyIds, start, reserve, buyNow, startsAt },
      ...{ firstEnd: endsAt, ...softClose, bids: [], soldFor: null },
    });
  }

  #bid(id: string, who: string, deed: Extract<Deed, { kind: 'bid' }>, now: number, named?: Thing): string {
    if (named?.type !== 'auction') return '!not_found';
    if (named.state === 'cancelled') return '!auction_not_open';
    if (named.state !== 'open') return '!auction_ended';
    if (named.by === who) return '!own_auction';
    if (now < named.startsAt) return '!auction_not_started';
    const { price, leader, maximum, end } = standing(named);
    if (now >= end) return '!auction_ended';
    if (leader === who) {
      if (deed.maximum <= maximum) return '!maximum_not_raised';
      if (this.#free(who) < deed.maximum - maximum) return '!insufficient_funds';
    } else {
      const least = price === null ? named.start : price + raise(price);
      const beats = leader !== null && deed.maximum > maximum;
      if (deed.maximum < least && !beats) return '!bid_too_low';
      if (this.#free(who) < deed.maximum) return '!insufficient_funds';
    }
    named.bids.push({ who, maximum: deed.maximum, at: now });
    return id;
  }

  #buyNow(who: string, deed: Extract<Deed, { kind: 'buyNow' }>, now: number, named?: Thing): string {
    if (named?.type !== 'auction') return '!not_found';
    if (named.by === who) return '!own_auction';
    if (named.state === 'cancelled') return '!auction_not_open';
    if (named.state !== 'open') return '!auction_ended';
    if (now < named.startsAt) return '!auction_not_started';
    const { price, leader, maximum, end } = standing(named);
    if (now >= end) return '!auction_ended';
    if (named.buyNow === null || (price !== null && price >= named.buyNow)) return '!no_buy_now';
    if (named.buyNow !== deed.seen) return '!price_changed';
    if (this.#free(who) + (leader === who ? maximum : 0n) < named.buyNow) return '!insufficient_funds';
    named.soldFor = named.buyNow;
    this.#sell(named.copyIds, named.by, who, named.buyNow);
    return this.#end(deed.id, 'sold');
  }

  #acceptOffer(
    who: string,
    deed: Extract<Deed, { kind: 'acceptOffer' }>,
    now: number,
    named?: Thing,
  ): string {
    if (named?.type !== 'offer') return '!not_found';
    if (named.state !== 'open') return '!offer_closed';
    if (now >= named.deed.expiresAt) return '!offer_expired';
    if (named.by === who) return '!own_offer';
    if (named.deed.amount !== deed.seen) return '!price_changed';
    const copy = this.#copies.get(deed.copyId);
    if (!copy) return '!not_found';
    if (copy.owner !== who) return '!copy_not_owned';
    if (named.moves !== null && named.moves !== copy.moves) return '!copy_stale';
    const bound = this.#boundTo(deed.copyId);
    const listed = bound !== null && this.#live.get(bound)!.type === 'listing';
    if (bound && !listed) return '!copy_committed';
    const { copyId, cardId, setId, serialTo } = named.deed;
    const fits =
      copyId !== null
        ? copyId === deed.copyId
        : (cardId === null || cardId === copy.cardId) &&
          (setId === null || setId === copy.setId) &&
          (serialTo === null || copy.serial <= serialTo);
    if (!fits) return '!offer_mismatch';
    this.#end(deed.id, 'accepted');
    if (listed) this.#end(bound, 'void');
    this.#sell([deed.copyId], who, named.by, named.deed.amount);
    return deed.id;
  }

  #trade(id: string, who: string, to: string, deed: TradeDeed, now: number, counters?: string): string {
    const { give, receive, expiresAt } = deed;
    if (who === to) return '!trade_with_self';
    const nothing = (side: TradeDeed['give']) => side.copyIds.length === 0 && side.cash === 0n;
    const copies = [...give.copyIds, ...receive.copyIds];
    if (nothing(give) || nothing(receive) || copies.length === 0) return '!trade_empty';
    if (expiresAt <= now || expiresAt > now + MONTH) return '!invalid_schedule';
    const answered = counters ? (this.#live.get(counters) as Trade) : undefined;
    // What is answered has let go before the new one binds.
    if (counters) this.#live.delete(counters);
    const unfit = this.#tradeUnfit(give, receive, who, to);
    if (counters) this.#live.set(counters, answered!);
    if (unfit) return unfit;
    if (counters) this.#end(counters, 'countered');
    const moves = new Map(copies.map((copyId) => [copyId, this.#copies.get(copyId)!.moves]));
    return this.#make(id, { type: 'trade', state: 'open', by: who, to, deed, moves });
  }

  #tradeUnfit(
    give: TradeDeed['give'],
    receive: TradeDeed['receive'],
    who: string,
    to: string,
  ): string | undefined {
    const unfit = this.#bindable(give.copyIds, who);
    if (unfit) return unfit;
    for (const copyId of receive.copyIds) {
      const copy = this.#copies.get(copyId);
      if (!copy) return '!not_found';
      if (copy.owner !== to) return '!copy_not_owned';
    }
    return this.#free(who) < withFee(give.cash) ? '!insufficient_funds' : undefined;
  }

  #tradeRefusal(named: Thing | undefined, side: 'by' | 'to', who: string, now: number): string | undefined {
    if (named?.type !== 'trade' || (named.by !== who && named.to !== who)) return '!not_found';
    if (named[side] !== who) return '!forbidden';
    if (named.state !== 'open') return '!trade_offer_closed';
    return now >= named.deed.expiresAt ? '!trade_offer_expired' : undefined;
  }

  #acceptTrade(id: string, trade: Trade): string {
    const { by, to, deed, moves } = trade;
    const { give, receive } = deed;
    for (const [copyId, count] of moves) {
      if (this.#copies.get(copyId)!.moves !== count) return '!copy_stale';
    }
    for (const copyId of receive.copyIds) if (this.#boundTo(copyId)) return '!copy_committed';
    const from = this.#free(by) + withFee(give.cash) + receive.cash - withFee(give.cash);
    const other = this.#free(to) + give.cash - withFee(receive.cash);
    if (from < 0n || other < 0n) return '!insufficient_funds';
    this.#end(id, 'accepted');
    this.#pay(by, to, give.cash - receive.cash);
    this.#pay(by, FEES, withFee(give.cash) - give.cash);
    this.#pay(to, FEES, withFee(receive.cash) - receive.cash);
    for (const copyId of give.copyIds) this.#hand(copyId, to);
    for (const copyId of receive.copyIds) this.#hand(copyId, by);
    return id;
  }

  /** Ends what the clock or a change of hands has ended. */
  sweep(now: number): void {
    for (const [id, thing] of this.#live) {
      if (thing.type !== 'offer' && thing.type !== 'trade') continue;
      if (now >= thing.deed.expiresAt) this.#end(id, 'expired');
      else if (thing.type === 'offer' && thing.deed.copyId !== null) {
        if (this.#copies.get(thing.deed.copyId)!.moves !== thing.moves) this.#end(id, 'void');
      } else if (thing.type === 'trade') {
        const moved = [...thing.moves].some(([copyId, count]) => this.#copies.get(copyId)!.moves !== count);
        if (moved) this.#end(id, 'void');
      }
    }
  }

  /** Ends an auction at its time; false when it is not due. */
  close(id: string, now: number): boolean {
    const auction = this.#live.get(id);
    if (auction?.type !== 'auction') return false;
    const { price, leader, end } = standing(auction);
    if (now < end) return false;
    const sold = leader !== null && (auction.reserve === null || price! >= auction.reserve);
    if (!sold) {
      this.#end(id, 'unsold');
      return true;
    }
    auction.soldFor = price;
    this.#end(id, 'sold');
    this.#sell(auction.copyIds, auction.by, leader, price!);
    return true;
  }

  /** Compares everything that is live, everything that has just ended, all money and all copies. */
  compare(exchange: SimExchange): void {
    const { vault } = exchange;
    let sum = 0n;
    for (const who of new Set([...this.#money.keys(), ...vault.available.keys()])) {
      same(`what is held of ${who}`, vault.held(who), this.#held(who));
      same(`what ${who} has available`, vault.balance(who), this.#free(who));
      sum += vault.balance(who) + vault.held(who);
    }
    same('all money together', sum, 0n);
    for (const [id, { owner, moves, price }] of this.#copies) {
      same(`the price of copy ${id}`, exchange.prices.get(id), price);
      const copy = vault.copies.get(id)!;
      same(`the owner of copy ${id}`, copy.ownerId, owner);
      same(`the epoch of copy ${id}`, copy.epoch, BigInt(moves));
      same(`what copy ${id} is bound to`, copy.commitment?.id ?? null, this.#boundTo(id));
    }
    for (const id of this.#live.keys()) this.#compareThing(exchange, id);
    for (const id of this.#ended) this.#compareThing(exchange, id);
    this.#ended = [];
  }

  #compareThing(exchange: SimExchange, id: string): void {
    const thing = this.#things.get(id)!;
    const found = exchange[`${thing.type}s` as const].get(id);
    same(`the state of ${thing.type} ${id}`, found?.state, thing.state);
    if (thing.type !== 'auction') return;
    const auction = exchange.auctions.get(id)!;
    const { price, leader, end } = standing(thing);
    same(`the price of auction ${id}`, auction.price, thing.soldFor ?? price);
    same(`the leader of auction ${id}`, auction.leader?.bidderId ?? null, leader);
    same(`the end of auction ${id}`, auction.endsAt, end);
    same(`the bids of auction ${id}`, auction.bidCount, thing.bids.length);
  }
}

function same(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Disagreement(`${what} is ${found} and should be ${expected}`);
}

/** Cash and the fee on top of it. */
function withFee(cash: bigint): bigint {
  return cash + (cash * 25n) / 1000n;
}

function describe(deed: Deed): string {
  return JSON.stringify(deed, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** An auction's standing by all of its bids: after each one, by the two highest maxima of two people. */
function standing(auction: Auction): Standing {
  if (auction.known?.count !== auction.bids.length) {
    auction.known = { count: auction.bids.length, standing: workOut(auction) };
  }
  return auction.known.standing;
}

function workOut(auction: Auction): Standing {
  let now: Standing = { price: null, leader: null, maximum: 0n, end: auction.firstEnd };
  for (let count = 1; count <= auction.bids.length; count++) {
    const bids = auction.bids.slice(0, count);
    const { who, at } = bids.at(-1)!;
    const best = bids.reduce((top, bid) => (bid.maximum > top.maximum ? bid : top));
    const others = bids.filter((bid) => bid.who !== best.who).map((bid) => bid.maximum);
    let price = now.price ?? auction.start;
    if (others.length > 0 && who !== now.leader) {
      const second = others.reduce((a, b) => (a > b ? a : b));
      const asked = second + raise(second);
      const paid = asked < best.maximum ? asked : best.maximum;
      if (paid > price) price = paid;
    }
    if (auction.reserve !== null && best.maximum >= auction.reserve && price < auction.reserve) {
      price = auction.reserve;
    }
    let { end } = now;
    const moved = price !== now.price || best.who !== now.leader;
    if (moved && at >= end - auction.window && at + auction.extension > end) end = at + auction.extension;
    now = { price, leader: best.who, maximum: best.maximum, end };
  }
  return now;
}
