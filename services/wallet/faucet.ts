import { ok, type Result, refuse } from '@ece/contract';
import type { Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { WalletContext } from './api.ts';
import { MAX_OPEN_FAUCET } from './domain/limits.ts';
import * as store from './store.ts';
import { KEYS, type Wallets } from './wallets.ts';

/** The faucet's purpose with the sender. */
export const FAUCET = 'wallet.faucet';

/** Registers how the faucet's test USDC is made. It is booked as what it is: a deposit. */
export function registerFaucet({ db, chain, keys, sender }: WalletContext, wallets: Wallets): void {
  sender.register({
    name: FAUCET,
    async build(reference) {
      const [row] = await store.readTransfers(db, [reference]);
      if (!row) return { ok: false, error: { code: 'invalid_input', detail: 'There is no such payment.' } };
      const mint = await wallets.mint();
      if ((await chain.tokenSupply(mint)) === undefined) {
        return { ok: false, error: { code: 'not_yet', detail: 'The test USDC is being made.' } };
      }
      return chain.signMintTo({
        feePayer: await keys.signer(KEYS.feePayer),
        authority: await keys.signer(KEYS.usdcAuthority),
        mint,
        toOwner: row.address,
        amount: row.amount,
        reference,
      });
    },
    // The watcher books it when it sees it arrive, as it does with every deposit.
    async onFinal() {},
    async onFailed(tx, { reference }) {
      await store.endTransfer(tx, reference, { state: 'returned' });
    },
  });
}

/**
 * Asks for test USDC for an account, whose deposit address must be there.
 * @param options.limited refuse `too_many_requests` while many payments to the account are on their way
 * @returns the transfer's id
 */
export async function requestFaucet(
  tx: Tx,
  { sender }: WalletContext,
  payment: { accountId: string; amount: bigint; bookedAt?: Date },
  options: { limited: boolean },
): Promise<Result<string>> {
  const { accountId, amount, bookedAt } = payment;
  await store.lockAddress(tx, accountId);
  const to = await store.findAddress(tx, accountId);
  if (!to) throw new Error('the account has no deposit address');
  if (options.limited && (await store.openFaucetPayments(tx, accountId)).length >= MAX_OPEN_FAUCET) {
    return refuse('too_many_requests', 'Wait until your earlier faucet payments have arrived.');
  }
  const id = newId();
  await store.insertTransfer(tx, { id, accountId, kind: 'faucet', amount, address: to.address, bookedAt });
  await sender.request(tx, FAUCET, [id]);
  return ok(id);
}
