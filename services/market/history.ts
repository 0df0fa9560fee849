import { copyRows } from '@ece/platform/db/copy';
import { atomically, type Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { type PastSettlement, passGate, type SettledPast, settlePast } from '@ece/vault';
import type { MarketContext, PastSale } from './api.ts';

/** How long before its sale a listing of the past was made, in milliseconds. */
const LISTED_BEFORE_MS = 3_600_000;

/**
 * Brings in sales that happened before, in the order given and in one transaction, each with the listing that
 * it came from. Money and copies move by today's vault with the fees and royalties of now, dated as they were.
 * It is history, so no event tells of it: what is derived from sales must be rebuilt afterwards.
 * @throws when a seller did not own the copy then, a buyer did not have the money, or trading is halted
 */
export async function importSales(context: MarketContext, sales: PastSale[]): Promise<void> {
  const { db, nfts, feeBasisPoints } = context;
  const royalties = new Map(
    (await nfts.royalties([...new Set(sales.map((sale) => sale.copyId))])).map((royalty) => [
      royalty.copyId,
      royalty,
    ]),
  );
  const settlements = sales.map((sale): PastSettlement => {
    const royalty = royalties.get(sale.copyId);
    return {
      ...sale,
      venue: 'listing',
      reference: newId(),
      feeBasisPoints,
      royaltyBasisPoints: royalty?.basisPoints ?? 0,
      royaltyAccountId: royalty?.accountId ?? sale.sellerId,
    };
  });
  await atomically(db, async (tx) => {
    const passed = await passGate(tx, {});
    if (!passed.ok) throw new Error('trading is halted');
    const settled = await settlePast(tx, settlements);
    await insertSold(tx, settlements, settled);
  });
}

async function insertSold(tx: Tx, sales: PastSettlement[], settled: SettledPast[]): Promise<void> {
  await copyRows(
    tx,
    'market.listings',
    [
      ...[
        'id',
        'copy_id',
        'card_id',
        'seller_id',
        'epoch',
        'price',
        'fee_basis_points',
        'royalty_basis_points',
      ],
      ...['royalty_account_id', 'state', 'created_at', 'closed_at'],
    ],
    sales.map((sale, index) => [
      ...[
        sale.reference,
        sale.copyId,
        settled[index]!.cardId,
        sale.sellerId,
        settled[index]!.epoch,
        sale.price,
      ],
      ...[sale.feeBasisPoints, sale.royaltyBasisPoints, sale.royaltyAccountId, 'sold'],
      ...[new Date(sale.at.getTime() - LISTED_BEFORE_MS), sale.at],
    ]),
  );
}
