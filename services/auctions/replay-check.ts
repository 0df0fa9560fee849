import type { Sql } from '@ece/platform/db/database';
import {
  type CheckReport,
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  reportOf,
} from '@ece/platform/invariants';
import { type Halt, haltsSince } from '@ece/vault';
import { joinHalts } from './domain/halts.ts';
import { compareResult, type LoggedBid, replay } from './domain/replay.ts';
import { haltsOf } from './halts.ts';
import { type AuctionRow, type BidRow, toState } from './store.ts';

/** Auctions that are in memory together with their bids. */
const BATCH = 500;

/** I7: the log of each auction, replayed by the pure rules, gives what is stored. */
export function replayCheck(): InvariantCheck {
  return {
    invariant: 'I7',
    title: 'each auction’s log, replayed by the rules, gives its price, leader, end and result',
    run: (snapshot) => snapshot(replayAll),
  };
}

async function replayAll(sql: Sql): Promise<CheckReport> {
  const findings: Finding[] = [];
  const halts = await haltsSince(sql, new Date(0));
  let checked = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const auctions = await sql<AuctionRow[]>`
      select * from auctions.auctions where id > ${after} order by id limit ${BATCH}`;
    const logs = await readLogs(sql, auctions);
    for (const auction of auctions) {
      const problem = differs(auction, logs.get(auction.id) ?? [], halts);
      if (!problem) continue;
      const subject = `auction ${auction.id}`;
      findings.push({ subject, problem: 'differs from its log', detail: problem });
    }
    checked += auctions.length;
    if (auctions.length < BATCH) break;
    after = auctions.at(-1)!.id;
  }
  return reportOf(checked, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

async function readLogs(sql: Sql, auctions: AuctionRow[]): Promise<Map<string, LoggedBid[]>> {
  const bids = await sql<BidRow[]>`
    select * from auctions.bids where auction_id = any(${auctions.map((auction) => auction.id)}::uuid[])
    order by auction_id, number`;
  const logs = new Map<string, LoggedBid[]>(auctions.map((auction) => [auction.id, []]));
  for (const bid of bids) {
    logs.get(bid.auction_id)!.push({
      number: bid.number,
      bidderId: bid.bidder_id,
      maximum: bid.maximum,
      at: bid.at.getTime(),
      price: bid.price,
      leaderId: bid.leader_id,
      endsAt: bid.ends_at.getTime(),
    });
  }
  return logs;
}

function differs(auction: AuctionRow, log: LoggedBid[], halts: Halt[]): string | undefined {
  const stored = toState(auction);
  const opening = {
    ...stored,
    startsAt: auction.first_starts_at.getTime(),
    endsAt: auction.first_ends_at.getTime(),
    price: null,
    leader: null,
    bidCount: 0,
  };
  const { over } = joinHalts(haltsOf(auction, halts), auction.created_at.getTime());
  const counted = over.filter(({ until }) => until <= auction.halts_counted_to.getTime());
  const replayed = replay(opening, log, counted);
  if ('differs' in replayed) return replayed.differs;
  const { state, sold_by: soldBy, buy_now_price: buyNowPrice } = auction;
  return compareResult(replayed, { ...stored, state, soldBy, buyNowPrice });
}
