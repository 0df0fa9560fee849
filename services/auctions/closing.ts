import { formatMoney, ok, type Result } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import { freeCopies, lockCopies, release, type SaleRow, type Settlement, settle } from '@ece/vault';
import { resultAtClose } from './domain/bidding.ts';
import {
  type AuctionEnd,
  type AuctionRow,
  closeAuctions,
  type ItemRow,
  readItems,
  toState,
} from './store.ts';

/** A lot that goes to a buyer. */
export interface SoldLot {
  auction: AuctionRow;
  buyerId: string;
  price: bigint;
  by: 'close' | 'buy_now';
}

type Handles = Record<string, string>;

/** What settling has led to: the events to publish, and the sales to count after the commit. */
interface Settled {
  events: NewEvent[];
  sales: SaleRow[];
}

/**
 * Settles those locked auctions whose end has come that are sold: money, copies, fee and royalties move, and
 * everyone concerned gets an event. One transaction for all of them.
 * @returns the sales
 * @throws when a buyer cannot pay, which the hold rules out
 */
export async function settleDue(tx: Tx, auctions: AuctionRow[], handles: Handles): Promise<SaleRow[]> {
  const sold = auctions.flatMap((auction): SoldLot[] => {
    const result = resultAtClose(toState(auction));
    return result.sold ? [{ auction, buyerId: result.buyerId, price: result.price, by: 'close' }] : [];
  });
  const settled = await settleSold(tx, sold, handles);
  if (!settled.ok) throw new Error('the hold of a winning bid does not cover its price');
  await publish(tx, settled.value.events);
  return settled.value.sales;
}

/**
 * Ends those locked auctions whose end has come that are not sold: copies and money are free again. It has a
 * transaction of its own, apart from `settleDue`, as each of the two locks copies before accounts.
 */
export async function endDue(tx: Tx, auctions: AuctionRow[]): Promise<void> {
  const unsold = auctions.filter((auction) => !resultAtClose(toState(auction)).sold);
  await publish(tx, await endUnsold(tx, unsold));
}

/**
 * Moves sold lots to their buyers and ends their auctions; the leader's hold pays, or is let go.
 * @returns `insufficient_funds` when a buyer cannot pay: the transaction must then be rolled back
 */
export async function settleSold(tx: Tx, lots: SoldLot[], handles: Handles): Promise<Result<Settled>> {
  if (lots.length === 0) return ok({ events: [], sales: [] });
  const items = await itemsByAuction(
    tx,
    lots.map((lot) => lot.auction.id),
  );
  const copies = await lockCopies(
    tx,
    [...items.values()].flat().map((item) => item.copy_id),
  );
  const settlements = lots.map(
    ({ auction, buyerId, price }): Settlement => ({
      venue: 'auction',
      reference: auction.id,
      sellerId: auction.seller_id,
      buyerId,
      price,
      feeBasisPoints: auction.fee_basis_points,
      hold: { kind: 'auction', reference: auction.id },
      items: items.get(auction.id)!.map((item) => ({
        copy: copies.get(item.copy_id)!,
        royaltyBasisPoints: item.royalty_basis_points,
        royaltyAccountId: item.royalty_account_id,
      })),
    }),
  );
  const results = await settle(tx, settlements);
  const events: NewEvent[] = [];
  const sales: SaleRow[] = [];
  const ends: AuctionEnd[] = [];
  for (const [index, lot] of lots.entries()) {
    const result = results[index]!;
    if (!result.ok) return result;
    const buyerHandle = handles[lot.buyerId] ?? lot.auction.leader_handle ?? '';
    const { auction, by: soldBy, buyerId, price } = lot;
    ends.push({ id: auction.id, state: 'sold', soldBy, buyerId, buyerHandle, price });
    events.push(...soldEvents(lot, result.value, buyerHandle, handles));
    sales.push(...result.value);
  }
  await closeAuctions(tx, ends);
  return ok({ events, sales });
}

function soldEvents(lot: SoldLot, sales: SaleRow[], buyerHandle: string, handles: Handles): NewEvent[] {
  const { auction, by } = lot;
  const price = formatMoney(lot.price);
  const outbid =
    by === 'buy_now' && auction.leader_id && auction.leader_id !== lot.buyerId ? [auction.leader_id] : [];
  return [
    {
      topic: `auction:${auction.id}`,
      type: 'auction.sold',
      data: { auctionId: auction.id, price, buyerHandle, by },
    },
    ...sales.map((sale) => ({
      topic: `card:${sale.cardId}`,
      type: 'sale.completed',
      data: {
        saleId: sale.id,
        copyId: sale.copyId,
        cardId: sale.cardId,
        price: formatMoney(sale.price),
        venue: 'auction',
        sellerHandle: handles[auction.seller_id] ?? '',
        buyerHandle,
      },
    })),
    { topic: `user:${lot.buyerId}`, type: 'auction.won', data: { auctionId: auction.id, price } },
    {
      topic: `user:${auction.seller_id}`,
      type: 'auction.ended',
      data: { auctionId: auction.id, sold: true, price },
    },
    ...outbid.map((id) => ({
      topic: `user:${id}`,
      type: 'bid.outbid',
      data: { auctionId: auction.id, price },
    })),
  ];
}

async function endUnsold(tx: Tx, auctions: AuctionRow[]): Promise<NewEvent[]> {
  if (auctions.length === 0) return [];
  const ids = auctions.map((auction) => auction.id);
  await freeCopies(tx, ids);
  await release(
    tx,
    ids.map((reference) => ({ kind: 'auction', reference })),
  );
  await closeAuctions(
    tx,
    ids.map((id) => ({ id, state: 'unsold' })),
  );
  return auctions.flatMap((auction): NewEvent[] => [
    { topic: `auction:${auction.id}`, type: 'auction.unsold', data: { auctionId: auction.id } },
    {
      topic: `user:${auction.seller_id}`,
      type: 'auction.ended',
      data: { auctionId: auction.id, sold: false, price: null },
    },
  ]);
}

async function itemsByAuction(tx: Tx, ids: string[]): Promise<Map<string, ItemRow[]>> {
  const items = new Map<string, ItemRow[]>(ids.map((id) => [id, []]));
  for (const item of await readItems(tx, ids)) items.get(item.auction_id)!.push(item);
  return items;
}
