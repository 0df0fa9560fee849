import { atomically, type Database } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { snapshotsOf } from '@ece/platform/invariants';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import {
  CHAIN,
  FEES,
  importCopies,
  listSales,
  lockCopies,
  openAccounts,
  type PastSettlement,
  readBalance,
  readCopies,
  readProvenance,
  settle,
  settlePast,
  transferMany,
  vaultChecks,
} from './index.ts';

let database: ServiceDatabase;
let db: Database;
beforeAll(async () => {
  database = await serviceDatabase();
  db = database.db;
});
afterAll(() => database.close());

const USDC = 1_000_000n;
const START = Date.UTC(2025, 0, 1);

/** People with money, and copies that the first of them owns. */
async function world(people: number, copies: number, purse = 1_000n * USDC) {
  const ids = Array.from({ length: people }, newId);
  const cardId = newId();
  const copyIds = Array.from({ length: copies }, newId);
  await atomically(db, async (tx) => {
    await openAccounts(tx, ids);
    await transferMany(
      tx,
      ids.map((accountId) => ({
        kind: 'deposit',
        reference: newId(),
        postings: [
          { accountId: CHAIN, amount: -purse },
          { accountId, amount: purse },
        ],
      })),
    );
    await importCopies(
      tx,
      copyIds.map((id, index) => ({ id, cardId, serial: index + 1, ownerId: ids[0]! })),
      new Date(START),
    );
  });
  return { ids, cardId, copyIds };
}

function sale(copyId: string, sellerId: string, buyerId: string, more: Partial<PastSettlement> = {}) {
  return {
    venue: 'listing' as const,
    reference: newId(),
    copyId,
    sellerId,
    buyerId,
    price: 10n * USDC,
    feeBasisPoints: 250,
    royaltyBasisPoints: 500,
    royaltyAccountId: sellerId,
    at: new Date(START + 86_400_000),
    ...more,
  };
}

const settleAll = (sales: PastSettlement[]) => atomically(db, (tx) => settlePast(tx, sales));

async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const check of vaultChecks()) {
    const report = await check.run(snapshotsOf(db));
    found.push(...report.findings.map(({ subject, problem }) => `${subject} ${problem}`));
  }
  return found;
}

test('a copy that changes hands often in one batch is booked step by step, dated as it was', async () => {
  const { ids, copyIds, cardId } = await world(3, 1);
  const [ann, ben, cleo] = ids as [string, string, string];
  const [copyId] = copyIds as [string];
  const before = (await readBalance(db, FEES))!.available;
  const at = (day: number) => new Date(START + day * 86_400_000);
  const settled = await settleAll([
    sale(copyId, ann, ben, { at: at(1) }),
    sale(copyId, ben, cleo, { at: at(2), royaltyAccountId: ann, price: 20n * USDC }),
    sale(copyId, cleo, ann, { at: at(3), price: 30n * USDC, royaltyAccountId: ann }),
  ]);
  expect(settled.map(({ epoch }) => epoch)).toEqual([0n, 1n, 2n]);
  expect(await readCopies(db, [copyId])).toMatchObject([{ ownerId: ann, epoch: 3n, commitment: null }]);
  const [a, b, c] = await Promise.all(ids.map((id) => readBalance(db, id)));
  expect(a!.available).toBe(1_000n * USDC + 9_750_000n + 1_000_000n - 30_000_000n + 1_500_000n);
  expect(b!.available).toBe(1_000n * USDC - 10_000_000n + 18_500_000n);
  expect(c!.available).toBe(1_000n * USDC - 20_000_000n + 27_750_000n);
  expect((await readBalance(db, FEES))!.available - before).toBe(1_500_000n);
  const history = await readProvenance(db, copyId, undefined, 10);
  expect(history.map(({ at: date, price }) => [date.getTime(), price])).toEqual([
    [at(3).getTime(), 30n * USDC],
    [at(2).getTime(), 20n * USDC],
    [at(1).getTime(), 10n * USDC],
    [START, null],
  ]);
  expect(await listSales(db, { cardId }, 10)).toHaveLength(3);
  expect(await findings()).toEqual([]);
});

test('what could not have happened is not booked, and nothing of its batch is', async () => {
  const { ids, copyIds } = await world(2, 2, 15n * USDC);
  const [ann, ben] = ids as [string, string];
  const [first, second] = copyIds as [string, string];
  const good = sale(first, ann, ben);
  await expect(settleAll([good, sale(first, ann, ben)])).rejects.toThrow('not its seller’s');
  await expect(settleAll([good, sale(second, ann, ben)])).rejects.toThrow('did not have the money');
  await expect(settleAll([good, sale(newId(), ann, ben)])).rejects.toThrow('not its seller’s');
  await expect(settleAll([sale(first, ann, newId())])).rejects.toThrow('does not exist');
  await atomically(db, async (tx) => {
    await lockCopies(tx, [second]);
    await tx`update vault.copies set commitment_kind = 'listing', commitment_id = ${newId()} where id = ${second}`;
  });
  await expect(settleAll([sale(second, ann, ben)])).rejects.toThrow('not its seller’s');
  expect(await readCopies(db, [first])).toMatchObject([{ ownerId: ann, epoch: 0n }]);
  expect((await readBalance(db, ben))!.available).toBe(15n * USDC);
});

test('a batch leads to what settling its sales one by one leads to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          copy: fc.nat(2),
          buyer: fc.nat(3),
          price: fc.bigInt({ min: 1n, max: 5n * USDC }),
          fee: fc.integer({ min: 0, max: 1_000 }),
          royalty: fc.integer({ min: 0, max: 1_000 }),
          earner: fc.nat(3),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      async (drawn) => {
        const [bulk, single] = [await world(4, 3), await world(4, 3)];
        const plan = ({ ids, copyIds }: typeof bulk) => {
          const owner = new Map(copyIds.map((id) => [id, 0]));
          return drawn.flatMap(({ copy, buyer, price, fee, royalty, earner }) => {
            const copyId = copyIds[copy]!;
            const seller = owner.get(copyId)!;
            if (seller === buyer) return [];
            owner.set(copyId, buyer);
            const terms = { price, feeBasisPoints: fee, royaltyBasisPoints: royalty };
            return [sale(copyId, ids[seller]!, ids[buyer]!, { ...terms, royaltyAccountId: ids[earner]! })];
          });
        };
        await settleAll(plan(bulk));
        for (const past of plan(single)) {
          await atomically(db, async (tx) => {
            const copy = (await lockCopies(tx, [past.copyId])).get(past.copyId)!;
            const { royaltyBasisPoints, royaltyAccountId } = past;
            const items = [{ copy, royaltyBasisPoints, royaltyAccountId }];
            expect((await settle(tx, [{ ...past, items }]))[0]!.ok).toBe(true);
          });
        }
        const outcome = async ({ ids, copyIds }: typeof bulk) => ({
          balances: await Promise.all(ids.map(async (id) => (await readBalance(db, id))!.available)),
          owners: (await readCopies(db, copyIds))
            .toSorted((a, b) => copyIds.indexOf(a.id) - copyIds.indexOf(b.id))
            .map(({ ownerId, epoch }) => [ids.indexOf(ownerId), epoch]),
        });
        expect(await outcome(bulk)).toEqual(await outcome(single));
      },
    ),
    { numRuns: 25 },
  );
  expect(await findings()).toEqual([]);
});
