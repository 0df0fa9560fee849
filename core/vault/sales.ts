import { ok, type Result, refuse } from '@ece/contract';
import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { drawRelease, FEES, type HoldKey, lockHolds, writeHolds } from './accounts.ts';
import { type CopyRow, moveCopies } from './copies.ts';
import { splitLot, splitPrice } from './fees.ts';
import { drawTransfers, type Posting, writeTransfers } from './ledger.ts';

export type Venue = 'listing' | 'auction' | 'offer';

/** A copy that is sold, as the caller locked it, with the terms for its royalty. */
export interface SoldCopy {
  copy: CopyRow;
  royaltyBasisPoints: number;
  royaltyAccountId: string;
}

/** A sale to settle: copies of one seller, as one lot at one price. */
export interface Settlement {
  venue: Venue;
  /** The listing, auction or offer. */
  reference: string;
  sellerId: string;
  buyerId: string;
  price: bigint;
  feeBasisPoints: number;
  items: SoldCopy[];
  /** When it happened, where that is not now: for histories that are brought in. */
  at?: Date;
  /** The buyer's money that was held for this; it is let go and pays the price in the same step. */
  hold?: HoldKey;
}

/** A settled sale of one copy. */
export interface SaleRow {
  id: string;
  copyId: string;
  cardId: string;
  venue: Venue;
  reference: string;
  sellerId: string;
  buyerId: string;
  price: bigint;
  fee: bigint;
  royalty: bigint;
  at: Date;
}

/**
 * Settles sales: money, ownership, fee and royalty move together in the caller's transaction. The caller has
 * locked the copies (`lockCopies`) and checked that they are bound to this sale.
 * @returns for each settlement its sales, or `insufficient_funds`; one that is refused moves nothing
 */
export async function settle(tx: Tx, settlements: Settlement[]): Promise<Result<SaleRow[]>[]> {
  const divided = settlements.map(divide);
  const holds = settlements.flatMap((s) => (s.hold ? [s.hold] : []));
  const accounts = divided.flatMap(({ postings }) => postings.map(({ accountId }) => accountId));
  const locked = await lockHolds(tx, holds, accounts);
  const released = drawRelease(holds, locked);
  const paid = drawTransfers(
    settlements.map(({ reference, at }, index) => ({
      kind: 'sale',
      reference,
      at,
      postings: divided[index]!.postings,
    })),
    locked.balances,
  );
  const sales = settlements.map((s, index): NewSale[] => {
    const payment = paid.results[index]!;
    if (!payment.ok) return [];
    return s.items.map(({ copy }, i) => ({
      ...{ id: newId(), copyId: copy.id, cardId: copy.cardId, epoch: copy.epoch + 1n },
      ...{ transactionId: payment.id, venue: s.venue, reference: s.reference },
      ...{ sellerId: s.sellerId, buyerId: s.buyerId },
      ...divided[index]!.parts[i]!,
    }));
  });
  const [, , , at] = await Promise.all([
    writeHolds(tx, released),
    writeTransfers(tx, paid),
    moveCopies(
      tx,
      sales.flat().map((sale) => ({
        copyId: sale.copyId,
        fromId: sale.sellerId,
        toId: sale.buyerId,
        epoch: sale.epoch - 1n,
        transactionId: sale.transactionId,
      })),
    ),
    writeSales(tx, sales.flat()),
  ]);
  return sales.map((of, index) =>
    paid.results[index]!.ok
      ? ok(of.map((sale) => ({ ...sale, at: at.get(sale.id)! })))
      : refuse('insufficient_funds'),
  );
}

type NewSale = Omit<SaleRow, 'at'> & { epoch: bigint; transactionId: string };

interface Part {
  price: bigint;
  fee: bigint;
  royalty: bigint;
}

function divide(s: Settlement): { parts: Part[]; postings: Posting[] } {
  const prices = splitLot(s.price, s.items.length);
  const postings: Posting[] = [{ accountId: s.buyerId, amount: -s.price }];
  const parts = s.items.map((item, index) => {
    const split = splitPrice(prices[index]!, s.feeBasisPoints, item.royaltyBasisPoints);
    postings.push(
      { accountId: s.sellerId, amount: split.sellerReceives },
      { accountId: FEES, amount: split.fee },
      { accountId: item.royaltyAccountId, amount: split.royalty },
    );
    return { price: split.price, fee: split.fee, royalty: split.royalty };
  });
  return { parts, postings };
}

async function writeSales(tx: Tx, sales: NewSale[]): Promise<Map<string, Date>> {
  if (sales.length === 0) return new Map();
  const text = (pick: (sale: NewSale) => string | bigint) => sales.map((sale) => String(pick(sale)));
  const rows = await tx<{ id: string; at: Date }[]>`
    insert into vault.sales
      (id, transaction_id, copy_id, card_id, epoch, seller_id, buyer_id, price, fee, royalty, venue, reference, at)
    select s.id, s.transaction_id, s.copy_id, s.card_id, s.epoch, s.seller_id, s.buyer_id, s.price, s.fee,
      s.royalty, s.venue, s.reference, t.at
    from unnest(${text((s) => s.id)}::uuid[], ${text((s) => s.transactionId)}::uuid[],
      ${text((s) => s.copyId)}::uuid[], ${text((s) => s.cardId)}::uuid[], ${text((s) => s.epoch)}::bigint[],
      ${text((s) => s.sellerId)}::uuid[], ${text((s) => s.buyerId)}::uuid[], ${text((s) => s.price)}::bigint[],
      ${text((s) => s.fee)}::bigint[], ${text((s) => s.royalty)}::bigint[], ${text((s) => s.venue)}::text[],
      ${text((s) => s.reference)}::uuid[])
      as s(id, transaction_id, copy_id, card_id, epoch, seller_id, buyer_id, price, fee, royalty, venue, reference)
    join vault.transactions t on t.id = s.transaction_id
    returning id, at`;
  return new Map(rows.map((row) => [row.id, row.at]));
}

/** One side of a swap: what an account gives. */
export interface SwapSide {
  accountId: string;
  copies: CopyRow[];
  /** Micro-USDC that goes to the other side. */
  cash: bigint;
  /** Micro-USDC that goes to the exchange, paid on top of `cash`. */
  fee: bigint;
  hold?: HoldKey;
}

/**
 * Swaps copies and cash between two accounts: everything moves or nothing. The caller has locked the copies.
 * @returns the transaction's id, or `insufficient_funds`
 */
export async function swap(tx: Tx, reference: string, sides: [SwapSide, SwapSide]): Promise<Result<string>> {
  const [a, b] = sides;
  const postings: Posting[] = [
    { accountId: a.accountId, amount: b.cash - a.cash - a.fee },
    { accountId: b.accountId, amount: a.cash - b.cash - b.fee },
    { accountId: FEES, amount: a.fee + b.fee },
  ];
  const holds = sides.flatMap((side) => (side.hold ? [side.hold] : []));
  const locked = await lockHolds(
    tx,
    holds,
    postings.map(({ accountId }) => accountId),
  );
  const released = drawRelease(holds, locked);
  const paid = drawTransfers([{ kind: 'trade', reference, postings }], locked.balances);
  const [transaction] = paid.results;
  if (!transaction!.ok) return refuse('insufficient_funds');
  const give = (from: SwapSide, to: SwapSide) =>
    from.copies.map((copy) => ({
      copyId: copy.id,
      fromId: from.accountId,
      toId: to.accountId,
      epoch: copy.epoch,
      transactionId: transaction!.id,
    }));
  await Promise.all([
    writeHolds(tx, released),
    writeTransfers(tx, paid),
    moveCopies(tx, [...give(a, b), ...give(b, a)]),
  ]);
  return ok(transaction!.id);
}

/** Sales before a position (exclusive), newest first, of one card, buyer or seller, or of all. */
export async function listSales(
  sql: Sql,
  filter: { cardId?: string; buyerId?: string; sellerId?: string; before?: { at: Date; id: string } },
  limit: number,
): Promise<SaleRow[]> {
  return await sql<SaleRow[]>`
    select id, copy_id as "copyId", card_id as "cardId", venue, reference, seller_id as "sellerId",
      buyer_id as "buyerId", price, fee, royalty, at
    from vault.sales
    where true
      ${filter.cardId ? sql`and card_id = ${filter.cardId}` : sql``}
      ${filter.buyerId ? sql`and buyer_id = ${filter.buyerId}` : sql``}
      ${filter.sellerId ? sql`and seller_id = ${filter.sellerId}` : sql``}
      ${filter.before ? sql`and (at, id) < (${filter.before.at}, ${filter.before.id})` : sql``}
    order by at desc, id desc limit ${limit}`;
}

/** Sales by id, in any order; unknown ids are left out. */
export async function readSales(sql: Sql, ids: string[]): Promise<SaleRow[]> {
  return await sql<SaleRow[]>`
    select id, copy_id as "copyId", card_id as "cardId", venue, reference, seller_id as "sellerId",
      buyer_id as "buyerId", price, fee, royalty, at
    from vault.sales where id = any(${ids}::uuid[])`;
}

/** The sales of one listing, auction or offer. */
export async function salesOf(sql: Sql, reference: string): Promise<SaleRow[]> {
  return await sql<SaleRow[]>`
    select id, copy_id as "copyId", card_id as "cardId", venue, reference, seller_id as "sellerId",
      buyer_id as "buyerId", price, fee, royalty, at
    from vault.sales s where s.transaction_id in (select id from vault.transactions where reference = ${reference})
    order by id`;
}

/** A last sale; the price is in micro-USDC. */
export interface LastSale {
  /** The copy or the card. */
  id: string;
  price: bigint;
  at: Date;
}

/** The last sale of each of some copies; copies that were never sold are left out. */
export async function lastSalesOfCopies(sql: Sql, copyIds: string[]): Promise<LastSale[]> {
  return await sql<LastSale[]>`
    select c.id, s.price, s.at from unnest(${copyIds}::uuid[]) c(id)
    cross join lateral (
      select price, at from vault.sales where copy_id = c.id order by epoch desc limit 1
    ) s`;
}

/** The last sale of each of some cards; cards of which no copy was sold are left out. */
export async function lastSalesOfCards(sql: Sql, cardIds: string[]): Promise<LastSale[]> {
  return await sql<LastSale[]>`
    select c.id, s.price, s.at from unnest(${cardIds}::uuid[]) c(id)
    cross join lateral (
      select price, at from vault.sales where card_id = c.id order by at desc, id desc limit 1
    ) s`;
}
