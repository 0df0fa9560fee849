import { formatMoney } from '@ece/contract';
import { eachOf } from '@ece/platform/chain/each-of';
import { atomically, type Tx } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import type { Job } from '@ece/platform/jobs/runner';
import { publish } from '@ece/platform/outbox/publish';
import { CHAIN, transferMany } from '@ece/vault';
import type { WalletContext } from './api.ts';
import { FAUCET } from './faucet.ts';
import * as store from './store.ts';
import type { Wallets } from './wallets.ts';

/** USDC that arrived at a deposit address in one transaction. */
interface Arrival {
  signature: string;
  amount: bigint;
}

/** Token accounts of one question to a node. */
const BALANCES = 100;
/** Addresses of one look; with more of them a deposit is found a look or more later. */
const ADDRESSES = 2_000;
/** Addresses that are read at the same time: each is a few questions to the node, one after the other. */
const ADDRESSES_AT_ONCE = 4;
const SIGNATURES = 1_000;
const READS = 8;
/** Arrivals that one transaction books. */
const BOOKED_AT_ONCE = 100;

/**
 * Watches the deposit addresses. What an address holds in finalized blocks is compared with what has been
 * booked from it and swept away; where they differ, the signatures since the last known one are read. An
 * arrival is booked once, whoever reads it how often: (signature, token account) is unique.
 *
 * The comparison sees every arrival, because a sweep counts as swept only once it is final: an arrival that
 * hides behind a sweep of the same amount shows when that sweep is recorded.
 */
export function depositJob(context: WalletContext, wallets: Wallets): Job {
  const { db, chain, log, pollMs, hint } = context;
  let after: string | undefined;

  async function differing(addresses: store.AddressRow[]): Promise<store.AddressRow[]> {
    const accounts = addresses.map((address) => address.tokenAccount);
    const balances = await chain.tokenBalances(accounts, 'finalized');
    return addresses.filter((address, index) => (balances[index] ?? 0n) !== address.credited - address.swept);
  }

  return {
    name: 'wallet.deposits',
    everyMs: pollMs,
    async run() {
      const mint = await wallets.mint();
      for (let seen = 0; seen < ADDRESSES; seen += BALANCES) {
        const addresses = await store.addressesAfter(db, after, BALANCES);
        after = addresses.length === BALANCES ? addresses.at(-1)!.accountId : undefined;
        await eachOf(await differing(addresses), ADDRESSES_AT_ONCE, async (address) => {
          const booked = await readAddress(context, mint, address);
          if (booked > 0) {
            log.info({ accountId: address.accountId, deposits: booked }, 'deposits booked');
            hint();
          }
        });
        if (after === undefined) break;
      }
      return false;
    },
  };
}

/**
 * Reads an address's history back to the last known signature, newest page first, and books what arrived.
 * The last known signature moves on only when every page is booked, so an interrupted reading is repeated.
 * @returns how many arrivals were booked now
 */
async function readAddress(context: WalletContext, mint: string, to: store.AddressRow): Promise<number> {
  const { db, chain } = context;
  let newest: string | undefined;
  let before: string | undefined;
  let booked = 0;
  for (;;) {
    const entries = await chain.signaturesFor(to.tokenAccount, {
      until: to.lastSignature ?? undefined,
      before,
      limit: SIGNATURES,
    });
    // Only an empty page is the last: a node may give fewer than it was asked for.
    if (entries.length === 0) break;
    newest ??= entries[0]!.signature;
    const succeeded = entries.filter((entry) => entry.err === null).map((entry) => entry.signature);
    const known = await store.bookedSignatures(db, to.tokenAccount, succeeded);
    const unknown = succeeded.filter((signature) => !known.has(signature)).reverse();
    for (let at = 0; at < unknown.length; at += BOOKED_AT_ONCE) {
      const arrivals = await readArrivals(context, mint, to, unknown.slice(at, at + BOOKED_AT_ONCE));
      // A node that lags behind the one that gave the list: the next look begins again.
      if (arrivals === undefined) return booked;
      if (arrivals.length > 0) booked += await atomically(db, (tx) => book(tx, context, to, arrivals));
    }
    before = entries.at(-1)!.signature;
  }
  if (newest) await store.setLastSignature(db, to.accountId, newest);
  return booked;
}

/** What arrived with some signatures, in their order; undefined when the node does not know one of them. */
async function readArrivals(
  { chain }: WalletContext,
  mint: string,
  to: store.AddressRow,
  signatures: string[],
): Promise<Arrival[] | undefined> {
  const amounts = new Map<string, bigint>();
  await eachOf(signatures, READS, async (signature) => {
    const transaction = await chain.transaction(signature);
    if (!transaction) return;
    const change = transaction.tokenChanges.find(
      (each) => each.account === to.tokenAccount && each.mint === mint,
    );
    amounts.set(signature, change?.delta ?? 0n);
  });
  if (amounts.size < signatures.length) return undefined;
  // What leaves is the exchange's own sweep: nobody else has the key.
  return signatures
    .map((signature) => ({ signature, amount: amounts.get(signature)! }))
    .filter((arrival) => arrival.amount > 0n);
}

/** Books arrivals: the transfer rows, the account's money and the events, all of it or nothing. */
async function book(
  tx: Tx,
  { sender }: WalletContext,
  to: store.AddressRow,
  arrivals: Arrival[],
): Promise<number> {
  await store.lockAddress(tx, to.accountId);
  const open = await store.openFaucetPayments(tx, to.accountId);
  const sent = await sender.find(tx, FAUCET, open);
  const faucetOf = new Map(sent.map((each) => [each.signature, each.reference]));
  const booked: { id: string; amount: bigint; at?: Date }[] = [];
  for (const { signature, amount } of arrivals) {
    const payment = faucetOf.get(signature);
    if (payment) {
      const row = await store.finishFaucet(tx, payment, { to, amount, signature });
      if (row) booked.push({ id: row.id, amount, at: row.bookedAt ?? undefined });
      continue;
    }
    const id = newId();
    if (await store.insertDeposit(tx, { id, to, amount, signature })) booked.push({ id, amount });
  }
  if (booked.length === 0) return 0;
  const results = await transferMany(
    tx,
    booked.map(({ id, amount, at }) => ({
      kind: 'deposit' as const,
      reference: id,
      at,
      postings: [
        { accountId: CHAIN, amount: -amount },
        { accountId: to.accountId, amount },
      ],
    })),
  );
  if (!results.every((result) => result.ok))
    throw new Error('unreachable: the chain account may be negative');
  await store.addCredited(
    tx,
    to.accountId,
    booked.reduce((sum, each) => sum + each.amount, 0n),
  );
  await publish(
    tx,
    booked.map(({ id, amount }) => ({
      topic: `user:${to.accountId}`,
      type: 'wallet.deposited',
      data: { transferId: id, amount: formatMoney(amount) },
    })),
  );
  return booked.length;
}
