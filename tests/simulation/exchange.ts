import { ok, type Result, refuse } from '@ece/contract';
import type { AuctionState } from '../../services/auctions/domain/bidding.ts';
import type { ListingState, ListingTerms } from '../../services/market/domain/listing.ts';
import type { OfferState, OfferTerms } from '../../services/market/domain/offer.ts';
import type { Target } from '../../services/market/domain/target.ts';
import type {
  OfferState as TradeState,
  OfferTerms as TradeTerms,
} from '../../services/trades/domain/offer.ts';
import type { OfferedCopy } from '../../services/trades/domain/terms.ts';
import { type Action, type Deed, nameOf, type TradeDeed } from './actions.ts';
import { FEE, ROYALTY, type Rules, SHORTEST } from './rules.ts';
import { FEES, OUTSIDE, type SimCopy, type SimVault } from './vault.ts';

export interface SimListing extends ListingTerms {
  copyId: string;
}

export interface SimAuction extends AuctionState {
  id: string;
  copyIds: string[];
  buyNowPrice: bigint | null;
  state: 'open' | 'sold' | 'unsold' | 'cancelled';
  buyerId: string | null;
}

export interface SimOffer extends OfferTerms {
  id: string;
  target: Target;
  epoch: bigint | null;
}

export interface SimTrade extends TradeTerms {
  id: string;
  cashGive: bigint;
  cashReceive: bigint;
  feeBasisPoints: number;
  copies: OfferedCopy[];
}

type Done = Result<string>;
type Of<K extends Deed['kind']> = Extract<Deed, { kind: K }>;

/**
 * The exchange in memory: the steps of the services' transactions with the real rules in them. Each method is
 * one transaction at a time that the caller gives.
 */
export class SimExchange {
  readonly listings = new Map<string, SimListing>();
  readonly auctions = new Map<string, SimAuction>();
  readonly offers = new Map<string, SimOffer>();
  readonly trades = new Map<string, SimTrade>();
  /** What each copy was last sold for. */
  readonly prices = new Map<string, bigint>();
  readonly keys = new Map<string, { deed: string; answer: string }>();
  readonly vault: SimVault;
  readonly #rules: Rules;
  /** Earns the royalties. */
  readonly #creator: string;

  constructor(rules: Rules, vault: SimVault, creator: string) {
    this.#rules = rules;
    this.vault = vault;
    this.#creator = creator;
  }

  /** Carries out an action under its key, all or nothing. Bids go through `bid`. */
  act(action: Action, now: number): Done {
    return this.vault.transaction(() => this.#once(action, () => this.#perform(action, now)));
  }

  /** Applies a batch of bids on one auction in one transaction; each is answered for itself. */
  bid(id: string, actions: Action[], at: number): Done[] {
    const { vault } = this;
    const answers: (Done | undefined)[] = actions.map((action) => this.#earlier(action));
    vault.transaction(() => {
      const auction = this.auctions.get(id);
      const fresh = actions.flatMap((action, index) => {
        if (answers[index]) return [];
        const first = actions.findIndex((other) => keyOf(other) === keyOf(action));
        if (first < index) return [];
        if (!auction) answers[index] = refuse('not_found');
        else if (auction.state !== 'open') {
          answers[index] = refuse(auction.state === 'cancelled' ? 'auction_not_open' : 'auction_ended');
        }
        return answers[index] ? [] : [{ action, index }];
      });
      if (auction && fresh.length > 0) this.#applyBatch(auction, fresh, at, answers);
      return ok(undefined);
    });
    // What stands twice in a batch is answered as its first.
    return actions.map((action, index) => {
      if (answers[index]) return answers[index];
      const first = actions.findIndex((other) => keyOf(other) === keyOf(action));
      return deedOf(actions[first]!) === deedOf(action) ? answers[first]! : refuse('idempotency_key_reused');
    });
  }

  #applyBatch(
    auction: SimAuction,
    fresh: { action: Action; index: number }[],
    at: number,
    answers: (Done | undefined)[],
  ): void {
    const { vault } = this;
    const bids = fresh.map(({ action }) => ({
      bidderId: action.who,
      maximum: (action.deed as Of<'bid'>).maximum,
      at,
    }));
    const people = [...bids.map((bid) => bid.bidderId), ...(auction.leader ? [auction.leader.bidderId] : [])];
    const balances = new Map(people.map((id) => [id, vault.balance(id)]));
    const { auction: after, outcomes } = this.#rules.applyBids(auction, bids, balances);
    const accepted = outcomes.some((outcome) => outcome.accepted);
    if (accepted && after.leader) {
      const held = vault.hold(auction.id, after.leader.bidderId, after.leader.maximum);
      if (!held.ok) throw new Error('the rules accepted a bid that its account cannot hold');
      const { price, leader, endsAt, bidCount } = after;
      vault.change(auction, { price, leader, endsAt, bidCount });
    }
    for (const [place, { action, index }] of fresh.entries()) {
      const outcome = outcomes[place]!;
      if (outcome.accepted) this.#remember(action, nameOf(action.n));
      answers[index] = outcome.accepted ? ok(nameOf(action.n)) : refuse(outcome.code);
    }
  }

  /** What an earlier call with the same key came to. */
  #earlier(action: Action): Done | undefined {
    const before = this.keys.get(keyOf(action));
    if (!before) return undefined;
    return before.deed === deedOf(action) ? ok(before.answer) : refuse('idempotency_key_reused');
  }

  #remember(action: Action, answer: string): void {
    this.vault.add(this.keys, keyOf(action), { deed: deedOf(action), answer });
  }

  #once(action: Action, work: () => Done): Done {
    const earlier = this.#earlier(action);
    if (earlier) return earlier;
    const result = work();
    if (result.ok) this.#remember(action, result.value);
    return result;
  }

  #perform({ n, who, deed }: Action, now: number): Done {
    const id = nameOf(n);
    switch (deed.kind) {
      case 'deposit':
        return as(
          id,
          this.vault.transfer([
            [OUTSIDE, -deed.amount],
            [who, deed.amount],
          ]),
        );
      case 'withdraw':
        return as(
          id,
          this.vault.transfer([
            [who, -deed.amount],
            [OUTSIDE, deed.amount],
          ]),
        );
      case 'list':
        return this.#list(id, who, deed);
      case 'cancelListing':
        return this.#cancelListing(who, deed);
      case 'purchase':
        return this.#purchase(who, deed);
      case 'auction':
        return this.#auction(id, who, deed, now);
      case 'cancelAuction':
        return this.#cancelAuction(who, deed, now);
      case 'buyNow':
        return this.#buyNow(who, deed, now);
      case 'offer':
        return this.#offer(id, who, deed, now);
      case 'acceptOffer':
        return this.#acceptOffer(who, deed, now);
      case 'declineOffer':
      case 'withdrawOffer':
        return this.#endOffer(who, deed, now);
      case 'trade':
        return this.#trade(id, who, deed.to, deed, now);
      case 'counter':
        return this.#counter(id, who, deed, now);
      case 'acceptTrade':
        return this.#acceptTrade(who, deed, now);
      case 'declineTrade':
      case 'withdrawTrade':
        return this.#endTrade(who, deed, now);
      case 'bid':
        throw new Error('bids are applied in batches');
    }
  }

  #list(id: string, who: string, { copyId, price }: Of<'list'>): Done {
    const priced = this.#rules.checkPrice(price);
    if (!priced.ok) return priced;
    const copy = this.vault.commit(copyId, who, 'listing', id);
    if (!copy.ok) return copy;
    const { epoch } = copy.value;
    this.vault.add(this.listings, id, { id, copyId, sellerId: who, price, epoch, state: 'open' });
    return ok(id);
  }

  #cancelListing(who: string, { id }: Of<'cancelListing'>): Done {
    const listing = this.listings.get(id);
    if (!listing) return refuse('not_found');
    const state = this.#rules.cancel(listing, who);
    if (!state.ok) return state;
    this.vault.free(id);
    this.vault.change(listing, { state: state.value });
    return ok(id);
  }

  #purchase(who: string, { id, seen }: Of<'purchase'>): Done {
    const listing = this.listings.get(id);
    if (!listing) return refuse('not_found');
    const state = this.#rules.purchase(listing, who, seen);
    if (!state.ok) return state;
    const copy = this.vault.copies.get(listing.copyId);
    if (!this.#rules.isBound(listing, copy)) return refuse('listing_closed');
    const paid = this.#settle([copy!], listing.sellerId, who, listing.price);
    if (!paid.ok) return paid;
    this.vault.change(listing, { state: state.value });
    return ok(id);
  }

  /** Moves copies to their buyer and the price to seller, exchange and creator. A hold pays first. */
  #settle(
    copies: SimCopy[],
    sellerId: string,
    buyerId: string,
    price: bigint,
    holdKey?: string,
  ): Result<void> {
    if (holdKey) this.vault.release(holdKey);
    const postings: [string, bigint][] = [];
    for (const [index, part] of this.#rules.splitLot(price, copies.length).entries()) {
      this.vault.add(this.prices, copies[index]!.id, part);
      const split = this.#rules.splitPrice(part, FEE, ROYALTY);
      postings.push(
        [buyerId, -part],
        [sellerId, split.sellerReceives],
        [FEES, split.fee],
        [this.#creator, split.royalty],
      );
    }
    const paid = this.vault.transfer(postings);
    if (!paid.ok) return paid;
    for (const copy of copies) this.vault.move(copy.id, buyerId);
    return ok(undefined);
  }

  #auction(id: string, who: string, deed: Of<'auction'>, now: number): Done {
    const { copyIds, start, reserve, buyNow, startsAt, endsAt, softClose } = deed;
    const terms = this.#rules.completeTerms(
      { startingPrice: start, reservePrice: reserve, buyNowPrice: buyNow, startsAt, endsAt, softClose },
      now,
      SHORTEST,
    );
    if (!terms.ok) return terms;
    for (const copyId of copyIds) {
      const copy = this.vault.commit(copyId, who, 'auction', id);
      if (!copy.ok) return copy;
    }
    this.vault.add(this.auctions, id, {
      ...terms.value,
      id,
      copyIds,
      sellerId: who,
      increments: this.#rules.increments,
      price: null,
      leader: null,
      bidCount: 0,
      state: 'open',
      buyerId: null,
    });
    return ok(id);
  }

  #cancelAuction(who: string, { id }: Of<'cancelAuction'>, now: number): Done {
    const auction = this.auctions.get(id);
    if (!auction) return refuse('not_found');
    if (auction.sellerId !== who) return refuse('forbidden');
    if (auction.state !== 'open' || now >= auction.endsAt) return refuse('auction_not_open');
    if (auction.bidCount > 0) return refuse('auction_has_bids');
    this.vault.free(id);
    this.vault.change(auction, { state: 'cancelled' });
    return ok(id);
  }

  #buyNow(who: string, { id, seen }: Of<'buyNow'>, now: number): Done {
    const auction = this.auctions.get(id);
    if (!auction) return refuse('not_found');
    if (auction.sellerId === who) return refuse('own_auction');
    if (auction.state !== 'open') {
      return refuse(auction.state === 'cancelled' ? 'auction_not_open' : 'auction_ended');
    }
    if (now < auction.startsAt) return refuse('auction_not_started');
    if (now >= auction.endsAt) return refuse('auction_ended');
    const { buyNowPrice } = auction;
    if (buyNowPrice === null || (auction.price ?? 0n) >= buyNowPrice) return refuse('no_buy_now');
    if (buyNowPrice !== seen) return refuse('price_changed');
    const paid = this.#settle(this.#lot(auction), auction.sellerId, who, buyNowPrice, id);
    if (!paid.ok) return paid;
    this.vault.change(auction, { state: 'sold', buyerId: who, price: buyNowPrice });
    return ok(id);
  }

  #lot({ copyIds }: SimAuction): SimCopy[] {
    return copyIds.map((copyId) => this.vault.copies.get(copyId)!);
  }

  /** Settles an auction whose end has come; false where there is nothing to settle. */
  close(id: string, now: number): boolean {
    const auction = this.auctions.get(id)!;
    if (auction.state !== 'open' || now < auction.endsAt) return false;
    this.vault.transaction(() => {
      const result = this.#rules.resultAtClose(auction);
      if (result.sold) {
        const paid = this.#settle(this.#lot(auction), auction.sellerId, result.buyerId, result.price, id);
        if (!paid.ok) throw new Error('the hold of a winning bid does not cover its price');
        this.vault.change(auction, { state: 'sold', buyerId: result.buyerId, price: result.price });
      } else {
        this.vault.free(id);
        this.vault.release(id);
        this.vault.change(auction, { state: 'unsold' });
      }
      return ok(undefined);
    });
    return true;
  }

  #offer(id: string, who: string, deed: Of<'offer'>, now: number): Done {
    const { copyId, cardId, setId, serialTo, amount, expiresAt } = deed;
    const wish = { copyId, cardId, setId, rarity: null, category: null, serialFrom: null, serialTo };
    const scope = this.#rules.scopeOf(wish);
    if (!scope.ok) return scope;
    const priced = this.#rules.checkPrice(amount);
    if (!priced.ok) return priced;
    const expiry = this.#rules.offerExpiry(new Date(expiresAt), new Date(now));
    if (!expiry.ok) return expiry;
    const copy = copyId ? this.vault.copies.get(copyId) : undefined;
    if (copy?.ownerId === who) return refuse('own_copy');
    const held = this.vault.hold(id, who, amount);
    if (!held.ok) return held;
    this.vault.add(this.offers, id, {
      id,
      buyerId: who,
      ownerId: copy?.ownerId ?? null,
      epoch: copy?.epoch ?? null,
      amount,
      state: 'open',
      expiresAt: expiry.value,
      target: { ...wish, scope: scope.value, cardId: copy?.cardId ?? cardId, setId: setId ?? 'set' },
    });
    return ok(id);
  }

  #acceptOffer(who: string, { id, copyId, seen }: Of<'acceptOffer'>, now: number): Done {
    const offer = this.offers.get(id);
    if (!offer) return refuse('not_found');
    const state = this.#rules.acceptOffer(offer, who, seen, new Date(now));
    if (!state.ok) return state;
    const copy = this.vault.copies.get(copyId);
    if (!copy) return refuse('not_found');
    const listing = copy.commitment?.kind === 'listing' ? this.listings.get(copy.commitment.id) : undefined;
    const sellable = this.#rules.checkSellable(
      copy,
      { epoch: offer.epoch, listingId: listing?.id },
      who,
      OUTSIDE,
    );
    if (!sellable.ok) return sellable;
    const traits = { copyId, cardId: copy.cardId, setId: copy.setId, serial: copy.serial };
    if (!this.#rules.takes(offer.target, { ...traits, rarity: 'rare', category: 'x' })) {
      return refuse('offer_mismatch');
    }
    const paid = this.#settle([copy], who, offer.buyerId, offer.amount, id);
    if (!paid.ok) return paid;
    if (listing) this.vault.change<{ state: ListingState }>(listing, { state: 'void' });
    this.vault.change(offer, { state: state.value });
    return ok(id);
  }

  #endOffer(who: string, { kind, id }: { kind: Deed['kind']; id: string }, now: number): Done {
    const offer = this.offers.get(id);
    if (!offer) return refuse('not_found');
    const rule = kind === 'declineOffer' ? this.#rules.declineOffer : this.#rules.withdrawOffer;
    const state = rule(offer, who, new Date(now));
    if (!state.ok) return state;
    this.#letOfferGo(offer, state.value);
    return ok(id);
  }

  #letOfferGo(offer: SimOffer, state: OfferState): void {
    this.vault.release(offer.id);
    this.vault.change<{ state: OfferState }>(offer, { state });
  }

  #trade(id: string, who: string, to: string, deed: TradeDeed, now: number, counters?: SimTrade): Done {
    if (who === to) return refuse('trade_with_self');
    const sensible = this.#rules.checkTerms(deed);
    if (!sensible.ok) return sensible;
    const expiry = this.#rules.offerExpiry(new Date(deed.expiresAt), new Date(now));
    if (!expiry.ok) return expiry;
    const cash = { cashGive: deed.give.cash, cashReceive: deed.receive.cash, feeBasisPoints: FEE };
    if (counters) {
      this.vault.free(counters.id);
      this.vault.release(counters.id);
    }
    const copies: OfferedCopy[] = [];
    for (const copyId of deed.give.copyIds) {
      const bound = this.vault.commit(copyId, who, 'trade', id);
      if (!bound.ok) return bound;
      copies.push({ copyId, side: 'give', epoch: bound.value.epoch });
    }
    const wanted = this.#rules.checkWanted(deed.receive.copyIds, this.vault.copies, to, OUTSIDE);
    if (!wanted.ok) return wanted;
    for (const copyId of deed.receive.copyIds) {
      copies.push({ copyId, side: 'receive', epoch: this.vault.copies.get(copyId)!.epoch });
    }
    const held = this.vault.hold(id, who, this.#rules.heldFor(cash));
    if (!held.ok) return held;
    const { value: expiresAt } = expiry;
    this.vault.add(this.trades, id, { id, fromId: who, toId: to, state: 'open', expiresAt, copies, ...cash });
    return ok(id);
  }

  #counter(id: string, who: string, deed: Of<'counter'>, now: number): Done {
    const trade = this.trades.get(deed.id);
    if (!trade) return refuse('not_found');
    const state = this.#rules.decideTrade(trade, 'counter', who, new Date(now));
    if (!state.ok) return state;
    const made = this.#trade(id, who, trade.fromId, deed, now, trade);
    if (!made.ok) return made;
    this.vault.change(trade, { state: state.value });
    return ok(id);
  }

  #acceptTrade(who: string, { id }: { id: string }, now: number): Done {
    const trade = this.trades.get(id);
    if (!trade) return refuse('not_found');
    const state = this.#rules.decideTrade(trade, 'accept', who, new Date(now));
    if (!state.ok) return state;
    const ready = this.#rules.checkReady(id, trade.copies, this.vault.copies);
    if (!ready.ok) return ready;
    const fees = this.#rules.tradeFees(trade);
    this.vault.release(id);
    const paid = this.vault.transfer([
      [trade.fromId, trade.cashReceive - trade.cashGive - fees.give],
      [trade.toId, trade.cashGive - trade.cashReceive - fees.receive],
      [FEES, fees.give + fees.receive],
    ]);
    if (!paid.ok) return paid;
    for (const { copyId, side } of trade.copies) {
      this.vault.move(copyId, side === 'give' ? trade.toId : trade.fromId);
    }
    this.vault.change(trade, { state: state.value });
    return ok(id);
  }

  #endTrade(who: string, { kind, id }: { kind: Deed['kind']; id: string }, now: number): Done {
    const trade = this.trades.get(id);
    if (!trade) return refuse('not_found');
    const action = kind === 'declineTrade' ? 'decline' : 'withdraw';
    const state = this.#rules.decideTrade(trade, action, who, new Date(now));
    if (!state.ok) return state;
    this.#letTradeGo(trade, state.value);
    return ok(id);
  }

  #letTradeGo(trade: SimTrade, state: TradeState): void {
    this.vault.free(trade.id);
    this.vault.release(trade.id);
    this.vault.change<{ state: TradeState }>(trade, { state });
  }

  /** What the jobs do: lets go offers and trades whose time is over or whose copies have changed hands. */
  sweep(now: number): void {
    this.vault.transaction(() => {
      for (const offer of this.offers.values()) {
        if (offer.state !== 'open') continue;
        const copy = offer.target.copyId ? this.vault.copies.get(offer.target.copyId) : undefined;
        if (now >= offer.expiresAt.getTime()) this.#letOfferGo(offer, 'expired');
        else if (copy && copy.epoch !== offer.epoch) this.#letOfferGo(offer, 'void');
      }
      for (const trade of this.trades.values()) {
        if (trade.state !== 'open') continue;
        if (now >= trade.expiresAt.getTime()) this.#letTradeGo(trade, 'expired');
        else if (this.#rules.staleCopies(trade.copies, this.vault.copies).length > 0) {
          this.#letTradeGo(trade, 'void');
        }
      }
      return ok(undefined);
    });
  }
}

function as(id: string, result: Result<void>): Done {
  return result.ok ? ok(id) : result;
}

const keyOf = ({ who, key }: Action) => `${who} ${key}`;

const deedOf = ({ deed }: Action) =>
  JSON.stringify(deed, (_, value) => (typeof value === 'bigint' ? String(value) : value));
