import { formatMoney, ok, type Result, refuse } from '@ece/contract';
import type { Royalty } from '@ece/nfts';
import { type Database, type Tx, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { commitCopies, freeCopies, passes, passGate, type SaleRow } from '@ece/vault';
import type { AuctionsContext } from './api.ts';
import { settleSold } from './closing.ts';
import { completeTerms, type RequestedTerms } from './domain/terms.ts';
import { createdEvent, openingEvents } from './events.ts';
import { keepSchedule, lockCounted } from './halts.ts';
import { closeAuctions, databaseNow, insertAuction } from './store.ts';

type Terms = Pick<AuctionsContext, 'shortestAuctionSeconds' | 'feeBasisPoints' | 'increments'>;

/**
 * Makes an auction of copies as one lot and binds them to it. Fee, royalties and increments are fixed now.
 * Refusals: those of the gate, of `completeTerms` and of `commitCopies`.
 */
export async function createAuction(
  tx: Tx,
  settings: Terms,
  sellerId: string,
  copyIds: string[],
  requested: RequestedTerms,
  { royalties, setIds }: { royalties: Royalty[]; setIds: string[] },
): Promise<Result<{ auctionId: string }>> {
  const passed = await passGate(tx, { accounts: [sellerId], sets: setIds });
  if (!passed.ok) return passed;
  const now = await databaseNow(tx);
  const terms = completeTerms(requested, now, settings.shortestAuctionSeconds * 1000);
  if (!terms.ok) return terms;
  const auctionId = newId();
  const copies = await commitCopies(tx, copyIds, sellerId, { kind: 'auction', id: auctionId });
  if (!copies.ok) return copies;
  const royaltyOf = new Map(royalties.map((royalty) => [royalty.copyId, royalty]));
  await insertAuction(
    tx,
    {
      ...terms.value,
      id: auctionId,
      sellerId,
      state: terms.value.startsAt > now ? 'scheduled' : 'open',
      increments: settings.increments,
      feeBasisPoints: settings.feeBasisPoints,
      setIds,
      now,
    },
    copies.value.map((copy, position) => ({
      position,
      copy_id: copy.id,
      card_id: copy.cardId,
      epoch: copy.epoch,
      royalty_basis_points: royaltyOf.get(copy.id)?.basisPoints ?? 0,
      royalty_account_id: royaltyOf.get(copy.id)?.accountId ?? sellerId,
    })),
  );
  await publish(tx, [createdEvent(auctionId, terms.value)]);
  return ok({ auctionId });
}

/** Ends an auction without a bid, by its seller; in a halt, too. */
export async function cancelAuction(
  db: Database,
  auctionId: string,
  sellerId: string,
): Promise<Result<void>> {
  return await transaction(db, async (tx) => {
    const { locked } = await lockCounted(tx, auctionId, []);
    if (!locked) return refuse('not_found');
    const { auction, haltedSince, now } = locked;
    if (auction.seller_id !== sellerId) return refuse('forbidden');
    if (auction.state !== 'open' && auction.state !== 'scheduled') return refuse('auction_not_open');
    if (auction.bid_count > 0) return refuse('auction_has_bids');
    // In a halt its time stands still.
    if (auction.ends_at.getTime() <= (haltedSince ?? now)) return refuse('auction_not_open');
    await freeCopies(tx, [auctionId]);
    const moved = await keepSchedule(tx, locked);
    await closeAuctions(tx, [{ id: auctionId, state: 'cancelled' }]);
    await publish(tx, [
      ...moved,
      { topic: `auction:${auctionId}`, type: 'auction.cancelled', data: { auctionId } },
    ]);
    return ok(undefined);
  });
}

/**
 * Sells the lot at once at its buy-now price, while the price is below it. The leader's hold is let go in the
 * same transaction.
 * @returns the sales
 */
export async function buyNow(
  tx: Tx,
  auctionId: string,
  { buyerId, sellerId }: { buyerId: string; sellerId: string },
  statedPrice: bigint,
  handles: Record<string, string>,
): Promise<Result<SaleRow[]>> {
  const { gate, locked } = await lockCounted(tx, auctionId, [buyerId, sellerId]);
  if (!locked) return refuse('not_found');
  const { auction, now } = locked;
  if (auction.seller_id === buyerId) return refuse('own_auction');
  if (auction.state === 'cancelled') return refuse('auction_not_open');
  if (auction.state === 'sold' || auction.state === 'unsold') return refuse('auction_ended');
  const passed = passes(gate, { accounts: [buyerId, sellerId], sets: auction.set_ids ?? [] });
  if (!passed.ok) return passed;
  if (auction.ends_at.getTime() <= now) {
    return refuse('auction_ended');
  }
  if (auction.starts_at.getTime() > now) return refuse('auction_not_started');
  const price = auction.buy_now_price;
  if (price === null || (auction.price ?? 0n) >= price) return refuse('no_buy_now');
  if (price !== statedPrice) return refuse('price_changed', undefined, { price: formatMoney(price) });
  const settled = await settleSold(tx, [{ auction, buyerId, price, by: 'buy_now' }], handles);
  if (!settled.ok) return settled;
  const moved = await keepSchedule(tx, locked);
  await publish(tx, [...moved, ...openingEvents(auction), ...settled.value.events]);
  return ok(settled.value.sales);
}
