import {
  type Base64EncodedWireTransaction,
  getBase64Encoder,
  getSignatureFromTransaction,
  getTransactionDecoder,
  isSignature,
  isSolanaError,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_NODE_UNHEALTHY,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
  SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED,
  SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND,
} from '@solana/kit';
import { describeError } from './describe-error.ts';
import { eachOf } from './each-of.ts';
import { fail, ok, type Result } from './result.ts';
import { ChainError, type Connection } from './rpc.ts';

/** What the chain knows of a signature at this moment. */
export interface TransactionStatus {
  state: 'unknown' | 'processed' | 'confirmed' | 'finalized';
  /** Why the transaction failed, as the chain's own words in JSON; null if it did not. */
  err: string | null;
  slot: bigint | null;
}

/** What has become of a transaction that was signed and perhaps sent. */
export type Settlement = 'pending' | 'final' | 'failed' | 'expired';

/**
 * Why a node did not take a transaction. `rejected` and `blockhash_expired` are this node's opinion now:
 * an earlier broadcast may still land, so only `settlements` says whether a replacement is safe.
 */
export type BroadcastError = { code: 'rejected' | 'blockhash_expired' | 'unreachable'; detail: string };

const UNKNOWN: TransactionStatus = { state: 'unknown', err: null, slot: null };
const STATUS_BATCH = 256;
const SINGLES = 16;

/**
 * Decides what has become of a transaction.
 *
 * - `final` and `failed`: included in a finalized block, which no fork can undo; `failed` changed nothing
 *   but the fee. A failure that is only confirmed may still turn out otherwise, so it is `pending`.
 * - `expired`: unknown, and the FINALIZED block height has passed `lastValidBlockHeight`. A block beyond
 *   that height cannot include it, and every block up to it is settled without it: then and only then is
 *   it safe to sign a replacement. The processed or confirmed height would not do, because a fork that
 *   wins later may hold the transaction.
 *
 * `finalizedBlockHeight` must have been read BEFORE `status`, else the transaction may have been
 * finalized between the two reads. `settlements` of the client reads them in that order.
 */
export function settleStatus(
  status: TransactionStatus,
  lastValidBlockHeight: bigint,
  finalizedBlockHeight: bigint,
): Settlement {
  if (status.state === 'finalized') return status.err === null ? 'final' : 'failed';
  if (status.state === 'unknown' && finalizedBlockHeight > lastValidBlockHeight) return 'expired';
  return 'pending';
}

function signatureOf(wire: string): string | undefined {
  try {
    return getSignatureFromTransaction(getTransactionDecoder().decode(getBase64Encoder().encode(wire)));
  } catch {
    return undefined;
  }
}

function broadcastError(error: unknown): BroadcastError | 'known' {
  if (error instanceof ChainError) {
    return { code: error.code === 'unreachable' ? 'unreachable' : 'rejected', detail: error.message };
  }
  if (isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_NODE_UNHEALTHY)) {
    return { code: 'unreachable', detail: 'The node has not caught up with the chain.' };
  }
  if (isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE)) {
    const { cause } = error;
    if (isSolanaError(cause, SOLANA_ERROR__TRANSACTION_ERROR__ALREADY_PROCESSED)) return 'known';
    const expired = isSolanaError(cause, SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND);
    const detail = cause instanceof Error ? cause.message : error.message;
    return { code: expired ? 'blockhash_expired' : 'rejected', detail };
  }
  if (isSolanaError(error)) return { code: 'rejected', detail: error.message };
  throw error;
}

/** Sending, and finding out what became of it. */
export function createStatusQueries({ rpc, read, batch }: Connection) {
  /** The statuses, and the lowest slot that an answering node had reached. */
  async function collectStatuses(signatures: readonly string[]) {
    const unique = [...new Set(signatures)].filter(isSignature);
    const found = new Map<string, TransactionStatus>(signatures.map((signature) => [signature, UNKNOWN]));
    let oldestAnswer: bigint | undefined;
    for (let at = 0; at < unique.length; at += STATUS_BATCH) {
      const batch = unique.slice(at, at + STATUS_BATCH);
      const { context, value } = await read(
        rpc.getSignatureStatuses(batch, { searchTransactionHistory: true }),
      );
      if (oldestAnswer === undefined || context.slot < oldestAnswer) oldestAnswer = context.slot;
      for (const [index, status] of value.entries()) {
        if (status === null) continue;
        found.set(batch[index]!, {
          // The node leaves the state out for what it only finds in its history: that is final.
          state: status.confirmationStatus ?? 'finalized',
          err: status.err === null ? null : describeError(status.err),
          slot: status.slot,
        });
      }
    }
    return { found, oldestAnswer };
  }

  /**
   * The statuses of signatures, the whole history searched, asked in batches of 256. Every signature
   * asked for has an entry; a text that is no signature is `unknown`.
   */
  async function statuses(signatures: readonly string[]): Promise<Map<string, TransactionStatus>> {
    return (await collectStatuses(signatures)).found;
  }

  /**
   * What has become of signed transactions, by signature, by the rule of `settleStatus`. Behind a load
   * balancer two questions may reach two nodes: where the one that gave the statuses lags behind the one
   * that gave the height, nothing counts as expired yet.
   */
  async function settlements(
    sent: readonly { signature: string; lastValidBlockHeight: bigint }[],
  ): Promise<Map<string, Settlement>> {
    const { blockHeight, absoluteSlot } = await read(rpc.getEpochInfo({ commitment: 'finalized' }));
    const { found, oldestAnswer } = await collectStatuses(sent.map((each) => each.signature));
    const height = oldestAnswer !== undefined && oldestAnswer >= absoluteSlot ? blockHeight : -1n;
    return new Map(
      sent.map(({ signature, lastValidBlockHeight }) => [
        signature,
        settleStatus(found.get(signature) ?? UNKNOWN, lastValidBlockHeight, height),
      ]),
    );
  }

  /**
   * Sends a signed transaction. Sending the same bytes again is harmless and counts as success, also when
   * they were included long ago (included, not necessarily without an error of its own: ask `statuses`).
   * Success means that a node took it, not that it will be included.
   */
  async function broadcast(wire: string): Promise<Result<void, BroadcastError>> {
    const signature = signatureOf(wire);
    if (signature === undefined) return fail('rejected', 'These bytes are not a signed transaction.');
    try {
      await rpc
        .sendTransaction(wire as Base64EncodedWireTransaction, {
          encoding: 'base64',
          preflightCommitment: 'confirmed',
        })
        .send();
      return ok(undefined);
    } catch (thrown) {
      const error = broadcastError(thrown);
      if (error === 'known') return ok(undefined);
      if (error.code === 'unreachable') return { ok: false, error };
      // An included transaction whose block has aged is refused as any other old one is.
      const known = await statuses([signature]).catch(() => new Map<string, TransactionStatus>());
      const included = (known.get(signature) ?? UNKNOWN).state !== 'unknown';
      return included ? ok(undefined) : { ok: false, error };
    }
  }

  /**
   * Sends signed transactions in batches; gives for each, in order, what `broadcast` gives. What a node does
   * not take from a batch is sent once more by itself, which is harmless and tells why.
   */
  async function broadcastAll(wires: readonly string[]): Promise<Result<void, BroadcastError>[]> {
    const options = { encoding: 'base64', preflightCommitment: 'confirmed' };
    let taken: unknown[];
    try {
      taken = await batch(
        'sendTransaction',
        wires.map((wire) => [wire, options]),
      );
    } catch (error) {
      const unreachable = broadcastError(error);
      if (unreachable === 'known') throw error;
      return wires.map(() => ({ ok: false, error: unreachable }));
    }
    const results: Result<void, BroadcastError>[] = taken.map(() => ok(undefined));
    const refused = [...taken.keys()].filter((index) => taken[index] === undefined);
    await eachOf(refused, SINGLES, async (index) => {
      results[index] = await broadcast(wires[index]!);
    });
    return results;
  }

  return { broadcast, broadcastAll, statuses, settlements };
}
