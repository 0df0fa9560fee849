import type { Sql, Tx } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { CardListings, CheapestListing, ListingRange, OpenListing, PriceSpan } from './api.ts';
import type { ListingState, ListingTerms } from './domain/listing.ts';

/** A listing as it is stored. Money in micro-USDC. */
export interface ListingRow extends ListingTerms {
  copyId: string;
  cardId: string;
  feeBasisPoints: number;
  royaltyBasisPoints: number;
  royaltyAccountId: string;
  createdAt: Date;
  closedAt: Date | null;
}

export type NewListing = Omit<ListingRow, 'state' | 'createdAt' | 'closedAt'>;

const columns = (sql: Sql) => sql`
  id, copy_id as "copyId", card_id as "cardId", seller_id as "sellerId", epoch, price,
  fee_basis_points as "feeBasisPoints", royalty_basis_points as "royaltyBasisPoints",
  royalty_account_id as "royaltyAccountId", state, created_at as "createdAt", closed_at as "closedAt"`;

/** Writes open listings. */
export async function insertListings(tx: Tx, listings: NewListing[]): Promise<void> {
  const text = (pick: (listing: NewListing) => string | bigint | number) =>
    listings.map((listing) => String(pick(listing)));
  await tx`
    insert into market.listings (id, copy_id, card_id, seller_id, epoch, price, fee_basis_points,
      royalty_basis_points, royalty_account_id)
    select * from unnest(${text((l) => l.id)}::uuid[], ${text((l) => l.copyId)}::uuid[],
      ${text((l) => l.cardId)}::uuid[], ${text((l) => l.sellerId)}::uuid[], ${text((l) => l.epoch)}::bigint[],
      ${text((l) => l.price)}::bigint[], ${text((l) => l.feeBasisPoints)}::int[],
      ${text((l) => l.royaltyBasisPoints)}::int[], ${text((l) => l.royaltyAccountId)}::uuid[])`;
}

export async function readListing(sql: Sql, id: string): Promise<ListingRow | undefined> {
  const [row] = await sql<ListingRow[]>`select ${columns(sql)} from market.listings where id = ${id}`;
  return row;
}

/** Locks a listing: the first lock of every transaction that ends it. */
export async function lockListing(tx: Tx, id: string): Promise<ListingRow | undefined> {
  const [row] = await tx<
    ListingRow[]
  >`select ${columns(tx)} from market.listings where id = ${id} for update`;
  return row;
}

/** Listings by id, in any order; unknown ids are left out. */
export async function readListings(sql: Sql, ids: string[]): Promise<ListingRow[]> {
  return await sql<ListingRow[]>`
    select ${columns(sql)} from market.listings where id = any(${ids}::uuid[])`;
}

/** Locks listings in the order of their ids, so that calls about many of them do not wait for each other. */
export async function lockListings(tx: Tx, ids: string[]): Promise<Map<string, ListingRow>> {
  const rows = await tx<ListingRow[]>`
    select ${columns(tx)} from market.listings where id = any(${ids}::uuid[]) order by id for update`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** Sets prices, in micro-USDC, of listings that the caller has locked, and keeps those that they had. */
export async function setPrices(tx: Tx, prices: { id: string; price: bigint }[]): Promise<void> {
  if (prices.length === 0) return;
  await tx`
    with changed as materialized (
      select l.id, l.card_id, l.price as former, coalesce(l.priced_at, l.created_at) as from_at, p.price,
        clock_timestamp()::timestamptz(3) as at
      from market.listings l
      join unnest(${prices.map((p) => p.id)}::uuid[], ${prices.map((p) => p.price.toString())}::bigint[])
        as p(id, price) using (id)
      where l.price <> p.price
    ), kept as (
      insert into market.former_prices (listing_id, card_id, price, from_at, until_at)
      select id, card_id, former, from_at, greatest(at, from_at) from changed
    )
    update market.listings l set price = c.price, priced_at = greatest(c.at, c.from_at)
    from changed c where l.id = c.id`;
}

/** Ends listings that the caller has locked. */
export async function closeListings(
  tx: Tx,
  ids: string[],
  state: Exclude<ListingState, 'open'>,
): Promise<void> {
  await tx`update market.listings set state = ${state}, closed_at = clock_timestamp()
    where id = any(${ids}::uuid[])`;
}

export interface ListingFilter {
  cardId?: string;
  sellerId?: string;
}

/** Open listings, newest first, behind an id (exclusive). */
export async function newestListings(
  sql: Sql,
  filter: ListingFilter,
  after: string | undefined,
  limit: number,
): Promise<ListingRow[]> {
  return await sql<ListingRow[]>`
    select ${columns(sql)} from market.listings
    where state = 'open' ${narrow(sql, filter)} ${after ? sql`and id < ${after}` : sql``}
    order by id desc limit ${limit}`;
}

/** Open listings, cheapest first and of one price oldest first, behind a position (exclusive). */
export async function cheapestListings(
  sql: Sql,
  filter: ListingFilter,
  after: { amount: string; id: string } | undefined,
  limit: number,
): Promise<ListingRow[]> {
  return await sql<ListingRow[]>`
    select ${columns(sql)} from market.listings
    where state = 'open' ${narrow(sql, filter)}
      ${after ? sql`and (price, id) > (${after.amount}::bigint, ${after.id}::uuid)` : sql``}
    order by price, id limit ${limit}`;
}

/** The ends of a card's open listings, those of one seller left out. */
export async function listingRange(sql: Sql, cardId: string, exceptSellerId: string): Promise<ListingRange> {
  const end = (last: boolean) => sql<{ id: string; copyId: string; price: bigint }[]>`
    select id, copy_id as "copyId", price from market.listings
    where state = 'open' and card_id = ${cardId} and seller_id <> ${exceptSellerId}
    order by ${last ? sql`price desc, id desc` : sql`price, id`} limit 1`;
  const [[cheapest], [dearest]] = await Promise.all([end(false), end(true)]);
  return { ...(cheapest && { cheapest }), ...(dearest && { dearest }) };
}

/** The cheapest open listing of each card by somebody else than the buyer. See `MarketApi.cheapest`. */
export async function cheapestOfCards(
  sql: Sql,
  cardIds: string[],
  buyerId: string,
): Promise<Record<string, CheapestListing>> {
  const rows = await sql<(CheapestListing & { cardId: string })[]>`
    select c.id as "cardId", l.id as "listingId", l.copy_id as "copyId", l.price
    from unnest(${cardIds}::uuid[]) as c(id)
    cross join lateral (
      select id, copy_id, price from market.listings
      where state = 'open' and card_id = c.id and seller_id <> ${buyerId} order by price, id limit 1) l`;
  return Object.fromEntries(rows.map(({ cardId, ...listing }) => [cardId, listing]));
}

function narrow(sql: Sql, filter: ListingFilter) {
  return sql`
    ${filter.cardId ? sql`and card_id = ${filter.cardId}` : sql``}
    ${filter.sellerId ? sql`and seller_id = ${filter.sellerId}` : sql``}`;
}

/** The open listings of copies. A copy has one at the most that can still be bought, its latest. */
export async function openListings(sql: Sql, copyIds: string[]): Promise<OpenListing[]> {
  return await sql<OpenListing[]>`
    select distinct on (copy_id) id as "listingId", copy_id as "copyId", price from market.listings
    where state = 'open' and copy_id = any(${copyIds}::uuid[]) order by copy_id, epoch desc`;
}

/** The open listings of cards, counted. */
export async function cardListings(sql: Sql, cardIds: string[]): Promise<CardListings[]> {
  return await sql<CardListings[]>`
    select card_id as "cardId", count(*)::int as listings, min(price) as lowest from market.listings
    where state = 'open' and card_id = any(${cardIds}::uuid[]) group by card_id`;
}

/** For how long listings of cards were open at which prices. See `MarketApi.priceSpans`. */
export async function priceSpans(sql: Sql, cardIds: string[], since: Date | null): Promise<PriceSpan[]> {
  const ended = (column: Relation) => (since ? sql`and ${column} >= ${since}` : sql``);
  const present = sql`card_id as "cardId", price, coalesce(priced_at, created_at) as "from"`;
  return await sql<PriceSpan[]>`
    select ${present}, null::timestamptz as until from market.listings
    where state = 'open' and card_id = any(${cardIds}::uuid[])
    union all
    select ${present}, closed_at from market.listings
    where state <> 'open' and card_id = any(${cardIds}::uuid[]) ${ended(sql`closed_at`)}
    union all
    select card_id, price, from_at, until_at from market.former_prices
    where card_id = any(${cardIds}::uuid[]) ${ended(sql`until_at`)}`;
}
