import { type entities, formatMoney, ok, type Result, refuse, type Static } from '@ece/contract';
import { atomically, type Database, isUniqueViolation, type Tx } from '@ece/platform/db/database';
import {
  type CallKey,
  callName,
  type Earlier,
  findEarlier,
  storeAnswers,
} from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { lastSequences, type NewEvent, publish } from '@ece/platform/outbox/publish';
import { type LockedHolds, lockHolds, passes, setHolds } from '@ece/vault';
import type { Batch } from './batch.ts';
import {
  type AuctionState,
  applyBids,
  type BidOutcome,
  minimumNext,
  reserveStatus,
} from './domain/bidding.ts';
import { openingEvents } from './events.ts';
import { keepSchedule, type Locked, type LockedAuctions, lockAllCounted } from './halts.ts';
import { toState, writeBids } from './store.ts';

export type BidAnswer = Static<typeof entities.BidAnswer>;

/** A bid as it waits for its batch. */
export interface BidRequest {
  /** Its account is the bidder. */
  call: CallKey;
  maximum: bigint;
}

type Accepted = Extract<BidOutcome, { accepted: true }>;

/** A bid on its way through its batch. */
interface Entry {
  auctionId: string;
  request: BidRequest;
  /** Absent until it is known. */
  result?: Result<BidAnswer>;
}

/** An auction in which a batch has accepted bids. */
interface Played {
  auctionId: string;
  locked: Locked;
  /** The state after the last bid. */
  after: AuctionState;
  accepted: { entry: Entry; outcome: Accepted; id: string }[];
}

const ATTEMPTS = 3;

/**
 * Applies the bids that were gathered for some auctions in ONE transaction: locks the auctions and the bidders'
 * balances, runs the pure rules by the database's clock, writes bids, holds, prices, events and keys in bulk.
 * Each bid is answered for itself; a refused one changes nothing.
 * @param handles the bidders' handles by their ids
 */
export async function placeBids(
  db: Database,
  batches: Batch<BidRequest>[],
  handles: Readonly<Record<string, string>>,
): Promise<Result<BidAnswer>[][]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await atomically(db, (tx) => applyBatches(tx, batches, handles));
    } catch (error) {
      // A key of this batch was used for another call between our look and our write: look again.
      if (attempt < ATTEMPTS && isUniqueViolation(error, 'idempotency_keys_pkey')) continue;
      throw error;
    }
  }
}

async function applyBatches(
  tx: Tx,
  batches: Batch<BidRequest>[],
  handles: Readonly<Record<string, string>>,
): Promise<Result<BidAnswer>[][]> {
  const groups = batches.map(({ auctionId, requests }) =>
    requests.map((request): Entry => ({ auctionId, request })),
  );
  const entries = groups.flat();
  const bidders = entries.map(({ request }) => request.call.accountId);
  const ids = batches.map(({ auctionId }) => auctionId);
  // One round trip, in the lock order. Whoever leads has the auction's hold.
  const [auctions, holds, earlier, sequences] = await Promise.all([
    lockAllCounted(tx, ids, bidders),
    lockHolds(tx, ids.map(holdKey), bidders),
    findEarlier(
      tx,
      entries.map(({ request }) => request.call),
    ),
    lastSequences(tx, ids.map(topicOf)),
  ]);
  for (const entry of entries) entry.result = resultBefore(entry, auctions, earlier);
  const repeated = setRepeatedAside(entries.filter(({ result }) => !result));
  const fresh = Map.groupBy(
    entries.filter((entry) => !entry.result && !repeated.has(entry)),
    ({ auctionId }) => auctionId,
  );
  if (fresh.size > 0) await play(tx, fresh, { ...auctions, holds, sequences, handles });
  for (const [entry, first] of repeated) entry.result = first.result;
  return groups.map((group) => group.map(({ result }) => result!));
}

/** What is known of a bid before the rules are asked: its earlier answer, or what stands in its way. */
function resultBefore(
  { auctionId, request }: Entry,
  { gate, locked }: LockedAuctions,
  earlier: Map<string, Earlier>,
): Result<BidAnswer> | undefined {
  const before = earlier.get(callName(request.call));
  if (before) return before.sameRequest ? ok(before.answer as BidAnswer) : refuse('idempotency_key_reused');
  const found = locked.get(auctionId);
  if (!found) return refuse('not_found');
  const { auction, haltedSince } = found;
  if (auction.state === 'cancelled') return refuse('auction_not_open');
  if (auction.state !== 'open' && auction.state !== 'scheduled') return refuse('auction_ended');
  const passed = passes(gate, { accounts: [request.call.accountId], sets: auction.set_ids ?? [] });
  if (passed.ok && haltedSince !== null) throw new Error('a halt stops the auction and not the bid');
  return passed.ok ? undefined : passed;
}

/** Bids whose key stands in the batch before them already, with the first one. Another call's key is refused. */
function setRepeatedAside(entries: Entry[]): Map<Entry, Entry> {
  const repeated = new Map<Entry, Entry>();
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const { call } = entry.request;
    const same = first.get(callName(call));
    if (!same) first.set(callName(call), entry);
    else if (same.request.call.hash === call.hash) repeated.set(entry, same);
    else entry.result = refuse('idempotency_key_reused');
  }
  return repeated;
}

/** What is known before the rules are asked. */
interface Known extends LockedAuctions {
  /** The last number of each auction's topic. Whoever writes to it locks the auction first, so it stays. */
  sequences: Map<string, bigint>;
  /** What is held for the auctions, and the balances of those who bid and those who lead. */
  holds: LockedHolds;
  /** The bidders' handles. */
  handles: Readonly<Record<string, string>>;
}

/** Asks the rules about the bids of each auction, and writes what follows. */
async function play(tx: Tx, fresh: Map<string, Entry[]>, known: Known): Promise<void> {
  const { locked, holds, now: at } = known;
  let available = new Map([...holds.balances].map(([id, balance]) => [id, balance.available]));
  const played: Played[] = [];
  for (const [auctionId, entries] of fresh) {
    const bids = entries.map(({ request: { call, maximum } }) => ({ bidderId: call.accountId, maximum, at }));
    const result = applyBids(toState(locked.get(auctionId)!.auction), bids, available);
    available = result.available;
    const accepted: Played['accepted'] = [];
    for (const [i, entry] of entries.entries()) {
      const outcome = result.outcomes[i]!;
      if (outcome.accepted) accepted.push({ entry, outcome, id: newId() });
      else entry.result = refusalOf(outcome);
    }
    if (accepted.length > 0) {
      played.push({ auctionId, locked: locked.get(auctionId)!, after: result.auction, accepted });
    }
  }
  if (played.length > 0) await write(tx, played, known);
}

const topicOf = (auctionId: string) => `auction:${auctionId}`;
const holdKey = (auctionId: string) => ({ kind: 'auction' as const, reference: auctionId });

async function write(tx: Tx, played: Played[], known: Known): Promise<void> {
  const { holds, sequences, handles } = known;
  const at = new Date(known.now);
  const moved: NewEvent[] = [];
  for (const { locked } of played) moved.push(...(await keepSchedule(tx, locked)));
  const events = [...moved, ...played.flatMap((each) => eventsOf(each, handles))];
  const published = Map.groupBy(events, (event) => event.topic);
  const changes = played.map(({ auctionId, after: { leader } }) => ({
    ...holdKey(auctionId),
    ...{ accountId: leader!.bidderId, amount: leader!.maximum },
  }));
  const states = played.map((each) => ({
    ...each,
    leaderHandle: handlesOf(each, handles)(each.after.leader!.bidderId),
  }));
  const bids = played.flatMap(({ auctionId, accepted }) =>
    accepted.map((each) => ({ ...rowOf(each), auction_id: auctionId, at })),
  );
  const last = new Map<string, number>();
  const answers = played.flatMap(({ auctionId, accepted }) => {
    const topic = topicOf(auctionId);
    last.set(topic, Number(sequences.get(topic) ?? 0n) + published.get(topic)!.length);
    return accepted.map(({ entry, outcome, id }, index) => {
      // The events of the bids are the last ones of their topic.
      const answer = answerOf(entry, outcome, id, last.get(topic)! - accepted.length + 1 + index);
      entry.result = ok(answer);
      return { call: entry.request.call, answer };
    });
  });
  // One round trip, in the lock order: topics come last.
  const [held, , , drawn] = await Promise.all([
    setHolds(tx, changes, holds),
    writeBids(tx, states, bids),
    storeAnswers(tx, answers),
    publish(tx, events),
  ]);
  if (!held.ok) throw new Error('the rules accepted a bid that its account cannot hold');
  for (const [topic, sequence] of last) {
    if (Number(drawn.get(topic)) !== sequence) throw new Error(`${topic} was written to without its lock`);
  }
}

function rowOf({ entry: { request }, outcome: { auction }, id }: Played['accepted'][number]) {
  return {
    ...{ number: auction.bidCount, id, bidder_id: request.call.accountId, maximum: request.maximum },
    ...{ price: auction.price!, leader_id: auction.leader!.bidderId, ends_at: new Date(auction.endsAt) },
  };
}

function answerOf({ request }: Entry, { auction }: Accepted, bidId: string, sequence: number): BidAnswer {
  return {
    bidId,
    leading: auction.leader!.bidderId === request.call.accountId,
    price: formatMoney(auction.price!),
    minimumNext: formatMoney(minimumNext(auction)),
    endsAt: new Date(auction.endsAt).toISOString(),
    sequence,
  };
}

/** The handles of those who may lead: the bidders, and who led before. */
function handlesOf({ locked }: Played, handles: Known['handles']): (id: string) => string {
  const { leader_id, leader_handle } = locked.auction;
  return (id) => handles[id] ?? (id === leader_id ? leader_handle : null) ?? '';
}

/** The events of an auction's accepted bids; those on its own topic end with one for each bid. */
function eventsOf(played: Played, handles: Known['handles']): NewEvent[] {
  const { auctionId, locked, accepted } = played;
  const handleOf = handlesOf(played, handles);
  return [
    ...openingEvents(locked.auction),
    ...accepted.map(({ entry, outcome, id }) => bidEvent(auctionId, entry.request, outcome, id, handleOf)),
  ];
}

function refusalOf(outcome: BidOutcome): Result<never> {
  if (outcome.accepted) throw new Error('an accepted bid has no refusal');
  return outcome.minimum === undefined
    ? refuse(outcome.code)
    : refuse(outcome.code, undefined, { minimumNext: formatMoney(outcome.minimum) });
}

function bidEvent(
  auctionId: string,
  request: BidRequest,
  { auction, extended }: Accepted,
  bidId: string,
  handleOf: (id: string) => string,
): NewEvent {
  return {
    topic: topicOf(auctionId),
    type: 'auction.bid',
    data: {
      auctionId,
      bidId,
      bidderHandle: handleOf(request.call.accountId),
      price: formatMoney(auction.price!),
      leaderHandle: handleOf(auction.leader!.bidderId),
      minimumNext: formatMoney(minimumNext(auction)),
      endsAt: new Date(auction.endsAt).toISOString(),
      extended,
      reserve: reserveStatus(auction),
      bidCount: auction.bidCount,
    },
  };
}
