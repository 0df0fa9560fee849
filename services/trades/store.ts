import type { Sql, Tx } from '@ece/platform/db/database';
import type { OfferState, OfferTerms } from './domain/offer.ts';
import type { OfferedCopy } from './domain/terms.ts';

/** An offer as it is stored. Money in micro-USDC. */
export interface OfferRow extends OfferTerms {
  id: string;
  cashGive: bigint;
  cashReceive: bigint;
  feeBasisPoints: number;
  message: string;
  counterOf: string | null;
  createdAt: Date;
  closedAt: Date | null;
}

export type NewOffer = Omit<OfferRow, 'state' | 'createdAt' | 'closedAt'>;

const columns = (sql: Sql) => sql`
  id, from_id as "fromId", to_id as "toId", cash_give as "cashGive", cash_receive as "cashReceive",
  fee_basis_points as "feeBasisPoints", message, state, expires_at as "expiresAt",
  counter_of as "counterOf", created_at as "createdAt", closed_at as "closedAt"`;

/** Writes an open offer and its copies. */
export async function insertOffer(tx: Tx, offer: NewOffer, copies: OfferedCopy[]): Promise<void> {
  await Promise.all([
    tx`
      insert into trades.offers (id, from_id, to_id, cash_give, cash_receive, fee_basis_points, message,
        expires_at, counter_of)
      values (${offer.id}, ${offer.fromId}, ${offer.toId}, ${offer.cashGive.toString()}::bigint,
        ${offer.cashReceive.toString()}::bigint, ${offer.feeBasisPoints}, ${offer.message}, ${offer.expiresAt},
        ${offer.counterOf})`,
    tx`
      insert into trades.offer_copies (offer_id, copy_id, side, epoch, position)
      select ${offer.id}::uuid, c.* from unnest(${copies.map((c) => c.copyId)}::uuid[],
        ${copies.map((c) => c.side)}::text[], ${copies.map((c) => c.epoch.toString())}::bigint[])
        with ordinality as c`,
  ]);
}

export async function readOffer(sql: Sql, id: string): Promise<OfferRow | undefined> {
  const [row] = await sql<OfferRow[]>`select ${columns(sql)} from trades.offers where id = ${id}`;
  return row;
}

/**
 * The offers that answer one another, among them this one, the first one first.
 * @param limit the most that are read on each side of the offer
 */
export async function readThread(sql: Sql, id: string, limit: number): Promise<OfferRow[]> {
  return await sql<OfferRow[]>`
    with recursive earlier as (
      select o.id, o.counter_of, 0 as steps from trades.offers o where o.id = ${id}
      union all
      select o.id, o.counter_of, e.steps + 1 from earlier e join trades.offers o on o.id = e.counter_of
      where e.steps < ${limit}
    ), later as (
      select ${id}::uuid as id, 0 as steps
      union all
      select o.id, l.steps + 1 from later l join trades.offers o on o.counter_of = l.id
      where l.steps < ${limit}
    )
    select ${columns(sql)} from trades.offers
    where id in (select id from earlier union select id from later) order by id`;
}

/**
 * Locks an offer, the first lock of every transaction that ends it, and gives the database's time once the
 * lock is held: a time that was read while waiting would be too early.
 */
export async function lockOffer(tx: Tx, id: string): Promise<{ offer: OfferRow; now: Date } | undefined> {
  const [[offer], now] = await Promise.all([
    tx<OfferRow[]>`select ${columns(tx)} from trades.offers where id = ${id} for update`,
    readClock(tx),
  ]);
  return offer && { offer, now };
}

/** The time by the clock of the database, which decides what is late. */
export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}

/** The copies of offers, by offer, in the order in which they were named. */
export async function readOfferCopies(sql: Sql, offerIds: string[]): Promise<Map<string, OfferedCopy[]>> {
  const rows = await sql<({ offerId: string } & OfferedCopy)[]>`
    select offer_id as "offerId", copy_id as "copyId", side, epoch from trades.offer_copies
    where offer_id = any(${offerIds}::uuid[]) order by offer_id, position`;
  const byOffer = new Map<string, OfferedCopy[]>(offerIds.map((id) => [id, []]));
  for (const { offerId, ...copy } of rows) byOffer.get(offerId)!.push(copy);
  return byOffer;
}

/** Ends offers that the caller has locked. */
export async function closeOffers(tx: Tx, ids: string[], state: Exclude<OfferState, 'open'>): Promise<void> {
  await tx`update trades.offers set state = ${state}, closed_at = clock_timestamp()
    where id = any(${ids}::uuid[])`;
}

/** Locks open offers whose time is over, the oldest first; those that somebody else has locked are left to them. */
export async function lockDueOffers(tx: Tx, limit: number): Promise<OfferRow[]> {
  return await tx<OfferRow[]>`
    select ${columns(tx)} from trades.offers where state = 'open' and expires_at <= now()
    order by expires_at limit ${limit} for update skip locked`;
}

/** Locks those of some offers that are open; those that somebody else has locked are left to them. */
export async function lockOpenOffers(tx: Tx, ids: string[]): Promise<OfferRow[]> {
  return await tx<OfferRow[]>`
    select ${columns(tx)} from trades.offers where state = 'open' and id = any(${ids}::uuid[])
    order by id for update skip locked`;
}

/** Ids of open offers behind an id (exclusive), in order. */
export async function openOfferIds(sql: Sql, after: string, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from trades.offers where state = 'open' and id > ${after} order by id limit ${limit}`;
  return rows.map((row) => row.id);
}

export interface OfferFilter {
  direction?: 'sent' | 'received';
  state?: OfferState;
  /** Only offers made before this one. */
  before?: string;
}

/** Offers from and to an account, newest first. Each direction is read along its own index. */
export async function listOffers(
  sql: Sql,
  accountId: string,
  filter: OfferFilter,
  limit: number,
): Promise<OfferRow[]> {
  const along = (side: 'from_id' | 'to_id') => sql`(
    select * from trades.offers where ${sql(side)} = ${accountId}
      ${filter.state ? sql`and state = ${filter.state}` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit})`;
  const source =
    filter.direction === undefined
      ? sql`(${along('from_id')} union all ${along('to_id')})`
      : along(filter.direction === 'sent' ? 'from_id' : 'to_id');
  return await sql<OfferRow[]>`
    select ${columns(sql)} from ${source} as o order by id desc limit ${limit}`;
}
