import { atomically } from '@ece/platform/db/database';
import type { Job } from '@ece/platform/jobs/runner';
import type { WalletContext } from './api.ts';
import { MIN_SWEEP } from './domain/limits.ts';
import * as store from './treasury-store.ts';
import { KEYS, type Wallets } from './wallets.ts';

/** The sweeps' purpose with the sender. */
export const SWEEP = 'wallet.sweep';
const BATCH = 100;

/** Registers how booked deposits are moved to the treasury. Nothing changes in the vault: it stays custody. */
export function registerSweeps({ db, chain, keys, sender }: WalletContext, wallets: Wallets): void {
  sender.register({
    name: SWEEP,
    async build(reference) {
      const sweep = await store.findSweep(db, reference);
      if (!sweep) return { ok: false, error: { code: 'invalid_input', detail: 'There is no such sweep.' } };
      const treasury = await wallets.treasury();
      return chain.signTokenTransfer({
        feePayer: await keys.signer(KEYS.feePayer),
        authority: await keys.signer(KEYS.deposit(sweep.accountId)),
        program: 'token',
        mint: treasury.mint,
        toOwner: treasury.address,
        amount: sweep.amount,
        decimals: 6,
        reference,
      });
    },
    onFinal: (tx, { reference, signature }) => store.endSweep(tx, reference, signature),
    onFailed: (tx, { reference }) => store.endSweep(tx, reference, null),
  });
}

/** Begins sweeps of what has been booked; small sums too where a withdrawal waits for money. */
export function sweepJob({ db, sender, pollMs }: WalletContext): Job {
  return {
    name: 'wallet.sweeps',
    everyMs: pollMs,
    async run() {
      const least = (await store.withdrawalsWait(db)) ? 1n : MIN_SWEEP;
      const begun = await atomically(db, async (tx) => {
        const ids = await store.insertSweeps(tx, least, BATCH);
        await sender.request(tx, SWEEP, ids);
        return ids.length;
      });
      if (begun > 0) sender.wake();
      return begun === BATCH;
    },
  };
}
