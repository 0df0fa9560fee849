import type { Sql, Tx } from '@ece/platform/db/database';
import type { OfferState, OfferTerms } from './domain/offer.ts';
import { type Target, wordOf } from './domain/target.ts';

/** An offer as it is stored. Money in micro-USDC. */
export interface OfferRow extends OfferTerms, Target {
  id: string;
  /** The epoch of the copy that it names. */
  epoch: bigint | null;
  feeBasisPoints: number;
  royaltyBasisPoints: number;
  royaltyAccountId: string;
  soldCopyId: string | null;
  createdAt: Date;
  closedAt: Date | null;
}

export type NewOffer = Omit<OfferRow, 'state' | 'soldCopyId' | 'createdAt' | 'closedAt'>;

const columns = (sql: Sql) => sql`
  o.id, o.buyer_id as "buyerId", o.scope, o.copy_id as "copyId", o.owner_id as "ownerId", o.epoch,
  o.card_id as "cardId", o.set_id as "setId", o.rarity, o.category, o.serial_from as "serialFrom",
  o.serial_to as "serialTo", o.amount, o.fee_basis_points as "feeBasisPoints",
  o.royalty_basis_points as "royaltyBasisPoints", o.royalty_account_id as "royaltyAccountId", o.state,
  o.expires_at as "expiresAt", o.sold_copy_id as "soldCopyId", o.created_at as "createdAt",
  o.closed_at as "closedAt"`;

/** Writes an open offer. */
export async function insertOffer(tx: Tx, offer: NewOffer): Promise<void> {
  await tx`
    insert into market.offers (id, buyer_id, scope, copy_id, owner_id, epoch, card_id, set_id, rarity, category,
      serial_from, serial_to, target, amount, fee_basis_points, royalty_basis_points, royalty_account_id, expires_at)
    values (${offer.id}, ${offer.buyerId}, ${offer.scope}, ${offer.copyId}, ${offer.ownerId},
      ${offer.epoch === null ? null : offer.epoch.toString()}::bigint, ${offer.cardId}, ${offer.setId},
      ${offer.rarity}, ${offer.category}, ${offer.serialFrom}, ${offer.serialTo}, ${wordOf(offer)},
      ${offer.amount.toString()}::bigint, ${offer.feeBasisPoints}, ${offer.royaltyBasisPoints},
      ${offer.royaltyAccountId}, ${offer.expiresAt})`;
}

/** How many open offers an account has; counts no further than `most`. */
export async function countOpenOffers(sql: Sql, buyerId: string, most: number): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from (
      select 1 from market.offers where buyer_id = ${buyerId} and state = 'open' limit ${most}) o`;
  return row!.n;
}

export async function readOffer(sql: Sql, id: string): Promise<OfferRow | undefined> {
  const [row] = await sql<OfferRow[]>`select ${columns(sql)} from market.offers o where id = ${id}`;
  return row;
}

/** Locks an offer, the first lock of every transaction that ends it, and tells the time after that. */
export async function lockOffer(tx: Tx, id: string): Promise<{ offer: OfferRow; now: Date } | undefined> {
  const [[offer], now] = await Promise.all([
    tx<OfferRow[]>`select ${columns(tx)} from market.offers o where id = ${id} for update`,
    readClock(tx),
  ]);
  return offer && { offer, now };
}

/** The time by the clock of the database, which decides what is late. */
export async function readClock(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}

/** Ends offers without a sale; the caller has locked them. */
export async function closeOffers(
  tx: Tx,
  ids: string[],
  state: Exclude<OfferState, 'open' | 'accepted'>,
): Promise<void> {
  await tx`update market.offers set state = ${state}, closed_at = clock_timestamp()
    where id = any(${ids}::uuid[])`;
}

/** Ends an offer with the sale of a copy, which the seller had in an epoch; the caller has locked it. */
export async function closeAccepted(
  tx: Tx,
  id: string,
  sold: { sellerId: string; copyId: string; epoch: bigint },
): Promise<void> {
  await tx`
    update market.offers set state = 'accepted', closed_at = clock_timestamp(), seller_id = ${sold.sellerId},
      sold_copy_id = ${sold.copyId}, sold_epoch = ${sold.epoch.toString()}::bigint
    where id = ${id}`;
}

/** Locks open offers whose time is over, the oldest first; those that somebody else has locked are left to them. */
export async function lockDueOffers(tx: Tx, limit: number): Promise<OfferRow[]> {
  return await tx<OfferRow[]>`
    select ${columns(tx)} from market.offers o where state = 'open' and expires_at <= now()
    order by expires_at limit ${limit} for update skip locked`;
}

/** Locks those of some offers that are open; those that somebody else has locked are left to them. */
export async function lockOpenOffers(tx: Tx, ids: string[]): Promise<OfferRow[]> {
  return await tx<OfferRow[]>`
    select ${columns(tx)} from market.offers o where state = 'open' and id = any(${ids}::uuid[])
    order by id for update skip locked`;
}

/** Open offers on copies behind an id (exclusive), in order, with the epoch in which each was made. */
export async function openOffersOnCopies(
  sql: Sql,
  after: string,
  limit: number,
): Promise<{ id: string; copyId: string; epoch: bigint }[]> {
  return await sql<{ id: string; copyId: string; epoch: bigint }[]>`
    select id, copy_id as "copyId", epoch from market.offers
    where state = 'open' and scope = 'copy' and id > ${after} order by id limit ${limit}`;
}

/** An account's own offers before an id (exclusive), newest first. */
export async function listSent(
  sql: Sql,
  buyerId: string,
  filter: { state?: OfferState; before?: string },
  limit: number,
): Promise<OfferRow[]> {
  return await sql<OfferRow[]>`
    select ${columns(sql)} from market.offers o where buyer_id = ${buyerId}
      ${filter.state ? sql`and state = ${filter.state}` : sql``}
      ${filter.before ? sql`and id < ${filter.before}` : sql``}
    order by id desc limit ${limit}`;
}

/** A place in a list of offers, best first. */
export interface OfferPlace {
  amount: string;
  id: string;
}

const standing = (sql: Sql, after: OfferPlace | undefined) => sql`
  o.state = 'open' and o.expires_at > now()
  ${after ? sql`and (-o.amount, o.id) > (-${after.amount}::bigint, ${after.id}::uuid)` : sql``}`;

/** A copy that offers must take: an offer on a copy that has moved since is dead, also before a job ends it. */
export interface WantedCopy {
  serial: number;
  epoch: bigint;
}

/**
 * Open offers whose target is one of some words, best first; each word is read along the index.
 * With `copy` only those that take it.
 */
const ofWords = (
  sql: Sql,
  words: string[],
  after: OfferPlace | undefined,
  limit: number,
  copy?: WantedCopy,
) => sql`
  select o.* from unnest(${words}::text[]) as w(word)
  cross join lateral (
    select * from market.offers o where ${standing(sql, after)} and o.target = w.word
      ${copy ? sql`${takesSerial(sql, sql`${copy.serial}::int`)} and ${ofEpoch(sql, sql`${copy.epoch.toString()}::bigint`)}` : sql``}
    order by -o.amount, o.id limit ${limit}) o`;

const ofEpoch = (sql: Sql, epoch: ReturnType<Sql>) => sql`(o.epoch is null or o.epoch = ${epoch})`;

const takesSerial = (sql: Sql, serial: ReturnType<Sql>) => sql`
  and ${serial} between coalesce(o.serial_from, 1) and coalesce(o.serial_to, ${serial})`;

/** Open offers by their targets' words behind a place, best first. With `copy` only those that take it. */
export async function listByWords(
  sql: Sql,
  words: string[],
  after: OfferPlace | undefined,
  limit: number,
  copy?: WantedCopy,
): Promise<OfferRow[]> {
  return await sql<OfferRow[]>`
    select ${columns(sql)} from (${ofWords(sql, words, after, limit, copy)}) o
    order by -o.amount, o.id limit ${limit}`;
}

/** Open offers on any copy of a set behind a place, best first. */
export async function listOfSet(
  sql: Sql,
  setId: string,
  after: OfferPlace | undefined,
  limit: number,
): Promise<OfferRow[]> {
  return await sql<OfferRow[]>`
    select ${columns(sql)} from market.offers o
    where ${standing(sql, after)} and o.scope = 'set' and o.set_id = ${setId}
    order by -o.amount, o.id limit ${limit}`;
}

/** Targets up to which each is looked up in the index; with more, going through the offers is less work. */
const FEW_WORDS = 100;

/**
 * Open offers by others that an owner may be able to accept, behind a place, best first: those on their
 * copies, and those with one of some words.
 */
export async function listForOwner(
  sql: Sql,
  ownerId: string,
  words: string[],
  after: OfferPlace | undefined,
  limit: number,
): Promise<OfferRow[]> {
  if (words.length > FEW_WORDS) {
    return await sql<OfferRow[]>`
      select ${columns(sql)} from market.offers o
      where ${standing(sql, after)} and o.buyer_id <> ${ownerId}
        and (o.target = any(${words}::text[]) or (o.scope = 'copy' and o.owner_id = ${ownerId}))
      order by -o.amount, o.id limit ${limit}`;
  }
  return await sql<OfferRow[]>`
    select ${columns(sql)} from (
      select * from (${ofWords(sql, words, after, limit)}) w
      union all
      (select * from market.offers o
        where ${standing(sql, after)} and o.scope = 'copy' and o.owner_id = ${ownerId}
        order by -o.amount, o.id limit ${limit})
    ) o
    where o.buyer_id <> ${ownerId}
    order by -o.amount, o.id limit ${limit}`;
}

/** Those of some words that are the targets of open offers. */
export async function wordsInUse(sql: Sql, words: string[]): Promise<Set<string>> {
  const rows = await sql<{ word: string }[]>`
    select w.word from unnest(${words}::text[]) as w(word)
    where exists (select from market.offers o where o.state = 'open' and o.target = w.word)`;
  return new Set(rows.map((row) => row.word));
}

/** A question for the best offer: a word, and what the offer must agree with; null asks for any. */
export interface Asked {
  word: string;
  serial: number | null;
  /** Whose own offers do not count. */
  ownerId: string | null;
  epoch: bigint | null;
}

/** The best open offer for each question; undefined where there is none. */
export async function bestOf(sql: Sql, asked: Asked[]): Promise<(OfferRow | undefined)[]> {
  const rows = await sql<(OfferRow & { n: number })[]>`
    select a.n::int as n, ${columns(sql)}
    from unnest(${asked.map((a) => a.word)}::text[], ${asked.map((a) => a.serial)}::int[],
      ${asked.map((a) => a.ownerId)}::uuid[], ${asked.map((a) => a.epoch?.toString() ?? null)}::bigint[])
      with ordinality as a(word, serial, owner_id, epoch, n)
    cross join lateral (
      select * from market.offers o
      where ${standing(sql, undefined)} and o.target = a.word and o.buyer_id is distinct from a.owner_id
        and (a.serial is null or true ${takesSerial(sql, sql`a.serial`)})
        and ${ofEpoch(sql, sql`a.epoch`)}
      order by -o.amount, o.id limit 1) o`;
  const best: (OfferRow | undefined)[] = asked.map(() => undefined);
  for (const { n, ...row } of rows) best[n - 1] = row;
  return best;
}
