import type { Sql, Tx } from '@ece/platform/db/database';
import { lastSequenceOf } from '@ece/platform/outbox/publish';
import type { AuctionFacts } from './api.ts';
import type { AuctionState } from './domain/bidding.ts';
import type { IncrementRow } from './domain/increments.ts';
import type { Terms } from './domain/terms.ts';
import type { Stops } from './halts.ts';

export type State = 'scheduled' | 'open' | 'sold' | 'unsold' | 'cancelled';

/** An auction's row. */
export interface AuctionRow {
  id: string;
  seller_id: string;
  state: State;
  starting_price: bigint;
  reserve_price: bigint | null;
  buy_now_price: bigint | null;
  increments: [string | null, string][];
  fee_basis_points: number;
  starts_at: Date;
  ends_at: Date;
  first_ends_at: Date;
  soft_window: number;
  soft_extension: number;
  price: bigint | null;
  leader_id: string | null;
  leader_handle: string | null;
  leader_maximum: bigint | null;
  bid_count: number;
  sold_by: 'close' | 'buy_now' | null;
  created_at: Date;
  closed_at: Date | null;
  /** The sets of the lot; null until a job has filled them in, for auctions of earlier versions. */
  set_ids: string[] | null;
  first_starts_at: Date;
  /** Up to here the halts of trading are in `starts_at` and `ends_at`. */
  halts_counted_to: Date;
}

export interface ItemRow {
  auction_id: string;
  position: number;
  copy_id: string;
  card_id: string;
  epoch: bigint;
  royalty_basis_points: number;
  royalty_account_id: string;
}

export interface BidRow {
  auction_id: string;
  number: number;
  id: string;
  bidder_id: string;
  maximum: bigint;
  price: bigint;
  leader_id: string;
  ends_at: Date;
  at: Date;
}

/** Milliseconds of the database's clock, which alone decides what is late. */
export async function databaseNow(sql: Sql): Promise<number> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now.getTime();
}

/** The rules' view of a row. */
export function toState(row: AuctionRow): AuctionState {
  return {
    sellerId: row.seller_id,
    startingPrice: row.starting_price,
    reservePrice: row.reserve_price,
    increments: row.increments.map(([below, step]) => ({
      below: below === null ? null : BigInt(below),
      step: BigInt(step),
    })),
    startsAt: row.starts_at.getTime(),
    endsAt: row.ends_at.getTime(),
    softClose: { window: row.soft_window * 1000, extension: row.soft_extension * 1000 },
    price: row.price,
    leader: row.leader_id === null ? null : { bidderId: row.leader_id, maximum: row.leader_maximum! },
    bidCount: row.bid_count,
  };
}

export interface NewAuction extends Terms {
  id: string;
  sellerId: string;
  state: State;
  increments: readonly IncrementRow[];
  feeBasisPoints: number;
  setIds: string[];
  /** Unix milliseconds of the database's clock. */
  now: number;
}

export async function insertAuction(
  tx: Tx,
  a: NewAuction,
  items: Omit<ItemRow, 'auction_id'>[],
): Promise<void> {
  const increments = a.increments.map(({ below, step }) => [below?.toString() ?? null, step.toString()]);
  await tx`
    insert into auctions.auctions (id, seller_id, state, starting_price, reserve_price, buy_now_price, increments,
      fee_basis_points, starts_at, first_starts_at, ends_at, first_ends_at, soft_window, soft_extension, set_ids,
      halts_counted_to)
    values (${a.id}, ${a.sellerId}, ${a.state}, ${a.startingPrice}, ${a.reservePrice}, ${a.buyNowPrice},
      ${tx.json(increments)}, ${a.feeBasisPoints}, ${new Date(a.startsAt)}, ${new Date(a.startsAt)},
      ${new Date(a.endsAt)}, ${new Date(a.endsAt)}, ${a.softClose.window}, ${a.softClose.extension},
      ${a.setIds}::uuid[], ${new Date(a.now)})`;
  await tx`insert into auctions.items ${tx(items.map((item) => ({ auction_id: a.id, ...item })))}`;
}

/** Locks auctions in the order of their ids. In the lock order they come before copies and accounts. */
export async function lockAuctions(tx: Tx, ids: readonly string[]): Promise<AuctionRow[]> {
  return await tx<AuctionRow[]>`
    select * from auctions.auctions where id = any(${[...ids].sort()}::uuid[]) order by id for update`;
}

export async function readAuction(sql: Sql, id: string): Promise<AuctionRow | undefined> {
  const [row] = await sql<AuctionRow[]>`select * from auctions.auctions where id = ${id}`;
  return row;
}

/** An auction with what its answer shows beside its row, all of one moment. */
export interface AuctionView extends AuctionRow {
  /** The last number of its topic; null where nothing has been told of it. */
  sequence: bigint | null;
  /** The time of the database. */
  now: Date;
  /** The highest maximum that the viewer has named. */
  my_maximum: bigint | null;
  copy_ids: string[];
}

/**
 * One statement gives all of it, so that the number of the topic is that of the state: who follows the topic from
 * there misses nothing.
 */
const viewColumns = (sql: Sql, viewerId: string | undefined) => sql`
  a.*, ${lastSequenceOf(sql, sql`'auction:' || a.id`)} as sequence, clock_timestamp() as now,
  ${
    viewerId
      ? sql`(select max(b.maximum) from auctions.bids b where b.auction_id = a.id and b.bidder_id = ${viewerId})`
      : sql`null::bigint`
  } as my_maximum,
  array(select i.copy_id from auctions.items i where i.auction_id = a.id order by i.position) as copy_ids`;

/** An auction as somebody sees it. */
export async function readAuctionView(
  sql: Sql,
  id: string,
  viewerId: string | undefined,
): Promise<AuctionView | undefined> {
  const [row] = await sql<AuctionView[]>`
    select ${viewColumns(sql, viewerId)} from auctions.auctions a where a.id = ${id}`;
  return row;
}

export async function readItems(sql: Sql, auctionIds: string[]): Promise<ItemRow[]> {
  return await sql<ItemRow[]>`
    select * from auctions.items where auction_id = any(${auctionIds}::uuid[]) order by auction_id, position`;
}

/** What accepted bids led an auction to. */
export interface NextState {
  auctionId: string;
  after: AuctionState;
  leaderHandle: string;
}

/** Writes the states that accepted bids led to, and the bids. */
export async function writeBids(tx: Tx, states: NextState[], bids: BidRow[]): Promise<void> {
  await Promise.all([
    tx`update auctions.auctions a set state = 'open', price = n.price, leader_id = n.leader_id,
        leader_handle = n.leader_handle, leader_maximum = n.leader_maximum, bid_count = n.bid_count, ends_at = n.ends_at
      from unnest(${states.map((s) => s.auctionId)}::uuid[], ${states.map((s) => s.after.price!.toString())}::bigint[],
        ${states.map((s) => s.after.leader!.bidderId)}::uuid[], ${states.map((s) => s.leaderHandle)}::text[],
        ${states.map((s) => s.after.leader!.maximum.toString())}::bigint[], ${states.map((s) => s.after.bidCount)}::int[],
        ${states.map((s) => new Date(s.after.endsAt).toISOString())}::timestamptz[])
        as n(id, price, leader_id, leader_handle, leader_maximum, bid_count, ends_at)
      where a.id = n.id`,
    tx`insert into auctions.bids (auction_id, number, id, bidder_id, maximum, price, leader_id, ends_at, at)
      select * from unnest(${bids.map((b) => b.auction_id)}::uuid[], ${bids.map((b) => b.number)}::int[],
        ${bids.map((b) => b.id)}::uuid[], ${bids.map((b) => b.bidder_id)}::uuid[],
        ${bids.map((b) => b.maximum.toString())}::bigint[], ${bids.map((b) => b.price.toString())}::bigint[],
        ${bids.map((b) => b.leader_id)}::uuid[], ${bids.map((b) => b.ends_at.toISOString())}::timestamptz[],
        ${bids.map((b) => b.at.toISOString())}::timestamptz[])`,
  ]);
}

/** How an auction ended. */
export interface AuctionEnd {
  id: string;
  state: State;
  soldBy?: 'close' | 'buy_now';
  buyerId?: string;
  buyerHandle?: string;
  price?: bigint;
}

/** Ends auctions. */
export async function closeAuctions(tx: Tx, ends: AuctionEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const texts = (pick: (end: AuctionEnd) => string | bigint | undefined) =>
    ends.map((end) => pick(end)?.toString() ?? null);
  await tx`
    update auctions.auctions a set state = e.state, sold_by = e.sold_by, closed_at = clock_timestamp(),
      price = coalesce(e.price, a.price),
      leader_id = coalesce(e.buyer_id, a.leader_id),
      leader_handle = coalesce(e.buyer_handle, a.leader_handle),
      leader_maximum = greatest(coalesce(e.price, a.leader_maximum), a.leader_maximum)
    from unnest(${texts((e) => e.id)}::uuid[], ${texts((e) => e.state)}::text[], ${texts((e) => e.soldBy)}::text[],
      ${texts((e) => e.buyerId)}::uuid[], ${texts((e) => e.buyerHandle)}::text[], ${texts((e) => e.price)}::bigint[])
      as e(id, state, sold_by, buyer_id, buyer_handle, price)
    where a.id = e.id`;
}

/** Auctions that no halt stops, and whose times count every halt that is over. */
const going = (sql: Sql, { setIds, resumed }: Stops) => sql`
  (${setIds}::uuid[] = '{}' or not coalesce(set_ids && ${setIds}::uuid[], false))
  and (${resumed}::timestamptz is null or halts_counted_to >= ${resumed}::timestamptz)`;

/**
 * Auctions whose end has come, the longest first, without a lock; `lockDue` decides. The clock is asked once, in a
 * query of its own: asked for each row, as a condition beside the index, it made every look read all open auctions.
 */
export async function findDue(sql: Sql, stops: Stops, limit: number): Promise<AuctionRow[]> {
  return await sql<AuctionRow[]>`
    select * from auctions.auctions
    where state = 'open' and ends_at <= (select clock_timestamp()) and ${going(sql, stops)} order by ends_at, id limit ${limit}`;
}

/**
 * Locks the first ones of the auctions that are still due and that no other process works on. Take the gate
 * before.
 */
export async function lockDue(tx: Tx, stops: Stops, ids: string[], limit: number): Promise<AuctionRow[]> {
  return await tx<AuctionRow[]>`
    select * from auctions.auctions where id = any(${ids}::uuid[]) and state = 'open' and ends_at <= clock_timestamp()
      and ${going(tx, stops)}
    order by ends_at, id limit ${limit} for update skip locked`;
}

/** Whether the time of a scheduled auction has come; `openDue` decides. */
export async function isOpeningDue(sql: Sql): Promise<boolean> {
  const [row] = await sql`
    select 1 from auctions.auctions where state = 'scheduled' and starts_at <= (select clock_timestamp())
    order by starts_at limit 1`;
  return row !== undefined;
}

/** Opens scheduled auctions whose time has come. Take the gate before. */
export async function openDue(tx: Tx, stops: Stops, limit: number): Promise<AuctionRow[]> {
  return await tx<AuctionRow[]>`
    update auctions.auctions a set state = 'open'
    from (select id from auctions.auctions where state = 'scheduled' and starts_at <= (select clock_timestamp())
        and ${going(tx, stops)}
      order by starts_at limit ${limit} for update skip locked) due
    where a.id = due.id returning a.*`;
}

/** Locks live auctions that no halt stops and that have not counted every halt that is over. */
export async function lockUncounted(
  tx: Tx,
  { setIds, resumed }: Stops,
  limit: number,
): Promise<AuctionRow[]> {
  return await tx<AuctionRow[]>`
    select * from auctions.auctions
    where state in ('scheduled', 'open') and halts_counted_to < ${resumed}
      and not coalesce(set_ids && ${setIds}::uuid[], false)
    order by halts_counted_to, id limit ${limit} for update skip locked`;
}

/** Writes the times of locked auctions that halts have moved. */
export async function saveSchedules(tx: Tx, auctions: AuctionRow[]): Promise<void> {
  await tx`
    update auctions.auctions a set starts_at = n.starts_at, ends_at = n.ends_at, halts_counted_to = n.counted_to
    from unnest(${auctions.map((a) => a.id)}::uuid[], ${auctions.map((a) => a.starts_at.toISOString())}::timestamptz[],
      ${auctions.map((a) => a.ends_at.toISOString())}::timestamptz[],
      ${auctions.map((a) => a.halts_counted_to.toISOString())}::timestamptz[]) as n(id, starts_at, ends_at, counted_to)
    where a.id = n.id`;
}

/** Auctions that are older than the column of their sets, with their copies. */
export async function withoutSets(sql: Sql, limit: number): Promise<{ id: string; copyIds: string[] }[]> {
  return await sql<{ id: string; copyIds: string[] }[]>`
    select a.id, array(select copy_id from auctions.items i where i.auction_id = a.id) as "copyIds"
    from auctions.auctions a where a.set_ids is null order by a.id limit ${limit}`;
}

export async function writeSets(sql: Sql, id: string, setIds: string[]): Promise<void> {
  await sql`update auctions.auctions set set_ids = ${setIds}::uuid[] where id = ${id} and set_ids is null`;
}

export interface AuctionFilter {
  state?: State;
  cardId?: string;
  sellerId?: string;
  /** Only those in which somebody has bid. */
  bidderId?: string;
  after?: { endsAt: Date; id: string };
  before?: string;
  /** Who looks: their own maxima are with the auctions. */
  viewerId?: string | undefined;
}

/** A page of auctions: open ones by their end, others by id, newest first. */
export async function listAuctions(sql: Sql, filter: AuctionFilter, limit: number): Promise<AuctionView[]> {
  const byEnd = filter.state === 'open';
  return await sql<AuctionView[]>`
    select ${viewColumns(sql, filter.viewerId)} from auctions.auctions a
    where true
      ${filter.state ? sql`and a.state = ${filter.state}` : sql``}
      ${filter.sellerId ? sql`and a.seller_id = ${filter.sellerId}` : sql``}
      ${filter.bidderId ? sql`and a.id in (select auction_id from auctions.bids where bidder_id = ${filter.bidderId})` : sql``}
      ${filter.cardId ? sql`and a.id in (select auction_id from auctions.items where card_id = ${filter.cardId})` : sql``}
      ${filter.after ? sql`and (a.ends_at, a.id) > (${filter.after.endsAt}, ${filter.after.id})` : sql``}
      ${filter.before ? sql`and a.id < ${filter.before}` : sql``}
    order by ${byEnd ? sql`a.ends_at, a.id` : sql`a.id desc`} limit ${limit}`;
}

/** Bids of an auction before a number (exclusive), newest first. */
export async function listBids(
  sql: Sql,
  auctionId: string,
  before: number | undefined,
  limit: number,
): Promise<BidRow[]> {
  return await sql<BidRow[]>`
    select * from auctions.bids where auction_id = ${auctionId}
      ${before === undefined ? sql`` : sql`and number < ${before}`}
    order by number desc limit ${limit}`;
}

/** What other services ask of auctions, by id. */
export async function readFacts(sql: Sql, ids: string[]): Promise<Record<string, AuctionFacts>> {
  const rows = await sql<(Omit<AuctionFacts, 'lot'> & { copies: string[]; cards: string[] })[]>`
    select a.id, a.seller_id as "sellerId", a.state, a.ends_at as "endsAt",
      array_agg(i.copy_id order by i.position) as copies, array_agg(i.card_id order by i.position) as cards
    from auctions.auctions a join auctions.items i on i.auction_id = a.id
    where a.id = any(${ids}::uuid[]) group by a.id`;
  return Object.fromEntries(
    rows.map(({ copies, cards, ...facts }) => [
      facts.id,
      { ...facts, lot: copies.map((copyId, index) => ({ copyId, cardId: cards[index]! })) },
    ]),
  );
}
