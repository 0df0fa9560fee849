import { offerExpiry, ok, type Result, refuse } from '@ece/contract';
import { copyRows } from '@ece/platform/db/copy';
import { type Tx, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { bindCopies, CHAIN, type CopyRow, readCopies, setHolds } from '@ece/vault';
import type { TradesContext } from './api.ts';
import { checkTerms, checkWanted } from './domain/terms.ts';
import { toBoth } from './events.ts';
import { heldFor } from './fees.ts';
import type { Proposal } from './making.ts';
import { known } from './present.ts';
import { type NewOffer, readClock } from './store.ts';

/** An offer of one person to another. */
export interface OpenOffer extends Proposal {
  fromId: string;
  toId: string;
}

interface Planned {
  offer: NewOffer;
  wanted: OpenOffer;
}

/** Makes many offers in one transaction; see `TradesApi.importOpen`. */
export async function importOpen(context: TradesContext, offers: OpenOffer[]): Promise<Result<string[]>> {
  const { db, users, feeBasisPoints, hint } = context;
  const handles = await users.handles([...new Set(offers.map((offer) => offer.fromId))]);
  const result = await transaction(db, async (tx) => {
    const planned = plan(offers, feeBasisPoints, await readClock(tx));
    if (!planned.ok) return planned;
    const bound = await bindCopies(
      tx,
      planned.value.flatMap(({ offer: { id, fromId }, wanted }) =>
        wanted.give.copyIds.map((copyId) => ({
          copyId,
          ownerId: fromId,
          commitment: { kind: 'trade' as const, id },
        })),
      ),
    );
    if (!bound.ok) return bound;
    const asked = await readAsked(tx, planned.value);
    if (!asked.ok) return asked;
    const held = await setHolds(
      tx,
      planned.value.map(({ offer }) => ({
        ...{ kind: 'trade' as const, reference: offer.id },
        ...{ accountId: offer.fromId, amount: heldFor(offer) },
      })),
    );
    if (!held.ok) return held;
    await write(tx, planned.value, new Map([...asked.value, ...bound.value].map((copy) => [copy.id, copy])));
    await publish(
      tx,
      planned.value.flatMap(({ offer }) =>
        toBoth(offer, 'trade.offered', {
          fromHandle: known(handles, offer.fromId),
          expiresAt: offer.expiresAt.toISOString(),
        }),
      ),
    );
    return ok(planned.value.map(({ offer }) => offer.id));
  });
  if (result.ok) hint();
  return result;
}

function plan(offers: OpenOffer[], feeBasisPoints: number, now: Date): Result<Planned[]> {
  const planned: Planned[] = [];
  for (const wanted of offers) {
    const { fromId, toId, message, give, receive } = wanted;
    if (fromId === toId) return refuse('trade_with_self');
    const sensible = checkTerms(wanted);
    if (!sensible.ok) return sensible;
    const expiresAt = offerExpiry(wanted.expiresAt, now);
    if (!expiresAt.ok) return expiresAt;
    const offer = {
      ...{ id: newId(), fromId, toId, cashGive: give.cash, cashReceive: receive.cash },
      ...{ feeBasisPoints, message, expiresAt: expiresAt.value, counterOf: null },
    };
    planned.push({ offer, wanted });
  }
  return ok(planned);
}

/** Reads the copies that are asked for; each must be the other side's. */
async function readAsked(tx: Tx, planned: Planned[]): Promise<Result<CopyRow[]>> {
  const ids = planned.flatMap(({ wanted }) => wanted.receive.copyIds);
  const copies = await readCopies(tx, [...new Set(ids)]);
  const byId = new Map(copies.map((copy) => [copy.id, copy]));
  for (const { wanted, offer } of planned) {
    const theirs = checkWanted(wanted.receive.copyIds, byId, offer.toId, CHAIN);
    if (!theirs.ok) return theirs;
  }
  return ok(copies);
}

async function write(tx: Tx, planned: Planned[], copyOf: Map<string, CopyRow>): Promise<void> {
  await copyRows(
    tx,
    'trades.offers',
    ['id', 'from_id', 'to_id', 'cash_give', 'cash_receive', 'fee_basis_points', 'message', 'expires_at'],
    planned.map(({ offer: o }) => [
      ...[o.id, o.fromId, o.toId, o.cashGive, o.cashReceive, o.feeBasisPoints, o.message, o.expiresAt],
    ]),
  );
  await copyRows(
    tx,
    'trades.offer_copies',
    ['offer_id', 'copy_id', 'side', 'epoch', 'position'],
    planned.flatMap(({ offer, wanted: { give, receive } }) => {
      const sides = [
        ...give.copyIds.map((copyId) => [copyId, 'give'] as const),
        ...receive.copyIds.map((copyId) => [copyId, 'receive'] as const),
      ];
      return sides.map(([copyId, side], index) => [
        offer.id,
        copyId,
        side,
        copyOf.get(copyId)!.epoch,
        index + 1,
      ]);
    }),
  );
}
