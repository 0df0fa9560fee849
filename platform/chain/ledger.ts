import { type Blockhash, type Commitment, lamports as toLamports } from '@solana/kit';
import { toAddress } from './addresses.ts';
import type { Connection } from './rpc.ts';

/** A recent block, which a transaction names so that it cannot be used after a minute or so. */
export interface RecentBlockhash {
  blockhash: Blockhash;
  /** The last block height at which a transaction that names it can be included. */
  lastValidBlockHeight: bigint;
}

const BLOCKHASH_AGE_MS = 400;
const RENT_AGE_MS = 60_000;
const RENT_ENTRIES = 1_000;

/** Keeps the answer to a question for a while, for a bounded number of questions; failures are not kept. */
function remember<K, V>(ask: (key: K) => Promise<V>, ageMs: number, entries: number): (key: K) => Promise<V> {
  const answers = new Map<K, { at: number; answer: Promise<V> }>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined && performance.now() - known.at < ageMs) return known.answer;
    if (answers.size >= entries) answers.clear();
    const entry = { at: performance.now(), answer: ask(key) };
    answers.set(key, entry);
    entry.answer.catch(() => {
      if (answers.get(key) === entry) answers.delete(key);
    });
    return entry.answer;
  };
}

/** Questions about the chain as a whole and about plain balances. All throw `ChainError` unless said. */
export function createLedger({ rpc, read }: Connection) {
  const askBlockhash = remember(
    async (_: 'latest'): Promise<RecentBlockhash> =>
      (await read(rpc.getLatestBlockhash({ commitment: 'confirmed' }))).value,
    BLOCKHASH_AGE_MS,
    1,
  );
  const askRent = remember(
    (bytes: bigint): Promise<bigint> => read(rpc.getMinimumBalanceForRentExemption(bytes)),
    RENT_AGE_MS,
    RENT_ENTRIES,
  );

  /** Whether the node answers and says it has caught up. Never throws. */
  async function health(): Promise<boolean> {
    return rpc
      .getHealth()
      .send()
      .then(
        (answer) => answer === 'ok',
        () => false,
      );
  }

  /** The current slot. */
  function slot(commitment: Commitment): Promise<bigint> {
    return read(rpc.getSlot({ commitment }));
  }

  /** The number of blocks below the current one; unlike the slot it does not count skipped blocks. */
  function blockHeight(commitment: Commitment): Promise<bigint> {
    return read(rpc.getBlockHeight({ commitment }));
  }

  /** What tells one chain from another (mainnet, devnet, each local one). */
  function genesisHash(): Promise<string> {
    return read(rpc.getGenesisHash());
  }

  /** Asks a local or development chain for lamports; gives the signature, which is not final yet. */
  function airdrop(address: string, lamports: bigint): Promise<string> {
    return read(rpc.requestAirdrop(toAddress(address), toLamports(lamports)));
  }

  /** Lamports of an address; 0 for one that was never used. */
  async function balance(address: string, commitment: Commitment = 'confirmed'): Promise<bigint> {
    return (await read(rpc.getBalance(toAddress(address), { commitment }))).value;
  }

  /** A block for new transactions to name, confirmed and at most one slot (400 ms) out of date. */
  function latestBlockhash(): Promise<RecentBlockhash> {
    return askBlockhash('latest');
  }

  /** Lamports that an account of so many bytes must hold to be kept; remembered for a minute. */
  function rentFor(bytes: number): Promise<bigint> {
    return askRent(BigInt(bytes));
  }

  return { health, slot, blockHeight, genesisHash, airdrop, balance, latestBlockhash, rentFor };
}

/** See `createLedger`. */
export type Ledger = ReturnType<typeof createLedger>;
