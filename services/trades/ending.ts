import { ok, type Result, refuse } from '@ece/contract';
import { type Tx, transaction } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { actOnBatch } from '@ece/platform/jobs/batch';
import { type NewEvent, publish } from '@ece/platform/outbox/publish';
import {
  FEES,
  freeCopies,
  type HoldKey,
  lockAccounts,
  lockCopies,
  movedEvents,
  passGate,
  readCopies,
  release,
  type SwapSide,
  swap,
} from '@ece/vault';
import type { TradesContext } from './api.ts';
import { decide } from './domain/offer.ts';
import { checkReady, staleCopies } from './domain/terms.ts';
import { toBoth } from './events.ts';
import { heldFor, tradeFees } from './fees.ts';
import { showOffer } from './making.ts';
import {
  closeOffers,
  lockDueOffers,
  lockOffer,
  lockOpenOffers,
  type OfferRow,
  readOffer,
  readOfferCopies,
} from './store.ts';

/**
 * Accepts an offer under the caller's key: copies, cash and fees of both sides move in one transaction, or
 * nothing does. An offer whose copy has changed hands ends as void. See the contract for its refusals.
 */
export async function acceptOffer(context: TradesContext, call: CallKey, id: string) {
  const { db, nfts } = context;
  const [found, copies] = await Promise.all([readOffer(db, id), readOfferCopies(db, [id])]);
  if (!found) return refuse('not_found');
  const sets = await nfts.setsOfCopies(copies.get(id)!.map((copy) => copy.copyId));
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const passed = await passGate(tx, { accounts: [call.accountId, found.fromId, found.toId], sets });
      if (!passed.ok) return passed;
      const locked = await lockOffer(tx, id);
      if (!locked) return refuse('not_found');
      const { offer, now } = locked;
      const allowed = decide(offer, 'accept', call.accountId, now);
      if (!allowed.ok) return allowed;
      const moved = await move(tx, offer);
      if (!moved.ok) return moved;
      await closeOffers(tx, [id], 'accepted');
      await publish(tx, [...toBoth(offer, 'trade.accepted', {}), ...moved.value]);
      return ok({ id });
    },
    () => showOffer(context, id),
  );
  if (result.ok) context.hint();
  // The refusal rolled its transaction back, so the end of the offer needs one of its own.
  if (!result.ok && result.error.code === 'copy_stale') await voidStale(context, [id]);
  return result;
}

/** Moves everything. Gives the events of the copies. */
async function move(tx: Tx, offer: OfferRow): Promise<Result<NewEvent[]>> {
  const offered = (await readOfferCopies(tx, [offer.id])).get(offer.id)!;
  const copies = await lockCopies(
    tx,
    offered.map((copy) => copy.copyId),
  );
  const ready = checkReady(offer.id, offered, copies);
  if (!ready.ok) return ready;
  const fees = tradeFees(offer);
  const of = (which: 'give' | 'receive') =>
    offered.filter((copy) => copy.side === which).map((copy) => copies.get(copy.copyId)!);
  const sides: [SwapSide, SwapSide] = [
    {
      accountId: offer.fromId,
      copies: of('give'),
      cash: offer.cashGive,
      fee: fees.give,
      ...(heldFor(offer) > 0n && { hold: holdKey(offer) }),
    },
    { accountId: offer.toId, copies: of('receive'), cash: offer.cashReceive, fee: fees.receive },
  ];
  // The swap first releases the sender's hold and then pays: lock all of its accounts in their order.
  const paying = fees.give + fees.receive > 0n ? [FEES] : [];
  await lockAccounts(tx, [offer.fromId, offer.toId, ...paying]);
  const swapped = await swap(tx, offer.id, sides);
  if (!swapped.ok) return swapped;
  const [from, to] = sides;
  return ok([...handedOver(from, to), ...handedOver(to, from)]);
}

function handedOver(from: SwapSide, to: SwapSide): NewEvent[] {
  return movedEvents(
    'trade',
    from.copies.map((copy) => ({
      copyId: copy.id,
      cardId: copy.cardId,
      epoch: copy.epoch + 1n,
      fromId: from.accountId,
      toId: to.accountId,
    })),
  );
}

/** Declines an offer, under the key of the person asked. See the contract for its refusals. */
export async function declineOffer(context: TradesContext, call: CallKey, id: string) {
  const result = await once(
    context.db,
    call,
    (tx) => endPersonally(tx, id, 'decline', call.accountId),
    () => showOffer(context, id),
  );
  if (result.ok) context.hint();
  return result;
}

/** Takes an offer back, for its sender. See the contract for its refusals. */
export async function withdrawOffer(context: TradesContext, senderId: string, id: string) {
  const result = await transaction(context.db, (tx) => endPersonally(tx, id, 'withdraw', senderId));
  if (!result.ok) return result;
  context.hint();
  return ok(await showOffer(context, id));
}

async function endPersonally(
  tx: Tx,
  id: string,
  action: 'decline' | 'withdraw',
  actorId: string,
): Promise<Result<{ id: string }>> {
  const locked = await lockOffer(tx, id);
  if (!locked) return refuse('not_found');
  const allowed = decide(locked.offer, action, actorId, locked.now);
  if (!allowed.ok) return allowed;
  await end(tx, [locked.offer], action === 'decline' ? 'declined' : 'withdrawn');
  return ok({ id });
}

/**
 * Ends offers whose time is over by the clock of the database, a batch of them. Processes that call it at
 * once share the work.
 * @returns how many ended
 */
export async function expireDue(context: TradesContext, limit: number): Promise<number> {
  return actOnBatch(
    context,
    (tx) => lockDueOffers(tx, limit),
    (tx, due) => end(tx, due, 'expired'),
  );
}

/**
 * Ends those of some offers that name a copy which has changed hands. It looks without a lock first: epochs
 * only grow, so what was seen stale stays stale.
 * @returns how many ended
 */
export async function voidStale(context: TradesContext, offerIds: string[]): Promise<number> {
  const offered = await readOfferCopies(context.db, offerIds);
  const copyIds = [...offered.values()].flat().map((copy) => copy.copyId);
  const copies = new Map((await readCopies(context.db, copyIds)).map((copy) => [copy.id, copy]));
  const stale = offerIds.filter((id) => staleCopies(offered.get(id)!, copies).length > 0);
  if (stale.length === 0) return 0;
  return actOnBatch(
    context,
    (tx) => lockOpenOffers(tx, stale),
    (tx, open) => end(tx, open, 'void'),
  );
}

/** Ends locked offers without a trade: what they bound is free, what they held is let go. */
async function end(
  tx: Tx,
  offers: OfferRow[],
  state: 'declined' | 'withdrawn' | 'expired' | 'void',
): Promise<void> {
  const ids = offers.map((offer) => offer.id);
  await freeCopies(tx, ids);
  await release(tx, offers.map(holdKey));
  await closeOffers(tx, ids, state);
  await publish(
    tx,
    offers.flatMap((offer) => toBoth(offer, `trade.${state}`, {})),
  );
}

function holdKey(offer: OfferRow): HoldKey {
  return { kind: 'trade', reference: offer.id };
}
