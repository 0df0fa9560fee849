import { ok, type Result } from '@ece/contract';
import {
  type AuctionState,
  applyBid,
  type Bid,
  type BidOutcome,
} from '../../services/auctions/domain/bidding.ts';
import { incrementAt } from '../../services/auctions/domain/increments.ts';
import type { Action } from './actions.ts';
import { SimExchange } from './exchange.ts';
import { CREATOR } from './people.ts';
import { type Rules, realRules } from './rules.ts';
import type { Parts } from './simulate.ts';
import { SimVault } from './vault.ts';

/** A mistake as people make it, in one place of the rules, the vault or the exchange. */
export interface Bug {
  name: string;
  parts: Parts;
}

const inRules = (name: string, rules: Partial<Rules>): Bug => ({ name, parts: { rules } });
const inVault = (name: string, make: () => SimVault): Bug => ({ name, parts: { vault: make } });

/** Applies bids one by one with another rule for each. */
function bidByBid(rule: (auction: AuctionState, bid: Bid, available: bigint) => BidOutcome): Partial<Rules> {
  return {
    applyBids(auction, bids, available) {
      const money = new Map(available);
      const add = (id: string, amount: bigint) => money.set(id, (money.get(id) ?? 0n) + amount);
      let state = auction;
      const outcomes = bids.map((bid) => {
        const outcome = rule(state, bid, money.get(bid.bidderId) ?? 0n);
        if (!outcome.accepted) return outcome;
        if (state.leader) add(state.leader.bidderId, state.leader.maximum);
        state = outcome.auction;
        if (state.leader) add(state.leader.bidderId, -state.leader.maximum);
        return outcome;
      });
      return { auction: state, outcomes, available: money };
    },
  };
}

/** Changes what an accepted bid leads to. */
const afterwards = (change: (after: AuctionState, bid: Bid, before: AuctionState) => Partial<AuctionState>) =>
  bidByBid((auction, bid, available) => {
    const outcome = applyBid(auction, bid, available);
    if (!outcome.accepted) return outcome;
    return { ...outcome, auction: { ...outcome.auction, ...change(outcome.auction, bid, auction) } };
  });

const bidding: Bug[] = [
  inRules(
    'a tie goes to the later bid',
    afterwards((_, bid, { leader }) =>
      leader?.maximum === bid.maximum ? { leader: { bidderId: bid.bidderId, maximum: bid.maximum } } : {},
    ),
  ),
  inRules(
    'the price goes above the leader’s maximum',
    afterwards((after, bid, { leader }) => {
      if (!leader || leader.bidderId === bid.bidderId) return {};
      const second = bid.maximum > leader.maximum ? leader.maximum : bid.maximum;
      const price = second + incrementAt(after.increments, second);
      return price > after.price! ? { price } : {};
    }),
  ),
  inRules(
    'the price is the second maximum without an increment',
    afterwards((_, bid, { leader, price }) => {
      if (!leader || leader.bidderId === bid.bidderId) return {};
      const second = bid.maximum > leader.maximum ? leader.maximum : bid.maximum;
      return { price: second > price! ? second : price };
    }),
  ),
  inRules(
    'the winner pays their maximum at once',
    afterwards((after) => ({ price: after.leader!.maximum })),
  ),
  inRules(
    'the reserve is not jumped to',
    bidByBid((auction, bid, available) => {
      const outcome = applyBid({ ...auction, reservePrice: null }, bid, available);
      return outcome.accepted
        ? { ...outcome, auction: { ...outcome.auction, reservePrice: auction.reservePrice } }
        : outcome;
    }),
  ),
  inRules(
    'a leader’s own raise moves the price',
    afterwards((after, bid, { leader }) =>
      leader?.bidderId === bid.bidderId
        ? { price: after.price! + incrementAt(after.increments, after.price!) }
        : {},
    ),
  ),
  inRules(
    'a silent raise extends the auction',
    afterwards((after, bid, { leader, softClose }) =>
      leader?.bidderId === bid.bidderId && after.endsAt - bid.at <= softClose.window
        ? { endsAt: Math.max(after.endsAt, bid.at + softClose.extension) }
        : {},
    ),
  ),
  inRules(
    'a soft close can bring the end nearer',
    afterwards((_, bid, { softClose, endsAt }) =>
      endsAt - bid.at <= softClose.window ? { endsAt: bid.at + softClose.extension } : {},
    ),
  ),
  inRules(
    'nothing extends an auction',
    afterwards((_, __, { endsAt }) => ({ endsAt })),
  ),
  inRules(
    'a bid half a second late is taken',
    bidByBid((auction, bid, available) => {
      const late = bid.at >= auction.endsAt && bid.at < auction.endsAt + 500;
      return applyBid(auction, late ? { ...bid, at: auction.endsAt - 1 } : bid, available);
    }),
  ),
  inRules(
    'a bid before the start is taken',
    bidByBid((auction, bid, available) =>
      applyBid(auction, { ...bid, at: Math.max(bid.at, auction.startsAt) }, available),
    ),
  ),
  inRules(
    'sellers may bid on their own auctions',
    bidByBid((auction, bid, available) => {
      const outcome = applyBid({ ...auction, sellerId: 'nobody' }, bid, available);
      return outcome.accepted
        ? { ...outcome, auction: { ...outcome.auction, sellerId: auction.sellerId } }
        : outcome;
    }),
  ),
  inRules(
    'a bid that beats the leader by less than an increment is refused',
    bidByBid((auction, bid, available) => {
      const minimum = realRules.minimumNext(auction);
      const leads = auction.leader?.bidderId === bid.bidderId;
      return !leads && bid.maximum < minimum && bid.at >= auction.startsAt && bid.at < auction.endsAt
        ? { accepted: false, code: 'bid_too_low', minimum }
        : applyBid(auction, bid, available);
    }),
  ),
  inRules(
    'a raise must be covered in full, not by its difference',
    bidByBid((auction, bid, available) => {
      const outcome = applyBid(auction, bid, available);
      const leads = auction.leader?.bidderId === bid.bidderId;
      return outcome.accepted && leads && bid.maximum > available
        ? { accepted: false, code: 'insufficient_funds' }
        : outcome;
    }),
  ),
  inRules('within a batch, whoever is outbid does not get their money back', {
    applyBids(auction, bids, available) {
      let state = auction;
      const outcomes = bids.map((bid) => {
        const outcome = applyBid(state, bid, available.get(bid.bidderId) ?? 0n);
        if (outcome.accepted) state = outcome.auction;
        return outcome;
      });
      return { auction: state, outcomes, available: new Map(available) };
    },
  }),
  inRules('an increment holds at its upper bound, too', {
    increments: realRules.increments.map(({ below, step }) => ({ below: below && below + 1n, step })),
  }),
];

const closing: Bug[] = [
  inRules('an auction is sold below its reserve', {
    resultAtClose: (auction) => realRules.resultAtClose({ ...auction, reservePrice: null }),
  }),
  inRules('the close charges the maximum', {
    resultAtClose(auction) {
      const result = realRules.resultAtClose(auction);
      return result.sold ? { ...result, price: auction.leader!.maximum } : result;
    },
  }),
  inRules('an auction may be shorter than the shortest', {
    completeTerms: (terms, now) => realRules.completeTerms(terms, now, 0),
  }),
  {
    name: 'an auction closes a moment before its end',
    parts: {
      exchange: (rules, vault) =>
        new (class extends SimExchange {
          override close(id: string, now: number): boolean {
            return super.close(id, now + 100);
          }
        })(rules, vault, CREATOR),
    },
  },
];

const money: Bug[] = [
  inRules('the fee is rounded up', {
    splitPrice(price, fee, royalty) {
      const split = realRules.splitPrice(price, fee, royalty);
      const up = (price * BigInt(fee) + 9_999n) / 10_000n;
      return { ...split, fee: up, sellerReceives: price - up - split.royalty };
    },
  }),
  inRules('the royalty stays with the seller', {
    splitPrice: (price, fee) => realRules.splitPrice(price, fee, 0),
  }),
  inRules('the rest of a lot’s price goes to its last copy', {
    splitLot: (price, copies) => realRules.splitLot(price, copies).toReversed(),
  }),
  inRules('a trade’s fee is rounded up', {
    tradeFees: (terms) => {
      const up = (cash: bigint) => (cash * BigInt(terms.feeBasisPoints) + 9_999n) / 10_000n;
      return { give: up(terms.cashGive), receive: up(terms.cashReceive) };
    },
  }),
  inRules('a trade offer holds the cash without its fee', { heldFor: (terms) => terms.cashGive }),
  inVault('an outbid leader’s hold stays', () => {
    return new (class extends SimVault {
      override hold(key: string, accountId: string, amount: bigint): Result<void> {
        const before = this.holds.get(key);
        if (!before || before.accountId === accountId || amount === 0n)
          return super.hold(key, accountId, amount);
        this.add(this.holds, key, { accountId: before.accountId, amount: 0n });
        return super.hold(key, accountId, amount);
      }
    })();
  }),
  inVault('nothing that is held is ever let go', () => {
    return new (class extends SimVault {
      override release(): void {}
    })();
  }),
  inVault('an account may go below zero', () => {
    return new (class extends SimVault {
      override transfer(postings: readonly (readonly [string, bigint])[]): Result<void> {
        for (const [id, amount] of postings) this.add(this.available, id, this.balance(id) + amount);
        return ok(undefined);
      }
    })();
  }),
  inVault('a refused call is not rolled back', () => {
    return new (class extends SimVault {
      override transaction<T>(work: () => Result<T>): Result<T> {
        return work();
      }
    })();
  }),
];

const ownership: Bug[] = [
  inVault('a copy that moves stays bound', () => {
    return new (class extends SimVault {
      override move(copyId: string, toId: string): void {
        const { commitment } = this.copies.get(copyId)!;
        super.move(copyId, toId);
        this.change(this.copies.get(copyId)!, { commitment });
      }
    })();
  }),
  inVault('a copy that moves keeps its epoch', () => {
    return new (class extends SimVault {
      override move(copyId: string, toId: string): void {
        this.change(this.copies.get(copyId)!, { ownerId: toId, commitment: null });
      }
    })();
  }),
  inVault('what ends does not free its copies', () => {
    return new (class extends SimVault {
      override free(): void {}
    })();
  }),
  inVault('a bound copy can be bound again', () => {
    return new (class extends SimVault {
      override commit(copyId: string, ownerId: string, kind: string, id: string) {
        const copy = this.copies.get(copyId);
        if (copy?.ownerId === ownerId) this.change(copy, { commitment: null });
        return super.commit(copyId, ownerId, kind, id);
      }
    })();
  }),
  {
    name: 'a repeated call has a second effect',
    parts: {
      exchange: (rules, vault) =>
        new (class extends SimExchange {
          #calls = 0;
          override act(action: Action, now: number) {
            return super.act({ ...action, key: `${action.key} ${this.#calls++}` }, now);
          }
        })(rules, vault, CREATOR),
    },
  },
];

const venues: Bug[] = [
  inRules('a buyer pays the present price, whatever they saw', {
    purchase: (listing, buyerId) => realRules.purchase(listing, buyerId, listing.price),
  }),
  inRules('sellers buy their own listings', {
    purchase: (listing, _, seen) => realRules.purchase(listing, 'nobody', seen),
  }),
  inRules('anybody takes a listing back', {
    cancel: (listing) => realRules.cancel(listing, listing.sellerId),
  }),
  inRules('a listing costs less than a cent', { checkPrice: () => ok(undefined) }),
  inRules('an offer is accepted after its expiry', {
    acceptOffer: (offer, sellerId, seen) => realRules.acceptOffer(offer, sellerId, seen, new Date(0)),
  }),
  inRules('an offer outlives the owner that it was made to', {
    checkSellable: (copy, offer, sellerId, outside) =>
      realRules.checkSellable(copy, { ...offer, epoch: null }, sellerId, outside),
  }),
  inRules('an offer takes any serial', {
    takes: (target, copy) => realRules.takes({ ...target, serialFrom: null, serialTo: null }, copy),
  }),
  inRules('anybody takes an offer back', {
    withdrawOffer: (offer, _, now) => realRules.withdrawOffer(offer, offer.buyerId, now),
  }),
  inRules('a trade is accepted by its sender', {
    decideTrade: (offer, action, actorId, now) =>
      realRules.decideTrade(offer, action, action === 'accept' ? offer.toId : actorId, now),
  }),
  inRules('a trade is answered after its expiry', {
    decideTrade: (offer, action, actorId) => realRules.decideTrade(offer, action, actorId, new Date(0)),
  }),
  inRules('a trade moves copies that have changed hands', {
    checkReady: (offerId, offered, copies) =>
      realRules.checkReady(
        offerId,
        offered.map((copy) => ({ ...copy, epoch: copies.get(copy.copyId)!.epoch })),
        copies,
      ),
  }),
  inRules('a trade takes copies that are bound elsewhere', {
    checkReady(offerId, offered, copies) {
      const result = realRules.checkReady(offerId, offered, copies);
      return !result.ok && result.error.code === 'copy_committed' ? ok(undefined) : result;
    },
  }),
  inRules('a trade offer is void only when somebody looks', { staleCopies: () => [] }),
];

/** Every planted bug. */
export const bugs: Bug[] = [...bidding, ...closing, ...money, ...ownership, ...venues];
