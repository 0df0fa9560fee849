import type { Result } from '@ece/contract';
import { traceToKeep } from '@ece/platform/telemetry/spans';
import type { Batch } from './batch.ts';
import type { BidAnswer, BidRequest } from './bids.ts';

/** What the thread is told: batches of bids in columns, which are much faster to hand over than objects. */
export interface BidsMessage {
  id: number;
  auctionIds: string[];
  /** How many of the bids belong to each auction. */
  sizes: number[];
  accountIds: string[];
  keys: string[];
  operations: string[];
  hashes: string[];
  maxima: bigint[];
  /** The bidders' handles by their ids. */
  handles: Readonly<Record<string, string>>;
  /** Their place in a trace, where that is recorded. */
  trace: string | null;
}

/** What it answers with: the results in the order of the bids, or the properties of what was thrown. */
export type BidsAnswer = { id: number; results: Result<BidAnswer>[][] } | { id: number; thrown: Thrown };

/** What can be handed over of something thrown. */
export type Thrown = { message: string; stack?: string } & Record<string, unknown>;

/** Writes batches of bids as a message. */
export function toMessage(
  id: number,
  batches: Batch<BidRequest>[],
  handles: Readonly<Record<string, string>>,
): BidsMessage {
  const requests = batches.flatMap((batch) => batch.requests);
  return {
    id,
    auctionIds: batches.map(({ auctionId }) => auctionId),
    sizes: batches.map((batch) => batch.requests.length),
    accountIds: requests.map(({ call }) => call.accountId),
    keys: requests.map(({ call }) => call.key),
    operations: requests.map(({ call }) => call.operation),
    hashes: requests.map(({ call }) => call.hash),
    maxima: requests.map(({ maximum }) => maximum),
    handles,
    trace: traceToKeep(),
  };
}

/** The bids of a message, as `placeBids` takes them. */
export function batchesOf(message: BidsMessage): Batch<BidRequest>[] {
  let next = 0;
  return message.auctionIds.map((auctionId, index) => {
    const first = next;
    next += message.sizes[index]!;
    const requests = Array.from({ length: next - first }, (_, i): BidRequest => {
      const at = first + i;
      return {
        call: {
          accountId: message.accountIds[at]!,
          key: message.keys[at]!,
          operation: message.operations[at]!,
          hash: message.hashes[at]!,
        },
        maximum: message.maxima[at]!,
      };
    });
    return { auctionId, requests };
  });
}

/** Its words, its trace, and plain properties such as codes. */
export function thrownOf(error: unknown): Thrown {
  if (!(error instanceof Error)) return { message: String(error) };
  const plain = Object.entries(error).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return {
    ...Object.fromEntries(plain),
    ...{ name: error.name, message: error.message },
    ...(error.stack && { stack: error.stack }),
  };
}
