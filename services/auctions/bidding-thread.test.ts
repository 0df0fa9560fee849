import { isDatabaseDown, transaction } from '@ece/platform/db/database';
import { PeerFailed } from '@ece/platform/http/remote';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { keepTrace, record, recordTo, type Span, traceToKeep } from '@ece/platform/telemetry/spans';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { auctions } from './api.ts';
import type { Batch } from './batch.ts';
import { batchesOf, thrownOf, toMessage } from './bidding-messages.ts';
import { BiddingThread } from './bidding-thread.ts';
import type { BidRequest } from './bids.ts';

let database: ServiceDatabase;
const log = createLogger({ level: 'silent', format: 'json' });

beforeAll(async () => {
  database = await serviceDatabase([auctions.migrations]);
});
afterAll(() => database.close());

const request = (maximum: bigint): BidRequest => ({
  call: { accountId: newId(), key: newId(), operation: 'POST /auctions/:id/bids', hash: 'ab'.repeat(32) },
  maximum,
});
const batches = (): Batch<BidRequest>[] => [
  { auctionId: newId(), requests: [request(1n), request(2n)] },
  { auctionId: newId(), requests: [request(3_000_000n)] },
];
const open = () => new BiddingThread({ database: { address: database.connection }, connections: 1 }, log);
const gone = [{ ok: false, error: { code: 'not_found' } }];

test('batches arrive as they were sent', () => {
  const sent = batches();
  expect(batchesOf(structuredClone(toMessage(1, sent, {})))).toEqual(sent);
});

test('they bring along their place in a trace that is recorded, and what they store keeps it', async () => {
  const traceOf = async (flags: string) => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}`;
    const span: Span = { traceparent, set() {}, fail() {}, end() {} };
    recordTo({ start: () => span, report() {} });
    const { trace } = await record('a call', {}, async () => toMessage(1, batches(), {}));
    recordTo(undefined);
    return [trace, keepTrace(trace, traceToKeep)];
  };
  expect(await traceOf('00')).toEqual([null, null]);
  const recorded = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  expect(await traceOf('01')).toEqual([recorded, recorded]);
});

test('each bid gets the result of its place, and the thread ends after what it has begun', async () => {
  const thread = open();
  const placed = thread.place(batches(), {});
  const stopped = thread.stop();
  expect(await placed).toEqual([[...gone, ...gone], gone]);
  await stopped;
  // Somebody who comes later finds a new one.
  expect(await thread.place(batches(), {})).toHaveLength(2);
  await thread.stop();
});

test('a thread that dies answers nobody as placed, and the next bids have a new one', async () => {
  const thread = open();
  await thread.place(batches(), {});
  const held = Promise.withResolvers<void>();
  const auctionId = newId();
  const locked = transaction(database.db, async (tx) => {
    await tx`lock table auctions.auctions in access exclusive mode`;
    const placed = thread.place([{ auctionId, requests: [request(1n)] }], {});
    await Promise.all([expect(placed).rejects.toBeInstanceOf(PeerFailed), thread.start().terminate()]);
    held.resolve();
    return { ok: true, value: undefined };
  });
  await Promise.all([held.promise, locked]);
  expect(await thread.place([{ auctionId, requests: [request(1n)] }], {})).toEqual([gone]);
  await thread.stop();
});

test('what a database that is away throws is known for it', async () => {
  const address = { ...database.connection, port: 1 };
  const thread = new BiddingThread({ database: { address }, connections: 1 }, log);
  const error = await thread.place(batches(), {}).catch((thrown: unknown) => thrown);
  expect(isDatabaseDown(error)).toBe(true);
  await thread.stop();
});

test('what was thrown keeps its words and codes, and nothing that cannot be handed over', () => {
  const error = Object.assign(new TypeError('broken'), { code: '40001', work: () => {} });
  const thrown = structuredClone(thrownOf(error));
  expect(thrown).toEqual({ name: 'TypeError', message: 'broken', code: '40001', stack: error.stack });
  expect(thrownOf('a word')).toEqual({ message: 'a word' });
});
