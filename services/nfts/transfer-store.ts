import type { Sql, Tx } from '@ece/platform/db/database';

/** A copy on its way out to a wallet. */
export interface WithdrawalRow {
  id: string;
  copyId: string;
  accountId: string;
  address: string;
  holderPath: string;
  mint: string;
  state: 'requested' | 'final' | 'returned';
  transaction: string | null;
  createdAt: Date;
  finalAt: Date | null;
}

/** Writes a withdrawal; the key that holds the NFT now is noted with it. */
export async function insertWithdrawal(
  tx: Tx,
  withdrawal: { id: string; copyId: string; accountId: string; address: string },
): Promise<void> {
  await tx`
    insert into nfts.copy_withdrawals (id, copy_id, account_id, address, holder_path)
    select ${withdrawal.id}, copy_id, ${withdrawal.accountId}, ${withdrawal.address}, holder_path
    from nfts.mints where copy_id = ${withdrawal.copyId}`;
}

/** A withdrawal by id. */
export async function readWithdrawal(sql: Sql, id: string): Promise<WithdrawalRow | undefined> {
  const [row] = await sql<WithdrawalRow[]>`
    select w.id, w.copy_id as "copyId", w.account_id as "accountId", w.address, w.holder_path as "holderPath",
      m.mint, w.state, w.transaction, w.created_at as "createdAt", w.final_at as "finalAt"
    from nfts.copy_withdrawals w join nfts.mints m on m.copy_id = w.copy_id where w.id = ${id}`;
  return row;
}

/** Ends a withdrawal that has arrived; the NFT is outside from here on. */
export async function finishWithdrawal(tx: Tx, id: string, copyId: string, signature: string): Promise<void> {
  await tx`
    update nfts.copy_withdrawals set state = 'final', transaction = ${signature}, final_at = clock_timestamp()
    where id = ${id}`;
  await tx`update nfts.mints set holder_path = null, looked_at = null where copy_id = ${copyId}`;
}

/** Ends a withdrawal that never arrived. */
export async function returnWithdrawal(tx: Tx, id: string): Promise<void> {
  await tx`update nfts.copy_withdrawals set state = 'returned', final_at = clock_timestamp() where id = ${id}`;
}

/** Takes the copies outside that were looked at longest ago, so that every one has its turn. */
export async function takeOutside(sql: Sql, limit: number): Promise<{ copyId: string; mint: string }[]> {
  return await sql<{ copyId: string; mint: string }[]>`
    with picked as (
      select copy_id from nfts.mints where holder_path is null
      order by looked_at nulls first limit ${limit} for update skip locked
    )
    update nfts.mints m set looked_at = clock_timestamp() from picked where m.copy_id = picked.copy_id
    returning m.copy_id as "copyId", m.mint`;
}

/** The transactions by which a copy came back before. */
export async function readDepositTransactions(sql: Sql, copyId: string): Promise<Set<string>> {
  const rows = await sql<{ transaction: string }[]>`
    select transaction from nfts.copy_deposits where copy_id = ${copyId}`;
  return new Set(rows.map((row) => row.transaction));
}

export interface NewDeposit {
  id: string;
  copyId: string;
  accountId: string;
  address: string;
  transaction: string;
}

/** Writes a deposit and the key that holds the NFT now; false where it was written before. */
export async function insertDeposit(tx: Tx, deposit: NewDeposit, holderPath: string): Promise<boolean> {
  const { id, copyId, accountId, address, transaction } = deposit;
  const rows = await tx`
    insert into nfts.copy_deposits (id, copy_id, account_id, address, transaction)
    values (${id}, ${copyId}, ${accountId}, ${address}, ${transaction})
    on conflict (copy_id, transaction) do nothing returning 1`;
  if (rows.length === 0) return false;
  await tx`update nfts.mints set holder_path = ${holderPath}, looked_at = null where copy_id = ${copyId}`;
  return true;
}
