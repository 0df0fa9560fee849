import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import type { TransactionKind } from './ledger.ts';

/** A change of hands with what was paid for it. Money in micro-USDC. */
export interface MoveRow {
  copyId: string;
  cardId: string;
  serial: number;
  /** The epoch that the move began; 0 is the copy's making. */
  epoch: bigint;
  /** Null for the copy's making. */
  fromId: string | null;
  toId: string;
  transactionId: string;
  kind: TransactionKind;
  at: Date;
  /** Of the sale, where the move is one. */
  price: bigint | null;
  fee: bigint | null;
  royalty: bigint | null;
}

/**
 * All moves with what was paid, for those who derive from every one: `copy_id, card_id, serial, epoch, from_id, to_id,
 * transaction_id, kind, at, price, fee, royalty`. The money is null where a move is no sale.
 */
export function everyMove(sql: Sql): Relation {
  return sql`
    select m.copy_id, c.card_id, c.serial, m.epoch, m.from_id, m.to_id, m.transaction_id, t.kind, t.at, s.price,
      s.fee, s.royalty
    from vault.moves m
    join vault.copies c on c.id = m.copy_id
    join vault.transactions t on t.id = m.transaction_id
    left join vault.sales s on s.copy_id = m.copy_id and s.epoch = m.epoch`;
}

const moves = (sql: Sql) => sql`
  select m.copy_id as "copyId", m.card_id as "cardId", m.serial, m.epoch, m.from_id as "fromId", m.to_id as "toId",
    m.transaction_id as "transactionId", m.kind, m.at, m.price, m.fee, m.royalty
  from (${everyMove(sql)}) m`;

/** The moves of copies after an epoch of each (exclusive; -1 for all), by copy and epoch. */
export async function movesAfter(sql: Sql, known: { copyId: string; epoch: bigint }[]): Promise<MoveRow[]> {
  return await sql<MoveRow[]>`${moves(sql)}
    join unnest(${known.map((k) => k.copyId)}::uuid[], ${known.map((k) => k.epoch.toString())}::bigint[])
      as k(copy_id, epoch) on k.copy_id = m.copy_id and m.epoch > k.epoch
    order by m.copy_id, m.epoch`;
}

/** All moves of some transactions. */
export async function movesOf(sql: Sql, transactionIds: string[]): Promise<MoveRow[]> {
  return await sql<MoveRow[]>`${moves(sql)} where m.transaction_id = any(${transactionIds}::uuid[])`;
}

/** What transactions have changed of accounts' USDC: positive where an account has gained. */
export async function cashOf(
  sql: Sql,
  transactionIds: string[],
): Promise<{ transactionId: string; accountId: string; amount: bigint }[]> {
  return await sql<{ transactionId: string; accountId: string; amount: bigint }[]>`
    select transaction_id as "transactionId", account_id as "accountId", amount from vault.postings
    where transaction_id = any(${transactionIds}::uuid[]) and asset = 'USDC'`;
}

/**
 * The newest sales' prices of cards before a time, `limit` of each at the most; cards without sales are left
 * out. `before` is exclusive.
 */
export async function pricesBefore(
  sql: Sql,
  cardIds: string[],
  before: Date,
  limit: number,
): Promise<{ cardId: string; prices: bigint[] }[]> {
  const rows = await sql<{ cardId: string; price: bigint }[]>`
    select c.id as "cardId", s.price from unnest(${cardIds}::uuid[]) as c(id)
    cross join lateral (
      select price from vault.sales where card_id = c.id and at < ${before}
      order by at desc, id desc limit ${limit}) s`;
  const byCard = Map.groupBy(rows, ({ cardId }) => cardId);
  return [...byCard].map(([cardId, list]) => ({ cardId, prices: list.map(({ price }) => price) }));
}
