import { type NftHolder, tokenAccountAddress } from '@ece/platform/chain/client';
import { atomically } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { publish } from '@ece/platform/outbox/publish';
import { CHAIN, lockCopies, moveCopies, movedEvents, openTransaction } from '@ece/vault';
import type { NftsContext } from './api.ts';
import { KEYS } from './key-paths.ts';
import * as store from './transfer-store.ts';

/** Copies looked at in one turn; each costs the node a question. */
const BATCH = 100;
/** Transfers of one token account that are looked through for the one that brought the NFT. */
const HISTORY = 100;

/**
 * The transaction that brought an NFT to where it is, if it has not been counted: a node that lags behind may
 * still show a copy where it lay before its last withdrawal, and that is no deposit.
 */
async function arrival(
  { chain, db }: NftsContext,
  copyId: string,
  mint: string,
  holder: NftHolder,
): Promise<string | undefined> {
  const known = await store.readDepositTransactions(db, copyId);
  for (const entry of await chain.signaturesFor(holder.tokenAccount, { limit: HISTORY })) {
    if (known.has(entry.signature)) return undefined;
    const transaction = entry.err === null ? await chain.transaction(entry.signature) : undefined;
    const arrived = transaction?.tokenChanges.some(
      (change) => change.account === holder.tokenAccount && change.mint === mint && change.delta === 1n,
    );
    if (arrived) return entry.signature;
  }
  return undefined;
}

async function credit(context: NftsContext, deposit: Omit<store.NewDeposit, 'id'>): Promise<boolean> {
  const { copyId, accountId } = deposit;
  return atomically(context.db, async (tx) => {
    const copy = (await lockCopies(tx, [copyId])).get(copyId);
    if (copy?.ownerId !== CHAIN) return false;
    const id = newId();
    if (!(await store.insertDeposit(tx, { id, ...deposit }, KEYS.deposit(accountId)))) return false;
    const transactionId = await openTransaction(tx, 'copy_deposit', id);
    await moveCopies(tx, [{ copyId, fromId: CHAIN, toId: accountId, epoch: copy.epoch, transactionId }]);
    const { cardId, epoch } = copy;
    await publish(tx, [
      { topic: `user:${accountId}`, type: 'copy.deposited', data: { copyId } },
      ...movedEvents('deposit', [{ copyId, cardId, epoch: epoch + 1n, fromId: CHAIN, toId: accountId }]),
    ]);
    return true;
  });
}

/**
 * True for the associated token account, the only one that copies are sent from: what lies in another account
 * of the same owner could be credited, but not be withdrawn again.
 */
async function isUsual(holder: NftHolder, mint: string): Promise<boolean> {
  return holder.tokenAccount === (await tokenAccountAddress(holder.owner, mint, 'token-2022'));
}

/**
 * Looks where some of the copies outside are by now. One whose finalized holder is an account's deposit
 * address, in its associated token account, becomes that account's. Any number of processes may look at once: the copy's row orders them, and
 * a transaction counts once.
 */
export async function watchDeposits(context: NftsContext): Promise<void> {
  const { chain, db, hint, wallet } = context;
  const outside = await store.takeOutside(db, BATCH);
  if (outside.length === 0) return;
  const holders = await chain.nftHolders(
    outside.map(({ mint }) => mint),
    'finalized',
  );
  const owners = [...holders.values()].flatMap((holder) => (holder ? [holder.owner] : []));
  const accounts = await wallet.accountsOfAddresses([...new Set(owners)]);
  const accountOf = new Map(accounts.map(({ address, accountId }) => [address, accountId]));
  for (const { copyId, mint } of outside) {
    const holder = holders.get(mint);
    const accountId = holder && accountOf.get(holder.owner);
    if (!holder || !accountId || !(await isUsual(holder, mint))) continue;
    const transaction = await arrival(context, copyId, mint, holder);
    if (transaction && (await credit(context, { copyId, accountId, address: holder.owner, transaction })))
      hint();
  }
}
