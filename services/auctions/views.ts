import { type entities, formatMoney, type Static } from '@ece/contract';
import type { CopySummary, NftsApi } from '@ece/nfts';
import type { Sql } from '@ece/platform/db/database';
import { lastSequences } from '@ece/platform/outbox/publish';
import type { UsersApi } from '@ece/users';
import { minimumNext, reserveStatus } from './domain/bidding.ts';
import { type AuctionRow, type BidRow, databaseNow, maximaOf, readItems, toState } from './store.ts';

export type Auction = Static<typeof entities.Auction>;
export type Bid = Static<typeof entities.Bid>;

export interface ViewSources {
  db: Sql;
  nfts: NftsApi;
  users: UsersApi;
}

/** Auctions as the API shows them. `viewerId` sees their own maximum; the reserve and others' maxima stay hidden. */
export async function presentAuctions(
  sources: ViewSources,
  rows: AuctionRow[],
  viewerId: string | undefined,
): Promise<Auction[]> {
  if (rows.length === 0) return [];
  const { db, nfts, users } = sources;
  const ids = rows.map((row) => row.id);
  const [items, sequences, maxima, handles, now] = await Promise.all([
    readItems(db, ids),
    lastSequences(
      db,
      ids.map((id) => `auction:${id}`),
    ),
    viewerId ? maximaOf(db, viewerId, ids) : new Map<string, bigint>(),
    users.handles([
      ...new Set(rows.flatMap((row) => [row.seller_id, ...(row.leader_id ? [row.leader_id] : [])])),
    ]),
    databaseNow(db),
  ]);
  const summaries = await nfts.summaries([...new Set(items.map((item) => item.copy_id))]);
  return rows.map((row) => {
    const state = toState(row);
    const maximum = maxima.get(row.id);
    return {
      id: row.id,
      lot: items.flatMap((item) =>
        item.auction_id === row.id ? (summaries[item.copy_id] ?? []) : [],
      ) as CopySummary[],
      sellerHandle: handles[row.seller_id] ?? '',
      state: row.state,
      startingPrice: formatMoney(row.starting_price),
      price: row.price === null ? null : formatMoney(row.price),
      leaderHandle: row.leader_id === null ? null : (handles[row.leader_id] ?? row.leader_handle),
      minimumNext: formatMoney(minimumNext(state)),
      reserve: reserveStatus(state),
      buyNowPrice: row.buy_now_price === null ? null : formatMoney(row.buy_now_price),
      bidCount: row.bid_count,
      startsAt: row.starts_at.toISOString(),
      endsAt: row.ends_at.toISOString(),
      softClose: { window: row.soft_window, extension: row.soft_extension },
      feeBasisPoints: row.fee_basis_points,
      sequence: Number(sequences.get(`auction:${row.id}`) ?? 0n),
      serverTime: new Date(now).toISOString(),
      myMaximum: maximum === undefined ? null : formatMoney(maximum),
    };
  });
}

/** Bids as the API shows them: a maximum is seen by its bidder, and by others once it is beaten. */
export async function presentBids(
  users: UsersApi,
  auction: AuctionRow,
  bids: BidRow[],
  viewerId: string | undefined,
): Promise<Bid[]> {
  const handles = await users.handles([...new Set(bids.map((bid) => bid.bidder_id))]);
  return bids.map((bid) => ({
    id: bid.id,
    bidderHandle: handles[bid.bidder_id] ?? '',
    price: formatMoney(bid.price),
    maximum:
      bid.bidder_id === viewerId || bid.bidder_id !== auction.leader_id ? formatMoney(bid.maximum) : null,
    at: bid.at.toISOString(),
  }));
}
