import { offerExpiry, ok, type Result, refuse } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import {
  CHAIN,
  commitCopies,
  freeCopies,
  type HoldChange,
  lockCopies,
  passGate,
  readCopies,
  setHolds,
} from '@ece/vault';
import type { TradesContext } from './api.ts';
import { decide } from './domain/offer.ts';
import { checkTerms, checkWanted, type OfferedCopy, type Terms } from './domain/terms.ts';
import { toBoth } from './events.ts';
import { heldFor } from './fees.ts';
import { known, presentOffers } from './present.ts';
import {
  closeOffers,
  insertOffer,
  lockOffer,
  type NewOffer,
  type OfferRow,
  readClock,
  readOffer,
  readOfferCopies,
} from './store.ts';

/** What somebody proposes. An `expiresAt` that is no date is refused. */
export interface Proposal extends Terms {
  message: string;
  expiresAt?: Date;
}

interface Draft {
  fromId: string;
  toId: string;
  proposal: Proposal;
  feeBasisPoints: number;
  now: Date;
  /** The offer that this one answers, locked. */
  counters?: OfferRow;
}

/** Makes an offer to a person under the caller's key. See the contract for its refusals. */
export async function createOffer(
  context: TradesContext,
  call: CallKey,
  toHandle: string,
  proposal: Proposal,
) {
  const { db, users, feeBasisPoints } = context;
  const fromId = call.accountId;
  const [to, handles, sets] = await Promise.all([
    users.byHandle(toHandle),
    users.handles([fromId]),
    setsOf(context, proposal),
  ]);
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const passed = await passGate(tx, { accounts: [fromId], sets });
      if (!passed.ok) return passed;
      if (!to) return refuse('not_found', 'There is nobody of this handle.');
      if (to.id === fromId) return refuse('trade_with_self');
      const now = await readClock(tx);
      const placed = await place(tx, { fromId, toId: to.id, proposal, feeBasisPoints, now });
      if (!placed.ok) return placed;
      await publish(
        tx,
        toBoth(placed.value, 'trade.offered', {
          fromHandle: known(handles, fromId),
          expiresAt: placed.value.expiresAt.toISOString(),
        }),
      );
      return ok({ id: placed.value.id });
    },
    ({ id }) => showOffer(context, id),
  );
  if (result.ok) context.hint();
  return result;
}

/**
 * Answers an offer with another one, from the side of the person asked, under their key. The old offer ends
 * and lets go what it bound in the transaction that makes the new one. See the contract for its refusals.
 */
export async function counterOffer(context: TradesContext, call: CallKey, id: string, proposal: Proposal) {
  const sets = await setsOf(context, proposal);
  const result = await once(
    context.db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      const passed = await passGate(tx, { accounts: [call.accountId], sets });
      if (!passed.ok) return passed;
      const locked = await lockOffer(tx, id);
      if (!locked) return refuse('not_found');
      const { offer, now } = locked;
      const allowed = decide(offer, 'counter', call.accountId, now);
      if (!allowed.ok) return allowed;
      const placed = await place(tx, {
        fromId: offer.toId,
        toId: offer.fromId,
        proposal,
        feeBasisPoints: context.feeBasisPoints,
        now,
        counters: offer,
      });
      if (!placed.ok) return placed;
      await closeOffers(tx, [id], 'countered');
      await publish(
        tx,
        toBoth(offer, 'trade.countered', {
          counterId: placed.value.id,
          expiresAt: placed.value.expiresAt.toISOString(),
        }),
      );
      return ok({ id: placed.value.id });
    },
    (effect) => showOffer(context, effect.id),
  );
  if (result.ok) context.hint();
  return result;
}

/** The sets of what is proposed, which the gate asks about. */
function setsOf({ nfts }: TradesContext, { give, receive }: Terms): Promise<string[]> {
  return nfts.setsOfCopies([...give.copyIds, ...receive.copyIds]);
}

/** Binds and holds what the sender gives, after the answered offer has let go its own, and writes the offer. */
async function place(tx: Tx, draft: Draft): Promise<Result<NewOffer>> {
  const { proposal, counters } = draft;
  const sensible = checkTerms(proposal);
  if (!sensible.ok) return sensible;
  const expiresAt = offerExpiry(proposal.expiresAt, draft.now);
  if (!expiresAt.ok) return expiresAt;
  const offer: NewOffer = {
    id: newId(),
    fromId: draft.fromId,
    toId: draft.toId,
    cashGive: proposal.give.cash,
    cashReceive: proposal.receive.cash,
    feeBasisPoints: draft.feeBasisPoints,
    message: proposal.message,
    expiresAt: expiresAt.value,
    counterOf: counters?.id ?? null,
  };
  const copies = await bindCopies(tx, offer, proposal, counters);
  if (!copies.ok) return copies;
  const holds: HoldChange[] = [
    { kind: 'trade', reference: offer.id, accountId: offer.fromId, amount: heldFor(offer) },
  ];
  // One step for both, so that the accounts are locked in their order.
  if (counters) {
    holds.push({ kind: 'trade', reference: counters.id, accountId: counters.fromId, amount: 0n });
  }
  const held = await setHolds(tx, holds);
  if (!held.ok) return refuse('insufficient_funds');
  await insertOffer(tx, offer, copies.value);
  return ok(offer);
}

async function bindCopies(
  tx: Tx,
  offer: NewOffer,
  { give, receive }: Terms,
  counters: OfferRow | undefined,
): Promise<Result<OfferedCopy[]>> {
  if (counters) {
    const old = (await readOfferCopies(tx, [counters.id])).get(counters.id)!;
    const released = old.filter((copy) => copy.side === 'give').map((copy) => copy.copyId);
    // Both sets at once, because copies are locked in the order of their ids.
    await lockCopies(tx, [...released, ...give.copyIds]);
    await freeCopies(tx, [counters.id]);
  }
  const bound = await commitCopies(tx, [...give.copyIds], offer.fromId, { kind: 'trade', id: offer.id });
  if (!bound.ok) return bound;
  const wanted = new Map((await readCopies(tx, [...receive.copyIds])).map((copy) => [copy.id, copy]));
  const theirs = checkWanted(receive.copyIds, wanted, offer.toId, CHAIN);
  if (!theirs.ok) return theirs;
  return ok([
    ...bound.value.map((copy) => ({ copyId: copy.id, side: 'give' as const, epoch: copy.epoch })),
    ...receive.copyIds.map((copyId) => ({
      copyId,
      side: 'receive' as const,
      epoch: wanted.get(copyId)!.epoch,
    })),
  ]);
}

/** An offer as the contract shows it. */
export async function showOffer(context: TradesContext, id: string) {
  const row = await readOffer(context.db, id);
  const [offer] = await presentOffers(context, [row!]);
  return offer!;
}
