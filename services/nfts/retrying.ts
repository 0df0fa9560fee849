import { atomically } from '@ece/platform/db/database';
import type { NftsContext } from './api.ts';
import * as store from './mint-store.ts';
import { completeMints, referenceOf } from './minting.ts';
import { GROUP, MINT } from './purposes.ts';

/** After the last one an operator has to look; the log tells why. */
const MAX_ATTEMPTS = 8;
const BATCH = 50;

/** The transaction that made a mint which is on chain with this metadata; undefined where it is not there. */
async function maker({ chain }: NftsContext, mint: string, uri: string): Promise<string | undefined> {
  const nft = await chain.nft(mint, 'finalized');
  if (nft?.uri !== uri) return undefined;
  const entries = await chain.signaturesFor(mint);
  return entries.findLast((entry) => entry.err === null)?.signature;
}

/**
 * Tries failed groups and mints again. What the chain has already (the database may come from a backup that
 * is older than the chain) is taken as done; the rest is requested anew, at the same address as before.
 */
export async function retryFailed(context: NftsContext): Promise<void> {
  const { db, sender, hint } = context;
  for (const { id, mint, uri } of await store.failedGroups(db, MAX_ATTEMPTS)) {
    const signature = await maker(context, mint, uri);
    await atomically(db, async (tx) => {
      if (signature) return store.finishGroup(tx, id, signature);
      const attempt = await store.retryGroup(tx, id);
      if (attempt) await sender.request(tx, GROUP, [referenceOf(id, attempt)]);
    });
  }
  for (const { id, mint, uri } of await store.failedMints(db, MAX_ATTEMPTS, BATCH)) {
    const signature = await maker(context, mint, uri);
    await atomically(db, async (tx) => {
      if (signature) return completeMints(tx, [{ copyId: id, signature }]);
      const attempt = await store.retryMint(tx, id);
      if (attempt) await sender.request(tx, MINT, [referenceOf(id, attempt)]);
    });
  }
  sender.wake();
  hint();
}
