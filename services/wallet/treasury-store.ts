import type { Sql, Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';

/** The treasury as it was at the first start. */
export interface TreasuryRow {
  mint: string;
  address: string;
  tokenAccount: string;
}

/** Writes the treasury at the first start, and gives the one that is stored. */
export async function keepTreasury(tx: Tx, treasury: TreasuryRow): Promise<TreasuryRow> {
  const { mint, address, tokenAccount } = treasury;
  await tx`insert into wallet.treasury (mint, address, token_account)
    values (${mint}, ${address}, ${tokenAccount}) on conflict do nothing`;
  return (await findTreasury(tx))!;
}

/** The stored treasury; undefined before the first start is over. */
export async function findTreasury(sql: Sql): Promise<TreasuryRow | undefined> {
  const [row] = await sql<TreasuryRow[]>`
    select mint, address, token_account as "tokenAccount" from wallet.treasury`;
  return row;
}

/** The database's clock. */
export async function now(sql: Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select clock_timestamp() as now`;
  return row!.now;
}

/**
 * Gives a withdrawal its part of the treasury, once.
 * @param balance what the treasury held in finalized blocks, in micro-USDC
 * @param readAt a moment before the balance was read: what became final after it may still be in the balance
 * @returns false when the rest of the treasury is too small at present
 */
export async function reserve(tx: Tx, id: string, balance: bigint, readAt: Date): Promise<boolean> {
  await tx`select 1 from wallet.treasury for update`;
  const rows = await tx`
    update wallet.transfers t set reserved = true
    where t.id = ${id} and (t.reserved or t.amount <= ${balance} - (
      select coalesce(sum(o.amount), 0) from wallet.transfers o
      where o.kind = 'withdrawal' and o.id <> t.id
        and ((o.state = 'requested' and o.reserved) or (o.state = 'final' and o.ended_at >= ${readAt}))))
    returning 1`;
  return rows.length === 1;
}

/** True when a withdrawal has waited so long that small sums at deposit addresses may be needed for it. */
export async function withdrawalsWait(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select 1 from wallet.transfers
    where kind = 'withdrawal' and state = 'requested' and not reserved
      and created_at < clock_timestamp() - interval '30 seconds' limit 1`;
  return rows.length > 0;
}

/**
 * Begins sweeps of deposit addresses that hold at least `least` booked micro-USDC, one at a time for each;
 * after a failed one not for ten minutes.
 * @returns their ids
 */
export async function insertSweeps(tx: Tx, least: bigint, limit: number): Promise<string[]> {
  const picked = await tx<{ accountId: string; amount: bigint }[]>`
    select account_id as "accountId", credited - swept as amount from wallet.addresses a
    where credited > swept and credited - swept >= ${least}
      and not exists (
        select 1 from wallet.sweeps s where s.account_id = a.account_id
          and (s.state = 'requested'
            or (s.state = 'failed' and s.ended_at > clock_timestamp() - interval '10 minutes')))
    order by account_id limit ${limit} for update skip locked`;
  const rows = await tx<{ id: string }[]>`
    insert into wallet.sweeps (id, account_id, amount)
    select * from unnest(${picked.map(newId)}::uuid[], ${picked.map((p) => p.accountId)}::uuid[],
      ${picked.map((p) => p.amount.toString())}::bigint[])
    on conflict (account_id) where state = 'requested' do nothing returning id`;
  return rows.map((row) => row.id);
}

/** At how many addresses at least `least` micro-USDC are booked and not swept, those on their way included. */
export async function countUnswept(sql: Sql, least: bigint): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select count(*)::int as n from wallet.addresses where credited > swept and credited - swept >= ${least}`;
  return row!.n;
}

/** A sweep; undefined when there is none of that id. */
export async function findSweep(
  sql: Sql,
  id: string,
): Promise<{ accountId: string; amount: bigint } | undefined> {
  const [row] = await sql<{ accountId: string; amount: bigint }[]>`
    select account_id as "accountId", amount from wallet.sweeps where id = ${id}`;
  return row;
}

/** Ends a sweep; a final one counts as swept from its address. */
export async function endSweep(tx: Tx, id: string, signature: string | null): Promise<void> {
  await tx`
    with ended as (
      update wallet.sweeps set state = ${signature ? 'final' : 'failed'}, signature = ${signature},
        ended_at = clock_timestamp()
      where id = ${id} returning account_id, amount, state
    )
    update wallet.addresses a set swept = a.swept + e.amount
    from ended e where a.account_id = e.account_id and e.state = 'final'`;
}
