import type { Sql, Tx } from '@ece/platform/db/database';

/** A movement between the chain and an account, in micro-USDC. */
export interface TransferRow {
  id: string;
  accountId: string;
  kind: 'faucet' | 'deposit' | 'withdrawal';
  state: 'requested' | 'final' | 'returned';
  amount: bigint;
  address: string;
  signature: string | null;
  bookedAt: Date | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** A deposit address with what has been booked from it. */
export interface AddressRow {
  accountId: string;
  address: string;
  tokenAccount: string;
  credited: bigint;
  swept: bigint;
  lastSignature: string | null;
}

const transferColumns = (sql: Sql) => sql`
  id, account_id as "accountId", kind, state, amount, address, signature, booked_at as "bookedAt",
  created_at as "createdAt", ended_at as "endedAt"`;

const addressColumns = (sql: Sql) => sql`
  account_id as "accountId", address, token_account as "tokenAccount", credited, swept,
  last_signature as "lastSignature"`;

/** The deposit address of an account, if it has been made. */
export async function findAddress(sql: Sql, accountId: string): Promise<AddressRow | undefined> {
  const [row] = await sql<AddressRow[]>`
    select ${addressColumns(sql)} from wallet.addresses where account_id = ${accountId}`;
  return row;
}

/** Stores a deposit address; repeating changes nothing. Throws where the address is another account's. */
export async function insertAddress(
  tx: Tx,
  accountId: string,
  deposit: { address: string; tokenAccount: string },
): Promise<void> {
  // No key is named after "on conflict": what is written twice at the same time offends all three of them,
  // and only those named are let pass.
  await tx`insert into wallet.addresses (account_id, address, token_account)
    values (${accountId}, ${deposit.address}, ${deposit.tokenAccount}) on conflict do nothing`;
  const stored = await findAddress(tx, accountId);
  if (stored?.address !== deposit.address) throw new Error(`deposit address of ${accountId} is not its own`);
}

/** The accounts of deposit addresses; others are left out. */
export async function accountsOf(
  sql: Sql,
  addresses: string[],
): Promise<{ address: string; accountId: string }[]> {
  return await sql<{ address: string; accountId: string }[]>`
    select address, account_id as "accountId" from wallet.addresses where address = any(${addresses}::text[])`;
}

/** True for a deposit address or its token account. */
export async function isDepositAddress(sql: Sql, address: string): Promise<boolean> {
  const rows = await sql`
    select 1 from wallet.addresses where address = ${address} or token_account = ${address} limit 1`;
  return rows.length > 0;
}

/** Deposit addresses in the order of their accounts, after one. */
export async function addressesAfter(
  sql: Sql,
  accountId: string | undefined,
  limit: number,
): Promise<AddressRow[]> {
  return await sql<AddressRow[]>`
    select ${addressColumns(sql)} from wallet.addresses
    ${accountId ? sql`where account_id > ${accountId}` : sql``} order by account_id limit ${limit}`;
}

/** Locks a deposit address, which orders those who book its deposits. */
export async function lockAddress(tx: Tx, accountId: string): Promise<void> {
  await tx`select 1 from wallet.addresses where account_id = ${accountId} for update`;
}

/** Adds to what is booked from an address. */
export async function addCredited(tx: Tx, accountId: string, amount: bigint): Promise<void> {
  await tx`update wallet.addresses set credited = credited + ${amount} where account_id = ${accountId}`;
}

/** Notes up to where an address's history has been read. */
export async function setLastSignature(sql: Sql, accountId: string, signature: string): Promise<void> {
  await sql`update wallet.addresses set last_signature = ${signature} where account_id = ${accountId}`;
}

/** Writes a transfer that is to go over the chain. */
export async function insertTransfer(
  tx: Tx,
  transfer: Pick<TransferRow, 'id' | 'accountId' | 'kind' | 'amount' | 'address'> & { bookedAt?: Date },
): Promise<void> {
  const { id, accountId, kind, amount, address, bookedAt } = transfer;
  await tx`insert into wallet.transfers (id, account_id, kind, state, amount, address, booked_at)
    values (${id}, ${accountId}, ${kind}, 'requested', ${amount}, ${address}, ${bookedAt ?? null})`;
}

/**
 * Writes a deposit that came from outside.
 * @returns false when this signature was booked for this token account before
 */
export async function insertDeposit(
  tx: Tx,
  deposit: { id: string; to: AddressRow; amount: bigint; signature: string },
): Promise<boolean> {
  const { id, to, amount, signature } = deposit;
  const rows = await tx`
    insert into wallet.transfers (id, account_id, kind, state, amount, address, signature, token_account, ended_at)
    values (${id}, ${to.accountId}, 'deposit', 'final', ${amount}, ${to.address}, ${signature},
      ${to.tokenAccount}, clock_timestamp())
    on conflict (signature, token_account) do nothing returning 1`;
  return rows.length === 1;
}

/**
 * Ends a faucet payment with the deposit that it became.
 * @returns the row, or undefined when it had ended before
 */
export async function finishFaucet(
  tx: Tx,
  id: string,
  deposit: { to: AddressRow; amount: bigint; signature: string },
): Promise<TransferRow | undefined> {
  const [row] = await tx<TransferRow[]>`
    update wallet.transfers set state = 'final', amount = ${deposit.amount}, signature = ${deposit.signature},
      token_account = ${deposit.to.tokenAccount}, ended_at = clock_timestamp()
    where id = ${id} and kind = 'faucet' and state = 'requested' returning ${transferColumns(tx)}`;
  return row;
}

/** Ends a withdrawal as final, or a faucet payment or withdrawal as returned; gives the row. */
export async function endTransfer(
  tx: Tx,
  id: string,
  end: { state: 'final'; signature: string } | { state: 'returned' },
): Promise<TransferRow> {
  const signature = end.state === 'final' ? end.signature : null;
  const [row] = await tx<TransferRow[]>`
    update wallet.transfers set state = ${end.state}, signature = ${signature}, ended_at = clock_timestamp()
    where id = ${id} and state = 'requested' returning ${transferColumns(tx)}`;
  if (!row) throw new Error(`transfer ${id} has ended before`);
  return row;
}

/** Transfers by id, in no order. */
export async function readTransfers(sql: Sql, ids: string[]): Promise<TransferRow[]> {
  return await sql<TransferRow[]>`
    select ${transferColumns(sql)} from wallet.transfers where id = any(${ids}::uuid[])`;
}

/** An account's transfers, newest first, before an id (exclusive). */
export async function transfersOf(
  sql: Sql,
  accountId: string,
  before: string | undefined,
  limit: number,
): Promise<TransferRow[]> {
  return await sql<TransferRow[]>`
    select ${transferColumns(sql)} from wallet.transfers
    where account_id = ${accountId} ${before ? sql`and id < ${before}` : sql``}
    order by id desc limit ${limit}`;
}

/** The ids of an account's faucet payments that have not arrived. */
export async function openFaucetPayments(sql: Sql, accountId: string): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from wallet.transfers
    where account_id = ${accountId} and kind = 'faucet' and state = 'requested'`;
  return rows.map((row) => row.id);
}

/** Which of these signatures are booked for a token account. */
export async function bookedSignatures(
  sql: Sql,
  tokenAccount: string,
  signatures: string[],
): Promise<Set<string>> {
  const rows = await sql<{ signature: string }[]>`
    select signature from wallet.transfers
    where token_account = ${tokenAccount} and signature = any(${signatures}::text[])`;
  return new Set(rows.map((row) => row.signature));
}
