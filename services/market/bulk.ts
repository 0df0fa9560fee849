import { type entities, ok, type Refusal, type Result, refuse, type Static, titleOf } from '@ece/contract';
import { type Tx, transaction } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { bindEach, freeCopies, type Gate, passes, readCopies, readGate } from '@ece/vault';
import type { MarketContext } from './api.ts';
import { prepare, toListing } from './deals.ts';
import { checkDistinct } from './domain/bulk.ts';
import { cancel, checkPrice, reprice } from './domain/listing.ts';
import { createdListing, endedListing, repricedListing } from './listing-events.ts';
import { distinct, presentListings } from './present.ts';
import {
  closeListings,
  insertListings,
  type ListingRow,
  lockListings,
  readListings,
  setPrices,
} from './store.ts';

export type ItemProblem = Static<typeof entities.ItemProblem>;

/** What became of one item: what it led to, or why it was refused. */
export interface ItemResult {
  id: string | null;
  problem: ItemProblem | null;
}

/** A call of many items as its key stores it: the effects that there are, and a result for each item. */
export interface BulkEffect {
  ids: string[];
  results: ItemResult[];
}

/** A refusal of one item as answers show it. */
export function toProblem({ code, detail, data }: Refusal): ItemProblem {
  return { code, title: titleOf(code), ...(detail && { detail }), ...(data && { data }) };
}

/** The effect of a call from what became of its items, each an id or a refusal. */
export function toEffect(items: Result<string>[]): BulkEffect {
  return {
    ids: items.flatMap((item) => (item.ok ? [item.value] : [])),
    results: items.map((item) =>
      item.ok ? { id: item.value, problem: null } : { id: null, problem: toProblem(item.error) },
    ),
  };
}

/** The sets of some cards' copies, by copy or card: what the gate asks of each item. */
export async function setsOfCards(
  { nfts }: MarketContext,
  cardIds: string[],
): Promise<(cardId: string | undefined) => string[]> {
  const cards = await nfts.cardFacts(distinct(cardIds));
  return (cardId) => (cardId && cards[cardId] ? [cards[cardId].setId] : []);
}

/** Lists copies of the caller under their key, each by itself. See the contract for the refusals. */
export async function createListings(
  context: MarketContext,
  call: CallKey,
  items: { copyId: string; price: bigint }[],
) {
  const { db } = context;
  const copyIds = items.map((item) => item.copyId);
  const named = checkDistinct(copyIds);
  if (!named.ok) return named;
  const sellerId = call.accountId;
  const [input, copies] = await Promise.all([
    prepare(
      context,
      items.map((item) => ({ sellerId, ...item })),
    ),
    readCopies(db, copyIds),
  ]);
  const cardOf = new Map(copies.map((copy) => [copy.id, copy.cardId]));
  const setsOf = await setsOfCards(context, [...cardOf.values()]);
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<BulkEffect>> => {
      const gate = await readGate(tx, [sellerId]);
      const passed = passes(gate, { accounts: [sellerId] });
      if (!passed.ok) return passed;
      const planned = input.items.map((item) => ({ id: newId(), ...item }));
      const judged = planned.map(({ copyId, price }): Result<void> => {
        const open = passes(gate, { sets: setsOf(cardOf.get(copyId)) });
        return open.ok ? checkPrice(price) : open;
      });
      const sensible = planned.filter((_, index) => judged[index]!.ok);
      const bound = await bindEach(
        tx,
        sensible.map(({ id, copyId }) => ({
          copyId,
          ownerId: sellerId,
          commitment: { kind: 'listing', id },
        })),
      );
      const listings = sensible.flatMap((item, index) => {
        const copy = bound[index]!;
        return copy.ok ? [toListing(input, item, copy.value)] : [];
      });
      if (listings.length > 0) await insertListings(tx, listings);
      await publish(
        tx,
        listings.map((listing) => createdListing(listing, input.handles)),
      );
      const next = bound.values();
      return ok(
        toEffect(
          planned.map(({ id }, index): Result<string> => {
            const refused = judged[index]!;
            const copy = refused.ok ? next.next().value! : refused;
            return copy.ok ? ok(id) : copy;
          }),
        ),
      );
    },
    async ({ results }) => ({
      results: (await withListings(context, results)).map((one, index) => ({
        copyId: copyIds[index]!,
        ...one,
      })),
    }),
  );
  if (result.ok) context.hint();
  return result;
}

/** Changes the prices of listings of the caller, each by itself. See the contract for the refusals. */
export async function repriceListings(
  context: MarketContext,
  sellerId: string,
  items: { listingId: string; price: bigint }[],
) {
  const { db, users } = context;
  const ids = items.map((item) => item.listingId);
  const named = checkDistinct(ids);
  if (!named.ok) return named;
  const [found, handles] = await Promise.all([readListings(db, ids), users.handles([sellerId])]);
  const setsOf = await setsOfCards(
    context,
    found.map((listing) => listing.cardId),
  );
  const result = await transaction(db, async (tx): Promise<Result<BulkEffect>> => {
    const gate = await readGate(tx, [sellerId]);
    const passed = passes(gate, { accounts: [sellerId] });
    if (!passed.ok) return passed;
    const locked = await lockListings(tx, ids);
    const judged = items.map(({ listingId, price }) => {
      const listing = locked.get(listingId);
      return judge(listing, gate, setsOf, (one) => reprice(one, sellerId, price));
    });
    const changed = items.filter((_, index) => judged[index]!.ok);
    await setPrices(
      tx,
      changed.map(({ listingId, price }) => ({ id: listingId, price })),
    );
    await publish(
      tx,
      changed.map(({ listingId, price }) => repricedListing(locked.get(listingId)!, price, handles)),
    );
    return ok(toEffect(judged));
  });
  if (!result.ok) return result;
  context.hint();
  return ok({ results: await byListing(context, ids, result.value.results) });
}

function judge(
  listing: ListingRow | undefined,
  gate: Gate,
  setsOf: (cardId: string | undefined) => string[],
  rule: (listing: ListingRow) => Result<unknown>,
): Result<string> {
  if (!listing) return refuse('not_found', 'There is no such listing.');
  const open = passes(gate, { sets: setsOf(listing.cardId) });
  if (!open.ok) return open;
  const allowed = rule(listing);
  return allowed.ok ? ok(listing.id) : allowed;
}

/** Takes listings of the caller back under their key, each by itself. See the contract for the refusals. */
export async function cancelListings(context: MarketContext, call: CallKey, ids: string[]) {
  const named = checkDistinct(ids);
  if (!named.ok) return named;
  const result = await once(
    context.db,
    call,
    async (tx) => ok(await cancelEach(tx, call.accountId, ids)),
    async ({ results }) => ({ results: await byListing(context, ids, results) }),
  );
  if (result.ok) context.hint();
  return result;
}

async function cancelEach(tx: Tx, sellerId: string, ids: string[]): Promise<BulkEffect> {
  const locked = await lockListings(tx, ids);
  const judged = ids.map((id): Result<string> => {
    const listing = locked.get(id);
    if (!listing) return refuse('not_found', 'There is no such listing.');
    const allowed = cancel(listing, sellerId);
    return allowed.ok ? ok(id) : allowed;
  });
  const effect = toEffect(judged);
  if (effect.ids.length === 0) return effect;
  await freeCopies(tx, effect.ids);
  await closeListings(tx, effect.ids, 'cancelled');
  await publish(
    tx,
    effect.ids.map((id) => endedListing(locked.get(id)!)),
  );
  return effect;
}

async function byListing(context: MarketContext, ids: string[], results: ItemResult[]) {
  const shown = await withListings(context, results);
  return shown.map((one, index) => ({ listingId: ids[index]!, ...one }));
}

async function withListings(context: MarketContext, results: ItemResult[]) {
  const rows = await readListings(
    context.db,
    results.flatMap(({ id }) => id ?? []),
  );
  const listings = new Map((await presentListings(context, rows)).map((listing) => [listing.id, listing]));
  return results.map(({ id, problem }) => ({ listing: id ? listings.get(id)! : null, problem }));
}
