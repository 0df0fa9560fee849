import { formatMoney, ok, type Result, refuse } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { publish } from '@ece/platform/outbox/publish';
import {
  type CopyRow,
  countSales,
  FEES,
  type Gate,
  lockAccounts,
  lockCopies,
  passes,
  readGate,
  readSales,
  type SaleRow,
  settle,
} from '@ece/vault';
import type { MarketContext } from './api.ts';
import { type BulkEffect, setsOfCards, toEffect, toProblem } from './bulk.ts';
import { toSettlement, voidListing } from './deals.ts';
import { affordable, checkDistinct, checkTotal } from './domain/bulk.ts';
import { isBound, purchase } from './domain/listing.ts';
import { saleEvents } from './listing-events.ts';
import { distinct, presentSales } from './present.ts';
import { closeListings, type ListingRow, lockListings, readListings } from './store.ts';

export type PurchaseMode = 'all' | 'possible';

/** A listing, and the price in micro-USDC that the buyer saw. */
export interface SeenListing {
  listingId: string;
  price: bigint;
}

/** A listing that is to be bought, with its copy. Both are locked. */
interface Wanted {
  listing: ListingRow;
  copy: CopyRow;
}

/**
 * Buys listings at the prices that the buyer saw, under the buyer's key and in one transaction: all or none,
 * or as many as possible in the order of the items. See the contract for its refusals.
 */
export async function purchaseListings(
  context: MarketContext,
  call: CallKey,
  mode: PurchaseMode,
  items: SeenListing[],
) {
  const { db, users } = context;
  const buyerId = call.accountId;
  const ids = items.map((item) => item.listingId);
  const named = checkDistinct(ids);
  if (!named.ok) return named;
  const found = await readListings(db, ids);
  const accounts = distinct([buyerId, ...found.map((listing) => listing.sellerId)]);
  const [handles, setsOf] = await Promise.all([
    users.handles(accounts),
    setsOfCards(
      context,
      found.map((listing) => listing.cardId),
    ),
  ]);
  const known = found.map((listing) => listing.id);
  let sold: SaleRow[] = [];
  let dead: string[] = [];
  const result = await once(
    db,
    call,
    async (tx): Promise<Result<BulkEffect>> => {
      const gate = await readGate(tx, accounts);
      const passed = passes(gate, { accounts: [buyerId] });
      if (!passed.ok) return passed;
      const locked = await lockAll(tx, known);
      dead = deadAmong(locked).map((listing) => listing.id);
      const judged = items.map((item) => judge(item, locked, { gate, setsOf, buyerId }));
      const chosen = await choose(tx, mode, judged, ids, buyerId);
      if (!chosen.ok) return chosen;
      const bought = chosen.value.flatMap((item) => (item.ok ? [item.value] : []));
      sold = await buy(tx, bought, buyerId);
      await publish(
        tx,
        sold.flatMap((sale) => saleEvents(sale, sale.reference, handles)),
      );
      const saleOf = new Map(sold.map((sale) => [sale.reference, sale.id]));
      return ok(
        toEffect(chosen.value.map((item) => (item.ok ? ok(saleOf.get(item.value.listing.id)!) : item))),
      );
    },
    (effect) => showPurchases(context, ids, effect),
  );
  if (result.ok) {
    context.hint();
    countSales(context.metrics, sold);
  }
  for (const id of dead) await voidListing(context, id);
  return result;
}

interface Locked {
  listings: Map<string, ListingRow>;
  copies: Map<string, CopyRow>;
}

/** Locks listings, and then their copies. */
async function lockAll(tx: Tx, ids: string[]): Promise<Locked> {
  const listings = await lockListings(tx, ids);
  const copies = await lockCopies(
    tx,
    [...listings.values()].map((listing) => listing.copyId),
  );
  return { listings, copies };
}

/** Open listings whose copies have moved by another way than a purchase. */
function deadAmong({ listings, copies }: Locked): ListingRow[] {
  return [...listings.values()].filter(
    (listing) => listing.state === 'open' && !isBound(listing, copies.get(listing.copyId)),
  );
}

interface Circumstances {
  gate: Gate;
  setsOf: (cardId: string | undefined) => string[];
  buyerId: string;
}

/** Whether an item can be bought, but for the money. A listing that nobody knew before is as good as none. */
function judge(
  { listingId, price }: SeenListing,
  { listings, copies }: Locked,
  { gate, setsOf, buyerId }: Circumstances,
): Result<Wanted> {
  const listing = listings.get(listingId);
  if (!listing) return refuse('not_found', 'There is no such listing.');
  const allowed = purchase(listing, buyerId, price);
  if (!allowed.ok) return allowed;
  const copy = copies.get(listing.copyId);
  if (!copy || !isBound(listing, copy)) return refuse('listing_closed', undefined, { state: 'void' });
  const open = passes(gate, { accounts: [listing.sellerId], sets: setsOf(listing.cardId) });
  return open.ok ? ok({ listing, copy }) : open;
}

/**
 * What is bought of the items, by the mode and by the money. Every account that a sale may touch is locked
 * here, in the one order, before the balance is read.
 */
async function choose(
  tx: Tx,
  mode: PurchaseMode,
  judged: Result<Wanted>[],
  ids: string[],
  buyerId: string,
): Promise<Result<Result<Wanted>[]>> {
  const refused = judged.flatMap((item, index) =>
    item.ok ? [] : [{ listingId: ids[index]!, ...toProblem(item.error) }],
  );
  if (mode === 'all' && refused.length > 0) return refuse('bulk_refused', undefined, { items: refused });
  const wanted = judged.flatMap((item) => (item.ok ? [item.value.listing] : []));
  const touched = wanted.flatMap((listing) => [listing.sellerId, listing.royaltyAccountId]);
  const balances = await lockAccounts(tx, [buyerId, FEES, ...touched]);
  const budget = balances.get(buyerId)?.available ?? 0n;
  if (mode === 'all') {
    const total = checkTotal(
      wanted.map((listing) => listing.price),
      budget,
    );
    return total.ok ? ok(judged) : total;
  }
  const enough = affordable(
    judged.map((item) => (item.ok ? item.value.listing.price : null)),
    budget,
  );
  return ok(judged.map((item, index) => (item.ok && !enough[index] ? refuse('insufficient_funds') : item)));
}

/** Settles what was chosen, in its order. */
async function buy(tx: Tx, wanted: Wanted[], buyerId: string): Promise<SaleRow[]> {
  if (wanted.length === 0) return [];
  const settled = await settle(
    tx,
    wanted.map(({ listing, copy }) => toSettlement(listing, copy, buyerId)),
  );
  await closeListings(
    tx,
    wanted.map(({ listing }) => listing.id),
    'sold',
  );
  return settled.flatMap((sales) => {
    if (!sales.ok) throw new Error('the balance that was read under its lock was not enough');
    return sales.value;
  });
}

async function showPurchases(context: MarketContext, ids: string[], { ids: saleIds, results }: BulkEffect) {
  const rows = await readSales(context.db, saleIds);
  const sales = new Map((await presentSales(context, rows)).map((sale) => [sale.id, sale]));
  return {
    spent: formatMoney(rows.reduce((sum, sale) => sum + sale.price, 0n)),
    results: results.map(({ id, problem }, index) => ({
      listingId: ids[index]!,
      sale: id ? sales.get(id)! : null,
      problem,
    })),
  };
}
