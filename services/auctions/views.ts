import { type entities, formatMoney, type Static } from '@ece/contract';
import type { NftsApi } from '@ece/nfts';
import type { UsersApi } from '@ece/users';
import { minimumNext, reserveStatus } from './domain/bidding.ts';
import { type AuctionRow, type AuctionView, type BidRow, toState } from './store.ts';

export type Auction = Static<typeof entities.Auction>;
export type Bid = Static<typeof entities.Bid>;

export interface ViewSources {
  nfts: NftsApi;
  users: UsersApi;
}

/** Auctions as the API shows them to who has asked for them; the reserve and others' maxima stay hidden. */
export async function presentAuctions({ nfts, users }: ViewSources, rows: AuctionView[]): Promise<Auction[]> {
  if (rows.length === 0) return [];
  const [handles, summaries] = await Promise.all([
    users.handles([
      ...new Set(rows.flatMap((row) => [row.seller_id, ...(row.leader_id ? [row.leader_id] : [])])),
    ]),
    nfts.summaries([...new Set(rows.flatMap((row) => row.copy_ids))]),
  ]);
  return rows.map((row) => {
    const state = toState(row);
    return {
      id: row.id,
      lot: row.copy_ids.flatMap((id) => summaries[id] ?? []),
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
      sequence: Number(row.sequence ?? 0n),
      serverTime: row.now.toISOString(),
      myMaximum: row.my_maximum === null ? null : formatMoney(row.my_maximum),
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
