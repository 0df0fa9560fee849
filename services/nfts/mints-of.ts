import type { Database } from '@ece/platform/db/database';
import type { NftsContext } from './api.ts';
import { BoundedCache } from './bounded-cache.ts';
import { type MintRow, readMints } from './mint-store.ts';

/** Some hundred bytes each. */
const MOST = 50_000;

/** What answers show of a copy's mint. */
export type Minted = Pick<MintRow, 'state' | 'mint' | 'metadataUri' | 'transaction'>;

/** Gives the mints of copies by the copies' ids; a copy without one is left out. */
export type MintsOf = (copyIds: string[]) => Promise<ReadonlyMap<string, Minted>>;

/** What the answers about copies are made from. */
export interface CopyContext extends NftsContext {
  mintsOf: MintsOf;
}

/** Keeps in memory what a mint that is final says, as it never changes again; others are read each time. */
export function createMintsOf(db: Database): MintsOf {
  const final = new BoundedCache<Minted>(MOST);
  return async (copyIds) => {
    const unfinished: [string, Minted][] = [];
    const known = await final.get(copyIds, async (missing) => {
      const found: [string, Minted][] = [];
      for (const { copyId, state, mint, metadataUri, transaction } of await readMints(db, missing)) {
        const list = state === 'final' ? found : unfinished;
        list.push([copyId, { state, mint, metadataUri, transaction }]);
      }
      return found;
    });
    return unfinished.length === 0 ? known : new Map([...known, ...unfinished]);
  };
}
