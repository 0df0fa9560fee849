import { formatMoney, ok, type Result, refuse } from '@ece/contract';
import { isAddress, isWalletAddress } from '@ece/platform/chain/client';
import { isUnreachable } from '@ece/platform/chain/rpc';
import { atomically, type Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { CHAIN, OUTBOUND, type TransactionKind, transfer } from '@ece/vault';
import type { WalletContext } from './api.ts';
import * as store from './store.ts';
import { now, reserve } from './treasury-store.ts';
import { KEYS, type Wallets } from './wallets.ts';

/** The withdrawals' purpose with the sender. */
export const WITHDRAWAL = 'wallet.withdrawal';

/** Registers how withdrawals are paid from the treasury, and how they end. */
export function registerWithdrawals(context: WalletContext, wallets: Wallets): void {
  const { db, chain, keys, sender } = context;
  sender.register({
    name: WITHDRAWAL,
    async build(reference) {
      const [row] = await store.readTransfers(db, [reference]);
      if (!row)
        return { ok: false, error: { code: 'invalid_input', detail: 'There is no such withdrawal.' } };
      const treasury = await wallets.treasury();
      const readAt = await now(db);
      const [balance] = await chain.tokenBalances([treasury.tokenAccount], 'finalized');
      if (!(await atomically(db, (tx) => reserve(tx, reference, balance ?? 0n, readAt)))) {
        return {
          ok: false,
          error: { code: 'not_yet', detail: 'Deposits are on their way to the treasury.' },
        };
      }
      return chain.signTokenTransfer({
        feePayer: await keys.signer(KEYS.feePayer),
        authority: await keys.signer(KEYS.treasury),
        program: 'token',
        mint: treasury.mint,
        toOwner: row.address,
        amount: row.amount,
        decimals: 6,
        reference,
      });
    },
    async onFinal(tx, { reference, signature }) {
      const row = await store.endTransfer(tx, reference, { state: 'final', signature });
      await move(tx, 'withdrawal_final', row, CHAIN);
      await publish(tx, [eventOf(row, 'wallet.withdrawn', { signature })]);
    },
    async onFailed(tx, { reference }) {
      const row = await store.endTransfer(tx, reference, { state: 'returned' });
      await move(tx, 'withdrawal_return', row, row.accountId);
      await publish(tx, [eventOf(row, 'wallet.returned', {})]);
    },
  });
}

function eventOf(row: store.TransferRow, type: string, more: Record<string, string>) {
  const data = { transferId: row.id, amount: formatMoney(row.amount), ...more };
  return { topic: `user:${row.accountId}`, type, data };
}

/** Moves a withdrawal's money on from where it waits. */
async function move(tx: Tx, kind: TransactionKind, row: store.TransferRow, to: string): Promise<void> {
  const moved = await transfer(tx, { kind, reference: row.id }, [
    { accountId: OUTBOUND, amount: -row.amount },
    { accountId: to, amount: row.amount },
  ]);
  if (!moved.ok) throw new Error(`withdrawal ${row.id} does not have its money set aside`);
}

/**
 * Whether USDC may be sent to an address. Refusals: `own_address` for the exchange's, `invalid_address` for
 * what is no wallet, `unavailable` when the chain cannot be asked.
 */
export async function checkDestination(
  { chain }: WalletContext,
  isOwnAddress: (address: string) => Promise<boolean>,
  address: string,
): Promise<Result<void>> {
  if (!isAddress(address)) return refuse('invalid_address');
  if (await isOwnAddress(address)) return refuse('own_address', 'Withdraw to a wallet of your own.');
  if (!isWalletAddress(address)) return refuse('invalid_address', 'Nobody can hold the key of this address.');
  try {
    if (await chain.canReceive(address)) return ok(undefined);
    return refuse('invalid_address', 'This is the address of a mint, a token account or a program.');
  } catch (error) {
    if (isUnreachable(error)) return refuse('unavailable', 'The chain does not answer, try again.');
    throw error;
  }
}

/**
 * Takes the money from the account and asks for its payment.
 * @returns the transfer's id, or `insufficient_funds`
 */
export async function requestWithdrawal(
  tx: Tx,
  { sender }: WalletContext,
  withdrawal: { accountId: string; amount: bigint; address: string },
): Promise<Result<string>> {
  const { accountId, amount, address } = withdrawal;
  const id = newId();
  const taken = await transfer(tx, { kind: 'withdrawal', reference: id }, [
    { accountId, amount: -amount },
    { accountId: OUTBOUND, amount },
  ]);
  if (!taken.ok) return taken;
  await store.insertTransfer(tx, { id, accountId, kind: 'withdrawal', amount, address });
  await sender.request(tx, WITHDRAWAL, [id]);
  return ok(id);
}
