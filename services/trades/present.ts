import { type entities, formatMoney, type Static } from '@ece/contract';
import type { CopySummary } from '@ece/nfts';
import type { TradesContext } from './api.ts';
import type { OfferedCopy } from './domain/terms.ts';
import { tradeFees } from './fees.ts';
import { type OfferRow, readOfferCopies } from './store.ts';

/** What answers need: the offers' copies and the neighbours. */
export type Hydration = Pick<TradesContext, 'db' | 'nfts' | 'users'>;

/**
 * Offers as the contract shows them, in their order; one call to each neighbour for all of them. `give` is
 * what the sender gives, whoever looks.
 */
export async function presentOffers(
  { db, nfts, users }: Hydration,
  rows: OfferRow[],
): Promise<Static<typeof entities.TradeOffer>[]> {
  if (rows.length === 0) return [];
  const copies = await readOfferCopies(
    db,
    rows.map((row) => row.id),
  );
  const copyIds = [...copies.values()].flat().map((copy) => copy.copyId);
  const [summaries, handles] = await Promise.all([
    nfts.summaries([...new Set(copyIds)]),
    users.handles([...new Set(rows.flatMap((row) => [row.fromId, row.toId]))]),
  ]);
  return rows.map((row) => {
    const fees = tradeFees(row);
    const offered = copies.get(row.id)!;
    return {
      id: row.id,
      fromHandle: known(handles, row.fromId),
      toHandle: known(handles, row.toId),
      give: {
        copies: side(offered, 'give', summaries),
        cash: formatMoney(row.cashGive),
        fee: formatMoney(fees.give),
      },
      receive: {
        copies: side(offered, 'receive', summaries),
        cash: formatMoney(row.cashReceive),
        fee: formatMoney(fees.receive),
      },
      feeBasisPoints: row.feeBasisPoints,
      message: row.message,
      state: row.state,
      counterOf: row.counterOf,
      expiresAt: row.expiresAt.toISOString(),
      createdAt: row.createdAt.toISOString(),
      closedAt: row.closedAt?.toISOString() ?? null,
    };
  });
}

function side(
  copies: OfferedCopy[],
  which: OfferedCopy['side'],
  summaries: Record<string, CopySummary>,
): CopySummary[] {
  return copies.filter((copy) => copy.side === which).map((copy) => known(summaries, copy.copyId));
}

/**
 * The entry of an id that a row of ours names.
 * @throws when there is none, which is a bug
 */
export function known<T>(entries: Record<string, T>, id: string): T {
  const entry = entries[id];
  if (entry === undefined) throw new Error(`nothing is known of ${id}`);
  return entry;
}
