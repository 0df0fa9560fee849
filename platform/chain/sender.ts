import type { Sql, Tx } from '../db/database.ts';
import type { Job } from '../jobs/runner.ts';
import type { Result } from './result.ts';
import type { BuildError, SignedTransaction } from './sign.ts';

/** How far a transaction is on its way to the chain. */
export type SendState = 'requested' | 'signed' | 'sent' | 'final' | 'failed';

export interface SentTransaction {
  purpose: string;
  reference: string;
  state: SendState;
  signature: string | null;
}

/** Why there is no signature: for good, or `not_yet`, which is asked again later. */
export type NoTransaction = BuildError | { code: 'not_yet'; detail: string };

/** A request that is final on chain. */
export interface Final {
  reference: string;
  signature: string;
  feeLamports: bigint;
}

/** A kind of chain transaction: how it is made, and what its end means to its owner. */
export interface Purpose {
  name: string;
  /**
   * Signs the transaction of a reference anew. May be called more than once; only what is stored is sent.
   * Payments that could be alike must carry something of their own, such as a memo with the reference, or
   * two of them could become one transaction. `not_yet` is asked again with growing pauses, for about a day
   * of running time; any other refusal ends the request as failed.
   */
  build(reference: string): Promise<Result<SignedTransaction, NoTransaction>>;
  /** Like `build` for many references at once, in their order, for a purpose that comes in thousands. */
  buildMany?(references: string[]): Promise<Result<SignedTransaction, NoTransaction>[]>;
  /** It is final on chain. Runs exactly once, in the transaction that records it. */
  onFinal(tx: Tx, done: Final): Promise<void>;
  /**
   * Like `onFinal` for many at once, all recorded in the one transaction `tx`. Where it throws, nothing is
   * recorded and `onFinal` is called for each by itself. Whatever order it locks rows in must suit any set.
   */
  onFinalMany?(tx: Tx, done: Final[]): Promise<void>;
  /** It is not on chain and never will be. Runs exactly once, in the transaction that records it. */
  onFailed(tx: Tx, failed: { reference: string; reason: string }): Promise<void>;
}

/**
 * Brings transactions onto the chain, each exactly once whatever crashes: a request is written in the
 * caller's transaction, signature and bytes are stored before they are broadcast, and a new signature is
 * made only when the old one can no longer take effect.
 */
export interface Sender {
  /** Asks for a transaction, in the caller's transaction. (purpose, reference) is unique; repeating is harmless. */
  request(tx: Tx, purpose: string, references: string[]): Promise<void>;
  /** Adds a kind of transaction that this process sends. */
  register(purpose: Purpose): void;
  /** What became of requests; references without one are left out. */
  find(sql: Sql, purpose: string, references: string[]): Promise<SentTransaction[]>;
  /** Looks for work now instead of at the next time; call it after a commit. */
  wake(): void;
  /** The loops: signing, broadcasting, following until final. */
  jobs: Job[];
}
