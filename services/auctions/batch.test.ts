import { ok, type Result, refuse } from '@ece/contract';
import { expect, test } from 'vitest';
import { type Batch, Batcher, type BatchLimits } from './batch.ts';

const limits: BatchLimits = { bids: 4, gather: 6, waiting: 8, total: 20, lanes: 2 };
type Applied = { batches: Batch<number>[]; commit(): void; fail(error: Error): void };

/** A batcher whose transactions wait until the test ends them. */
function held(change: Partial<BatchLimits> = {}) {
  const applied: Applied[] = [];
  const batcher = new Batcher<number, string>(
    (batches) => {
      const { promise, resolve, reject } = Promise.withResolvers<Result<string>[][]>();
      const results = batches.map(({ auctionId, requests }) =>
        requests.map((n) => (n < 0 ? refuse('bid_too_low') : ok(`${auctionId}${n}`))),
      );
      applied.push({ batches, commit: () => resolve(results), fail: reject });
      return promise;
    },
    { ...limits, ...change },
  );
  return { batcher, applied };
}

/** Lets everything happen that needs nothing from outside. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

const requestsOf = ({ batches }: Applied) => batches.map((batch) => `${batch.auctionId}:${batch.requests}`);

test('what comes in one turn shares a transaction; what comes while it commits shares the next', async () => {
  const { batcher, applied } = held();
  const first = [1, 2].map((n) => batcher.submit('a', n));
  await settle();
  const second = [3, -4, 5].map((n) => batcher.submit('a', n));
  await settle();
  expect(applied.map(requestsOf)).toEqual([['a:1,2']]);
  applied[0]!.commit();
  await settle();
  expect(applied.map(requestsOf)).toEqual([['a:1,2'], ['a:3,-4,5']]);
  applied[1]!.commit();
  expect(await Promise.all(first)).toEqual([ok('a1'), ok('a2')]);
  expect(await Promise.all(second)).toEqual([ok('a3'), refuse('bid_too_low'), ok('a5')]);
});

test('nobody is answered before the commit', async () => {
  const { batcher, applied } = held();
  let answered = false;
  const bid = batcher.submit('a', 1).then(() => {
    answered = true;
  });
  await settle();
  expect(answered).toBe(false);
  applied[0]!.commit();
  await bid;
  expect(answered).toBe(true);
});

test('a quiet auction does not wait for a busy one, and no more transactions run than there are lanes', async () => {
  const { batcher, applied } = held();
  for (let n = 0; n < 8; n++) void batcher.submit('busy', n);
  await settle();
  void batcher.submit('quiet', 1);
  await settle();
  expect(applied.map(requestsOf)).toEqual([['busy:0,1,2,3'], ['quiet:1']]);
  void batcher.submit('third', 1);
  await settle();
  expect(applied).toHaveLength(2);
  applied[1]!.commit();
  await settle();
  expect(applied.map(requestsOf).slice(2)).toEqual([['third:1']]);
});

test('the fault of one auction fails its own bids alone', async () => {
  let transactions = 0;
  const batcher = new Batcher<number, string>(async (batches) => {
    transactions++;
    if (batches.some(({ auctionId }) => auctionId === 'bad')) throw new Error('a bug');
    return batches.map(({ requests }) => requests.map((n) => ok(`${n}`)));
  }, limits);
  const results = await Promise.allSettled([
    batcher.submit('a', 1),
    batcher.submit('bad', 2),
    batcher.submit('c', 3),
    batcher.submit('bad', 4),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(transactions).toBe(4);
  // The batcher goes on.
  expect(await batcher.submit('a', 5)).toEqual(ok('5'));
});

test('what does not fit is refused at once, and there is room again after the commit', async () => {
  const { batcher, applied } = held();
  const bids = Array.from({ length: 9 }, (_, n) => batcher.submit('a', n));
  expect(await bids[8]).toEqual(refuse('overloaded'));
  expect(batcher.waiting).toBe(8);
  await settle();
  expect(batcher.waiting).toBe(4);
  const later = batcher.submit('a', 9);
  for (let i = 0; i < 3; i++) {
    applied[i]!.commit();
    await settle();
  }
  expect(await later).toEqual(ok('a9'));
  expect(batcher.waiting).toBe(0);
});
