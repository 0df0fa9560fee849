import { atomically, type Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { type CopyRow, lockCopies, type SaleRow, settle } from '@ece/vault';
import type { MarketContext, PastSale } from './api.ts';
import { saleEvents } from './deals.ts';
import { insertSold, type NewListing } from './store.ts';

interface Listed {
  listing: NewListing;
  sale: PastSale;
  copy: CopyRow;
}

/**
 * Brings in sales that happened before, in the order given, each with the listing it came from. Money and
 * copies move by today's vault, dated as they were.
 * @throws when a seller did not own the copy then, or a buyer did not have the money
 */
export async function importSales(context: MarketContext, sales: PastSale[]): Promise<void> {
  const { db, nfts, users } = context;
  const royalties = new Map(
    (await nfts.royalties([...new Set(sales.map((sale) => sale.copyId))])).map((royalty) => [
      royalty.copyId,
      royalty,
    ]),
  );
  const handles = await users.handles([...new Set(sales.flatMap((sale) => [sale.sellerId, sale.buyerId]))]);
  await atomically(db, async (tx) => {
    for (const batch of withoutRepeats(sales)) {
      const copies = await lockCopies(
        tx,
        batch.map((sale) => sale.copyId),
      );
      const listed = batch.map((sale): Listed => {
        const copy = copies.get(sale.copyId);
        if (copy?.ownerId !== sale.sellerId || copy.commitment) {
          throw new Error(`copy ${sale.copyId} was not its seller’s to sell`);
        }
        const royalty = royalties.get(copy.id);
        const listing = {
          id: newId(),
          copyId: copy.id,
          cardId: copy.cardId,
          sellerId: sale.sellerId,
          epoch: copy.epoch,
          price: sale.price,
          feeBasisPoints: context.feeBasisPoints,
          royaltyBasisPoints: royalty?.basisPoints ?? 0,
          royaltyAccountId: royalty?.accountId ?? sale.sellerId,
        };
        return { listing, sale, copy };
      });
      const rows = await settleListed(tx, listed);
      await publish(
        tx,
        rows
          .flatMap((row) => saleEvents(row, row.reference, handles))
          // The past is nobody's news: the people concerned are not told.
          .filter((event) => !event.topic.startsWith('user:')),
      );
    }
  });
}

async function settleListed(tx: Tx, listed: Listed[]): Promise<SaleRow[]> {
  await insertSold(
    tx,
    listed.map(({ listing, sale }) => ({ ...listing, closedAt: sale.at })),
  );
  const results = await settle(
    tx,
    listed.map(({ listing, sale, copy }) => ({
      venue: 'listing',
      reference: listing.id,
      sellerId: sale.sellerId,
      buyerId: sale.buyerId,
      price: sale.price,
      feeBasisPoints: listing.feeBasisPoints,
      at: sale.at,
      items: [
        { copy, royaltyBasisPoints: listing.royaltyBasisPoints, royaltyAccountId: listing.royaltyAccountId },
      ],
    })),
  );
  return results.flatMap((result) => {
    if (!result.ok) throw new Error('a buyer did not have the money');
    return result.value;
  });
}

/** Cuts a list so that no part names a copy twice, and keeps its order. */
function withoutRepeats(sales: PastSale[]): PastSale[][] {
  const parts: PastSale[][] = [[]];
  let seen = new Set<string>();
  for (const sale of sales) {
    if (seen.has(sale.copyId)) {
      parts.push([]);
      seen = new Set();
    }
    seen.add(sale.copyId);
    parts.at(-1)!.push(sale);
  }
  return parts;
}
