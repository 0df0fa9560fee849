import { offerExpiry, ok, type Result, refuse } from '@ece/contract';
import type { CardFacts, SetFacts } from '@ece/nfts';
import type { Tx } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { CHAIN, hold, passGate, readCopies } from '@ece/vault';
import type { MarketContext } from './api.ts';
import { checkPrice } from './domain/listing.ts';
import { MOST_OPEN_OFFERS } from './domain/offer.ts';
import { scopeOf, type Target, type Wish } from './domain/target.ts';
import { madeEvents } from './offer-events.ts';
import { presentOffers } from './offer-present.ts';
import { countOpenOffers, insertOffer, type NewOffer, readClock, readOffer } from './offer-store.ts';
import { known } from './present.ts';

/** What somebody offers, in micro-USDC. An `expiresAt` that is no date is refused. */
export interface Proposal {
  wish: Wish;
  amount: bigint;
  expiresAt?: Date;
}

/** What an offer is for, with what never changes about it. */
interface Aim {
  target: Target;
  set: SetFacts;
}

/** Makes an offer under the caller's key. See the contract for its refusals. */
export async function createOffer(context: MarketContext, call: CallKey, proposal: Proposal) {
  const [aim, handles] = await Promise.all([
    aimOf(context, proposal.wish),
    context.users.handles([call.accountId]),
  ]);
  const result = await once(
    context.db,
    call,
    async (tx): Promise<Result<{ id: string }>> => {
      if (!aim.ok) return aim;
      const passed = await passGate(tx, { accounts: [call.accountId], sets: [aim.value.set.id] });
      if (!passed.ok) return passed;
      const offer = await draft(tx, context, call.accountId, aim.value, proposal);
      if (!offer.ok) return offer;
      const placed = await place(tx, offer.value);
      if (!placed.ok) return placed;
      await publish(tx, madeEvents(offer.value, known(handles, call.accountId)));
      return ok({ id: offer.value.id });
    },
    ({ id }) => showOffer(context, id),
  );
  if (result.ok) context.hint();
  return result;
}

/** Finds out what an offer is for, before the transaction: inside it nobody is called. */
async function aimOf({ db, nfts }: MarketContext, wish: Wish): Promise<Result<Aim>> {
  const scope = scopeOf(wish);
  if (!scope.ok) return scope;
  let { cardId, setId } = wish;
  if (wish.copyId) {
    const [copy] = await readCopies(db, [wish.copyId]);
    if (!copy) return refuse('not_found', 'There is no such copy.');
    cardId = copy.cardId;
  }
  if (cardId) {
    const card: CardFacts | undefined = (await nfts.cardFacts([cardId]))[cardId];
    if (!card) return refuse('not_found', 'There is no such card.');
    setId = card.setId;
  }
  const set = setId ? (await nfts.setFacts([setId]))[setId] : undefined;
  if (!set) return refuse('not_found', 'There is no such set.');
  return ok({ target: { ...wish, scope: scope.value, cardId, setId: set.id }, set });
}

async function draft(
  tx: Tx,
  { feeBasisPoints }: MarketContext,
  buyerId: string,
  { target, set }: Aim,
  { amount, expiresAt }: Proposal,
): Promise<Result<NewOffer>> {
  const priced = checkPrice(amount);
  if (!priced.ok) return priced;
  const expiry = offerExpiry(expiresAt, await readClock(tx));
  if (!expiry.ok) return expiry;
  const [copy] = target.copyId ? await readCopies(tx, [target.copyId]) : [];
  if (copy?.ownerId === CHAIN) return refuse('copy_away');
  if (copy?.ownerId === buyerId) return refuse('own_copy');
  return ok({
    id: newId(),
    buyerId,
    ...target,
    ownerId: copy?.ownerId ?? null,
    epoch: copy?.epoch ?? null,
    amount,
    feeBasisPoints,
    royaltyBasisPoints: set.royaltyBasisPoints,
    royaltyAccountId: set.creatorId,
    expiresAt: expiry.value,
  });
}

/** Holds the money and writes the offer. The hold has locked the account, so no rival call is counted wrong. */
async function place(tx: Tx, offer: NewOffer): Promise<Result<void>> {
  const held = await hold(tx, { kind: 'offer', reference: offer.id }, offer.buyerId, offer.amount);
  if (!held.ok) return refuse('insufficient_funds');
  if ((await countOpenOffers(tx, offer.buyerId, MOST_OPEN_OFFERS)) >= MOST_OPEN_OFFERS) {
    return refuse('too_many_offers', undefined, { most: MOST_OPEN_OFFERS });
  }
  await insertOffer(tx, offer);
  return ok(undefined);
}

/** An offer as the contract shows it. */
export async function showOffer(context: MarketContext, id: string) {
  const row = await readOffer(context.db, id);
  const [offer] = await presentOffers(context, [row!]);
  return offer!;
}
