import { ok, type Result, refuse } from '@ece/contract';
import { type Tx, transaction } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { actOnBatch } from '@ece/platform/jobs/batch';
import { publish } from '@ece/platform/outbox/publish';
import {
  CHAIN,
  type CopyRow,
  countSales,
  type HoldKey,
  lockCopies,
  passGate,
  readCopies,
  release,
  type SaleRow,
  settle,
} from '@ece/vault';
import type { MarketContext } from './api.ts';
import { showSale } from './deals.ts';
import { accept, checkSellable, decline, withdraw } from './domain/offer.ts';
import { type CopyTraits, takes } from './domain/target.ts';
import { completedEvent, endedListing } from './listing-events.ts';
import { acceptedEvents, unsoldEvents } from './offer-events.ts';
import { showOffer } from './offer-making.ts';
import {
  closeAccepted,
  closeOffers,
  lockDueOffers,
  lockOffer,
  lockOpenOffers,
  type OfferRow,
  readOffer,
} from './offer-store.ts';
import { known } from './present.ts';
import { closeListings, lockListing } from './store.ts';

/**
 * Sells a copy to an offer at the amount that the seller saw, under their key: money, copy, fee and royalty
 * move in one transaction, in which a listing of the copy ends. See the contract for its refusals.
 */
export async function acceptOffer(
  context: MarketContext,
  call: CallKey,
  id: string,
  seen: { copyId: string; amount: bigint },
) {
  const { db, users } = context;
  const [found, traits] = await Promise.all([readOffer(db, id), traitsOf(context, seen.copyId)]);
  if (!found) return refuse('not_found');
  const accounts = [call.accountId, found.buyerId];
  const handles = await users.handles(accounts);
  let sold: SaleRow | undefined;
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const passed = await passGate(tx, { accounts, sets: [found.setId] });
      if (!passed.ok) return passed;
      const locked = await lockOffer(tx, id);
      if (!locked) return refuse('not_found');
      const { offer, now } = locked;
      const allowed = accept(offer, call.accountId, seen.amount, now);
      if (!allowed.ok) return allowed;
      if (!traits) return refuse('not_found', 'There is no such copy.');
      const ready = await lockSellable(tx, offer, traits, call.accountId);
      if (!ready.ok) return ready;
      const { copy, listingId } = ready.value;
      const sale = await sell(tx, offer, copy);
      if (!sale.ok) return sale;
      sold = sale.value;
      await closeAccepted(tx, id, { sellerId: call.accountId, copyId: copy.id, epoch: copy.epoch });
      if (listingId) await closeListings(tx, [listingId], 'void');
      await publish(tx, [
        completedEvent(sold, handles),
        ...(listingId ? [endedListing({ id: listingId, copyId: copy.id, cardId: copy.cardId })] : []),
        ...acceptedEvents(offer, copy.id, known(handles, call.accountId)),
      ]);
      return ok({ id });
    },
    () => showSale(context, id),
  );
  if (result.ok) context.hint();
  if (result.ok && sold) countSales(context.metrics, [sold]);
  // The refusal rolled its transaction back, so the end of the offer needs one of its own.
  if (!result.ok && result.error.code === 'copy_stale') await voidStale(context, [id]);
  return result;
}

/** What offers ask of a copy, read before the transaction: it never changes. */
async function traitsOf({ db, nfts }: MarketContext, copyId: string): Promise<CopyTraits | undefined> {
  const [copy] = await readCopies(db, [copyId]);
  if (!copy) return undefined;
  const card = known(await nfts.cardFacts([copy.cardId]), copy.cardId);
  const { setId, rarity, category } = card;
  return { copyId, cardId: copy.cardId, setId, rarity, category, serial: copy.serial };
}

/** Locks a copy that is to be sold to an offer, and before it the listing that ends with the sale. */
async function lockSellable(
  tx: Tx,
  offer: OfferRow,
  traits: CopyTraits,
  sellerId: string,
): Promise<Result<{ copy: CopyRow; listingId: string | undefined }>> {
  const { copyId } = traits;
  const [seen] = await readCopies(tx, [copyId]);
  // Only the owner's call may wait for the listing.
  const listed =
    seen?.ownerId === sellerId && seen.commitment?.kind === 'listing' ? seen.commitment.id : undefined;
  const listing = listed ? await lockListing(tx, listed) : undefined;
  const listingId = listing?.state === 'open' ? listing.id : undefined;
  const copy = (await lockCopies(tx, [copyId])).get(copyId)!;
  const sellable = checkSellable(copy, { epoch: offer.epoch, listingId }, sellerId, CHAIN);
  if (!sellable.ok) return sellable;
  if (!takes(offer, traits)) return refuse('offer_mismatch');
  return ok({ copy, listingId: copy.commitment ? listingId : undefined });
}

async function sell(tx: Tx, offer: OfferRow, copy: CopyRow): Promise<Result<SaleRow>> {
  const [settled] = await settle(tx, [
    {
      venue: 'offer',
      reference: offer.id,
      sellerId: copy.ownerId,
      buyerId: offer.buyerId,
      price: offer.amount,
      feeBasisPoints: offer.feeBasisPoints,
      items: [
        { copy, royaltyBasisPoints: offer.royaltyBasisPoints, royaltyAccountId: offer.royaltyAccountId },
      ],
      hold: holdKey(offer),
    },
  ]);
  return settled!.ok ? ok(settled!.value[0]!) : settled!;
}

/** Declines an offer, under the key of the owner of its copy. See the contract for its refusals. */
export async function declineOffer(context: MarketContext, call: CallKey, id: string) {
  const result = await once(
    context.db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const locked = await lockOffer(tx, id);
      if (!locked) return refuse('not_found');
      const allowed = decline(locked.offer, call.accountId, locked.now);
      if (!allowed.ok) return allowed;
      await end(tx, [locked.offer], 'declined');
      return ok({ id });
    },
    () => showOffer(context, id),
  );
  if (result.ok) context.hint();
  return result;
}

/** Takes an offer back, for its buyer. See the contract for its refusals. */
export async function withdrawOffer(context: MarketContext, buyerId: string, id: string) {
  const result = await transaction(context.db, async (tx): Promise<Result<void>> => {
    const locked = await lockOffer(tx, id);
    if (!locked) return refuse('not_found');
    const allowed = withdraw(locked.offer, buyerId, locked.now);
    if (!allowed.ok) return allowed;
    await end(tx, [locked.offer], 'withdrawn');
    return ok(undefined);
  });
  if (!result.ok) return result;
  context.hint();
  return ok(await showOffer(context, id));
}

/**
 * Ends offers whose time is over by the clock of the database, a batch of them. Processes that call it at
 * once share the work.
 * @returns how many ended
 */
export async function expireDue(context: MarketContext, limit: number): Promise<number> {
  return actOnBatch(
    context,
    (tx) => lockDueOffers(tx, limit),
    (tx, due) => end(tx, due, 'expired'),
  );
}

/** Ends offers that name a copy which has changed hands since; the caller has seen that. Gives how many ended. */
export async function voidStale(context: MarketContext, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return actOnBatch(
    context,
    (tx) => lockOpenOffers(tx, ids),
    (tx, open) => end(tx, open, 'void'),
  );
}

/** Ends locked offers without a sale: what they held is let go. */
async function end(
  tx: Tx,
  offers: OfferRow[],
  state: 'declined' | 'withdrawn' | 'expired' | 'void',
): Promise<void> {
  await release(tx, offers.map(holdKey));
  await closeOffers(
    tx,
    offers.map((offer) => offer.id),
    state,
  );
  await publish(
    tx,
    offers.flatMap((offer) => unsoldEvents(offer, state)),
  );
}

function holdKey(offer: OfferRow): HoldKey {
  return { kind: 'offer', reference: offer.id };
}
