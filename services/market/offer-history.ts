import { offerExpiry, ok, type Result, refuse } from '@ece/contract';
import { copyRows } from '@ece/platform/db/copy';
import { transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { CHAIN, type CopyRow, passGate, readCopies, setHolds } from '@ece/vault';
import type { MarketContext, OpenOffer } from './api.ts';
import { checkPrice } from './domain/listing.ts';
import { scopeOf, wordOf } from './domain/target.ts';
import { madeEvents } from './offer-events.ts';
import { type NewOffer, readClock } from './offer-store.ts';
import { distinct, known } from './present.ts';

/** Makes many offers in one transaction; see `MarketApi.importOffers`. */
export async function importOffers(context: MarketContext, offers: OpenOffer[]): Promise<Result<string[]>> {
  const { db, users, hint } = context;
  const buyers = distinct(offers.map((offer) => offer.buyerId));
  const [facts, handles] = await Promise.all([readFacts(context, offers), users.handles(buyers)]);
  const result = await transaction(db, async (tx) => {
    const passed = await passGate(tx, { accounts: buyers, sets: Object.keys(facts.sets) });
    if (!passed.ok) return passed;
    const now = await readClock(tx);
    const copies = await readCopies(tx, distinct(offers.flatMap(({ wish }) => wish.copyId ?? [])));
    const copyOf = new Map(copies.map((copy) => [copy.id, copy]));
    const made: NewOffer[] = [];
    for (const offer of offers) {
      const drafted = draft(context, offer, { ...facts, copyOf, now });
      if (!drafted.ok) return drafted;
      made.push(drafted.value);
    }
    const held = await setHolds(
      tx,
      made.map(({ id, buyerId, amount }) => ({
        ...{ kind: 'offer' as const, reference: id, accountId: buyerId, amount },
      })),
    );
    if (!held.ok) return held;
    await copyRows(tx, 'market.offers', COLUMNS, made.map(rowOf));
    await publish(
      tx,
      made.flatMap((offer) => madeEvents(offer, known(handles, offer.buyerId))),
    );
    return ok(made.map(({ id }) => id));
  });
  if (result.ok) hint();
  return result;
}

/** What never changes about what the offers name; asked before the transaction. */
async function readFacts({ db, nfts }: MarketContext, offers: OpenOffer[]) {
  const copies = await readCopies(db, distinct(offers.flatMap(({ wish }) => wish.copyId ?? [])));
  const cardIds = [...copies.map((copy) => copy.cardId), ...offers.flatMap(({ wish }) => wish.cardId ?? [])];
  const cards = await nfts.cardFacts(distinct(cardIds));
  const setIds = [
    ...Object.values(cards).map((card) => card.setId),
    ...offers.flatMap(({ wish }) => wish.setId ?? []),
  ];
  return { cards, sets: await nfts.setFacts(distinct(setIds)) };
}

interface Facts extends Awaited<ReturnType<typeof readFacts>> {
  copyOf: Map<string, CopyRow>;
  now: Date;
}

function draft(
  { feeBasisPoints }: MarketContext,
  { buyerId, wish, amount, expiresAt }: OpenOffer,
  { cards, sets, copyOf, now }: Facts,
): Result<NewOffer> {
  const scope = scopeOf(wish);
  if (!scope.ok) return scope;
  const priced = checkPrice(amount);
  if (!priced.ok) return priced;
  const expiry = offerExpiry(expiresAt, now);
  if (!expiry.ok) return expiry;
  const copy = copyOf.get(wish.copyId ?? '');
  const cardId = copy?.cardId ?? wish.cardId;
  const set = sets[(cardId ? cards[cardId]?.setId : wish.setId) ?? ''];
  if (!set || (wish.copyId && !copy)) return refuse('not_found');
  if (copy?.ownerId === CHAIN) return refuse('copy_away');
  if (copy?.ownerId === buyerId) return refuse('own_copy');
  return ok({
    ...{ id: newId(), buyerId, ...wish, scope: scope.value, cardId, setId: set.id },
    ...{ ownerId: copy?.ownerId ?? null, epoch: copy?.epoch ?? null, amount, feeBasisPoints },
    ...{ royaltyBasisPoints: set.royaltyBasisPoints, royaltyAccountId: set.creatorId },
    expiresAt: expiry.value,
  });
}

const COLUMNS = [
  ...['id', 'buyer_id', 'scope', 'copy_id', 'owner_id', 'epoch', 'card_id', 'set_id', 'rarity', 'category'],
  ...['serial_from', 'serial_to', 'target', 'amount', 'fee_basis_points', 'royalty_basis_points'],
  ...['royalty_account_id', 'expires_at'],
];

const rowOf = (o: NewOffer) => [
  ...[o.id, o.buyerId, o.scope, o.copyId, o.ownerId, o.epoch, o.cardId, o.setId, o.rarity, o.category],
  ...[o.serialFrom, o.serialTo, wordOf(o), o.amount, o.feeBasisPoints, o.royaltyBasisPoints],
  ...[o.royaltyAccountId, o.expiresAt],
];
