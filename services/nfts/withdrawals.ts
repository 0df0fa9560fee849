import { ok, type Result, refuse } from '@ece/contract';
import { type CallKey, once } from '@ece/platform/db/idempotency';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import {
  CHAIN,
  commitCopies,
  freeCopies,
  lockCopies,
  moveCopies,
  movedEvents,
  openTransaction,
  passGate,
  readCopies,
} from '@ece/vault';
import type { NftsContext } from './api.ts';
import { KEYS } from './key-paths.ts';
import { type CopyWithdrawal, presentWithdrawal } from './present.ts';
import { WITHDRAWAL } from './purposes.ts';
import { readCards } from './store.ts';
import * as store from './transfer-store.ts';

/** Whether a copy may be sent to an address. Refusals: `own_address`, `invalid_address`. */
async function checkAddress({ chain, keys, wallet }: NftsContext, address: string): Promise<Result<void>> {
  const holders = await Promise.all([KEYS.custody, KEYS.authority].map((path) => keys.signer(path)));
  const own = holders.some((holder) => holder.address === address) || (await wallet.isOwnAddress(address));
  if (own) return refuse('own_address');
  return (await chain.canReceive(address)) ? ok(undefined) : refuse('invalid_address');
}

/**
 * Sends a copy of the caller's to a wallet: bound at once, the exchange's no more when the transfer is final.
 * Refusals: those of `commitCopies`, `checkAddress` and the gate.
 */
export async function withdrawCopy(
  context: NftsContext,
  call: CallKey,
  input: { copyId: string; accountId: string; address: string },
): Promise<Result<CopyWithdrawal>> {
  const checked = await checkAddress(context, input.address);
  if (!checked.ok) return checked;
  const { copyId, accountId } = input;
  const cardIds = (await readCopies(context.db, [copyId])).map((copy) => copy.cardId);
  const sets = (await readCards(context.db, cardIds)).map((card) => card.setId);
  const result = await once(
    context.db,
    call,
    async (tx) => {
      const passed = await passGate(tx, { accounts: [accountId], sets, kind: 'withdrawal' });
      if (!passed.ok) return passed;
      const id = newId();
      const committed = await commitCopies(tx, [copyId], accountId, { kind: 'withdrawal', id });
      if (!committed.ok) return committed;
      await store.insertWithdrawal(tx, { id, ...input });
      await context.sender.request(tx, WITHDRAWAL, [id]);
      return ok({ id });
    },
    async ({ id }) => presentWithdrawal(context, (await store.readWithdrawal(context.db, id))!),
  );
  context.sender.wake();
  return result;
}

/** Registers how a copy is sent out and what happens when it has arrived, or never will. */
export function registerWithdrawals({ chain, db, keys, log, sender }: NftsContext): void {
  sender.register({
    name: WITHDRAWAL,
    async build(id) {
      const withdrawal = (await store.readWithdrawal(db, id))!;
      const [feePayer, authority] = await Promise.all([
        keys.signer(KEYS.feePayer),
        keys.signer(withdrawal.holderPath),
      ]);
      return chain.signTokenTransfer({
        feePayer,
        authority,
        program: 'token-2022',
        mint: withdrawal.mint,
        toOwner: withdrawal.address,
        amount: 1n,
        decimals: 0,
        reference: id,
      });
    },
    async onFinal(tx, { reference: id, signature }) {
      const { copyId, accountId } = (await store.readWithdrawal(tx, id))!;
      const copy = (await lockCopies(tx, [copyId])).get(copyId)!;
      await store.finishWithdrawal(tx, id, copyId, signature);
      const transactionId = await openTransaction(tx, 'copy_withdrawal', id);
      await moveCopies(tx, [{ copyId, fromId: accountId, toId: CHAIN, epoch: copy.epoch, transactionId }]);
      await publish(tx, [
        { topic: `user:${accountId}`, type: 'copy.withdrawn', data: { copyId, signature } },
        ...movedEvents('withdrawal', [
          { copyId, cardId: copy.cardId, epoch: copy.epoch + 1n, fromId: accountId, toId: CHAIN },
        ]),
      ]);
    },
    async onFailed(tx, { reference: id, reason }) {
      log.warn({ withdrawalId: id, reason }, 'a copy could not be sent and stays with its owner');
      await freeCopies(tx, [id]);
      await store.returnWithdrawal(tx, id);
    },
  });
}
