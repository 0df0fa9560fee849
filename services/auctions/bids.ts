import { type entities, formatMoney, ok, type Result, refuse, type Static } from '@ece/contract';
import { atomically, type Database, isUniqueViolation, type Tx } from '@ece/platform/db/database';
import { type CallKey, callName, findEarlier, storeAnswers } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import { lockAccounts, passes, setHolds } from '@ece/vault';
import {
  type AuctionState,
  applyBids,
  type BidOutcome,
  minimumNext,
  reserveStatus,
} from './domain/bidding.ts';
import { openingEvents } from './events.ts';
import { keepSchedule, type Locked, lockCounted } from './halts.ts';
import { toState, writeBids } from './store.ts';

export type BidAnswer = Static<typeof entities.BidAnswer>;

/** A bid as it waits for its batch. */
export interface BidRequest {
  call: CallKey;
  bidderId: string;
  bidderHandle: string;
  maximum: bigint;
}

type Accepted = Extract<BidOutcome, { accepted: true }>;

const ATTEMPTS = 3;

/**
 * Applies the bids that were gathered for an auction in ONE transaction: locks the auction and the bidders'
 * balances, runs the pure rules by the database's clock, writes bids, hold, price, events and keys in bulk.
 * Each bid is answered for itself; a refused one changes nothing.
 */
export async function placeBids(
  db: Database,
  auctionId: string,
  requests: BidRequest[],
): Promise<Result<BidAnswer>[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await atomically(db, (tx) => applyBatch(tx, auctionId, requests));
    } catch (error) {
      // A key of this batch was used for another call between our look and our write: look again.
      if (attempt < ATTEMPTS && isUniqueViolation(error, 'idempotency_keys_pkey')) continue;
      throw error;
    }
  }
}

async function applyBatch(tx: Tx, auctionId: string, requests: BidRequest[]): Promise<Result<BidAnswer>[]> {
  const everybody = requests.map((request) => request.bidderId);
  const [{ gate, now: at, locked }, earlier] = await Promise.all([
    lockCounted(tx, auctionId, everybody),
    findEarlier(
      tx,
      requests.map((request) => request.call),
    ),
  ]);
  const results: (Result<BidAnswer> | undefined)[] = requests.map((request) => {
    const before = earlier.get(callName(request.call));
    if (before) return before.sameRequest ? ok(before.answer as BidAnswer) : refuse('idempotency_key_reused');
    if (!locked) return refuse('not_found');
    const { auction, haltedSince } = locked;
    if (auction.state !== 'open' && auction.state !== 'scheduled') return refuse(closedCode(auction.state));
    const passed = passes(gate, { accounts: [request.bidderId], sets: auction.set_ids ?? [] });
    if (passed.ok && haltedSince !== null) throw new Error('a halt stops the auction and not the bid');
    return passed.ok ? undefined : passed;
  });
  const { fresh, repeated } = pickFresh(requests, results);
  if (locked && fresh.length > 0) {
    const state = toState(locked.auction);
    const bidders = fresh.map((index) => requests[index]!.bidderId);
    const balances = await lockAccounts(tx, state.leader ? [...bidders, state.leader.bidderId] : bidders);
    const { auction, outcomes } = applyBids(
      state,
      fresh.map((index) => ({ bidderId: requests[index]!.bidderId, maximum: requests[index]!.maximum, at })),
      new Map([...balances].map(([id, balance]) => [id, balance.available])),
    );
    const batch = {
      auctionId,
      at,
      fresh: fresh.map((index) => requests[index]!),
      outcomes,
      before: state,
      auction,
    };
    const answers = await write(tx, batch, locked);
    for (const [i, index] of fresh.entries()) results[index] = answers[i]!;
  }
  for (const [index, first] of repeated) results[index] = results[first]!;
  return results as Result<BidAnswer>[];
}

function closedCode(state: string) {
  return state === 'cancelled' ? 'auction_not_open' : 'auction_ended';
}

/** The requests to apply, and those whose key stands in the batch before them already. */
function pickFresh(requests: BidRequest[], results: (Result<BidAnswer> | undefined)[]) {
  const fresh: number[] = [];
  const repeated: [number, number][] = [];
  const first = new Map<string, number>();
  for (const [index, { call }] of requests.entries()) {
    if (results[index]) continue;
    const same = first.get(callName(call));
    if (same === undefined) {
      first.set(callName(call), index);
      fresh.push(index);
    } else if (requests[same]!.call.hash.equals(call.hash)) {
      repeated.push([index, same]);
    } else {
      results[index] = refuse('idempotency_key_reused');
    }
  }
  return { fresh, repeated };
}

interface Batch {
  auctionId: string;
  at: number;
  fresh: BidRequest[];
  outcomes: BidOutcome[];
  before: AuctionState;
  auction: AuctionState;
}

async function write(tx: Tx, batch: Batch, locked: Locked): Promise<Result<BidAnswer>[]> {
  const { auctionId, at, fresh, outcomes, auction } = batch;
  const row = locked.auction;
  const handles = new Map(fresh.map((request) => [request.bidderId, request.bidderHandle]));
  const handleOf = (id: string) => handles.get(id) ?? row.leader_handle ?? '';
  const accepted = fresh.flatMap((request, index) => {
    const outcome = outcomes[index]!;
    return outcome.accepted ? [{ request, outcome, id: newId() }] : [];
  });
  if (accepted.length === 0) return outcomes.map((outcome) => refusalOf(outcome));

  const leader = auction.leader!;
  const held = await setHolds(tx, [
    { kind: 'auction', reference: auctionId, accountId: leader.bidderId, amount: leader.maximum },
  ]);
  if (!held.ok) throw new Error('the rules accepted a bid that its account cannot hold');
  const moved = await keepSchedule(tx, locked);
  await writeBids(
    tx,
    auctionId,
    auction,
    handleOf(leader.bidderId),
    accepted.map(({ request, outcome, id }) => ({
      number: outcome.auction.bidCount,
      id,
      bidder_id: request.bidderId,
      maximum: request.maximum,
      price: outcome.auction.price!,
      leader_id: outcome.auction.leader!.bidderId,
      ends_at: new Date(outcome.auction.endsAt),
      at: new Date(at),
    })),
  );
  const events = accepted.flatMap(({ request, outcome, id }) =>
    bidEvents(auctionId, request, outcome, id, handleOf),
  );
  const last = (await publish(tx, [...moved, ...openingEvents(row), ...events])).get(`auction:${auctionId}`)!;
  const answers = new Map(
    accepted.map(({ request, outcome, id }, index) => [
      request,
      {
        bidId: id,
        leading: outcome.auction.leader!.bidderId === request.bidderId,
        price: formatMoney(outcome.auction.price!),
        minimumNext: formatMoney(minimumNext(outcome.auction)),
        endsAt: new Date(outcome.auction.endsAt).toISOString(),
        sequence: Number(last) - accepted.length + 1 + index,
      },
    ]),
  );
  await storeAnswers(
    tx,
    [...answers].map(([request, answer]) => ({ call: request.call, answer })),
  );
  return fresh.map((request, index) => {
    const answer = answers.get(request);
    return answer ? ok(answer) : refusalOf(outcomes[index]!);
  });
}

function refusalOf(outcome: BidOutcome): Result<never> {
  if (outcome.accepted) throw new Error('an accepted bid has no refusal');
  return outcome.minimum === undefined
    ? refuse(outcome.code)
    : refuse(outcome.code, undefined, { minimumNext: formatMoney(outcome.minimum) });
}

function bidEvents(
  auctionId: string,
  request: BidRequest,
  outcome: Accepted,
  bidId: string,
  handleOf: (id: string) => string,
): NewEvent[] {
  const { auction, outbid } = outcome;
  const price = formatMoney(auction.price!);
  const events: NewEvent[] = [
    {
      topic: `auction:${auctionId}`,
      type: 'auction.bid',
      data: {
        auctionId,
        bidId,
        bidderHandle: request.bidderHandle,
        price,
        leaderHandle: handleOf(auction.leader!.bidderId),
        minimumNext: formatMoney(minimumNext(auction)),
        endsAt: new Date(auction.endsAt).toISOString(),
        extended: outcome.extended,
        reserve: reserveStatus(auction),
        bidCount: auction.bidCount,
      },
    },
  ];
  if (outbid) events.push({ topic: `user:${outbid}`, type: 'bid.outbid', data: { auctionId, price } });
  return events;
}
