import { atomically, type Database, transaction } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import {
  CHAIN,
  commitCopies,
  createCopies,
  FEES,
  finishMint,
  hold,
  lockCopies,
  openAccounts,
  readBalance,
  readCopies,
  readEntries,
  readProvenance,
  release,
  salesOf,
  setHolds,
  settle,
  splitLot,
  splitPrice,
  swap,
  transfer,
} from './index.ts';

let database: ServiceDatabase;
let db: Database;
beforeAll(async () => {
  database = await serviceDatabase();
  db = database.db;
});
afterAll(() => database.close());

const USDC = 1_000_000n;

async function account(amount = 0n): Promise<string> {
  const id = newId();
  await atomically(db, async (tx) => {
    await openAccounts(tx, [id]);
    if (amount > 0n) {
      await transfer(tx, { kind: 'deposit', reference: null }, [
        { accountId: CHAIN, amount: -amount },
        { accountId: id, amount },
      ]);
    }
  });
  return id;
}

async function copyOf(ownerId: string): Promise<string> {
  const id = newId();
  await atomically(db, async (tx) => {
    await createCopies(tx, newId(), ownerId, [{ id, cardId: newId(), serial: 1 }]);
    await finishMint(tx, [id]);
  });
  return id;
}

async function sell(copyId: string, sellerId: string, buyerId: string, price: bigint) {
  return await transaction(db, async (tx) => {
    const copies = await lockCopies(tx, [copyId]);
    const [result] = await settle(tx, [
      {
        venue: 'listing',
        reference: newId(),
        sellerId,
        buyerId,
        price,
        feeBasisPoints: 250,
        items: [{ copy: copies.get(copyId)!, royaltyBasisPoints: 500, royaltyAccountId: sellerId }],
      },
    ]);
    return result!;
  });
}

describe('fees', () => {
  test('fee, royalty and the seller’s share always add up to the price and are never negative', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (price, fee, royalty) => {
          const split = splitPrice(price, fee, royalty);
          expect(split.fee + split.royalty + split.sellerReceives).toBe(price);
          expect(split.sellerReceives).toBeGreaterThanOrEqual(0n);
          expect(split.fee * 10_000n).toBeLessThanOrEqual(price * BigInt(fee));
        },
      ),
    );
  });

  test('a lot’s price is divided without loss and by at most one micro-USDC of difference', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 1, max: 50 }), (price, n) => {
        const parts = splitLot(price, n);
        expect(parts.reduce((a, b) => a + b, 0n)).toBe(price);
        expect(parts[0]! - parts.at(-1)!).toBeLessThanOrEqual(1n);
      }),
    );
  });
});

describe('holds', () => {
  test('a raise holds only the difference, and a new leader’s hold lets the old one go', async () => {
    const [ann, ben] = [await account(10n * USDC), await account(10n * USDC)];
    const key = { kind: 'auction', reference: newId() } as const;
    await transaction(db, (tx) => hold(tx, key, ann, 6n * USDC));
    await transaction(db, (tx) => hold(tx, key, ann, 9n * USDC));
    expect(await readBalance(db, ann)).toEqual({ available: 1n * USDC, held: 9n * USDC });
    await transaction(db, (tx) => hold(tx, key, ben, 10n * USDC));
    expect(await readBalance(db, ann)).toEqual({ available: 10n * USDC, held: 0n });
    expect(await readBalance(db, ben)).toEqual({ available: 0n, held: 10n * USDC });
    await atomically(db, (tx) => release(tx, [key, key]));
    expect(await readBalance(db, ben)).toEqual({ available: 10n * USDC, held: 0n });
  });

  test('what is not there cannot be held, and nothing of the set happens', async () => {
    const ann = await account(5n * USDC);
    const one = { kind: 'trade', reference: newId(), accountId: ann, amount: 3n * USDC } as const;
    const two = { ...one, reference: newId() };
    const result = await transaction(db, (tx) => setHolds(tx, [one, two]));
    expect(result).toMatchObject({ ok: false, error: { code: 'insufficient_funds' } });
    expect(await readBalance(db, ann)).toEqual({ available: 5n * USDC, held: 0n });
  });
});

describe('transfers', () => {
  test('postings that do not sum to zero are a bug', async () => {
    const ann = await account();
    await expect(
      atomically(db, (tx) =>
        transfer(tx, { kind: 'deposit', reference: null }, [{ accountId: ann, amount: 1n }]),
      ),
    ).rejects.toThrow('sum to zero');
  });

  test('held money cannot be spent', async () => {
    const ann = await account(5n * USDC);
    await transaction(db, (tx) => hold(tx, { kind: 'offer', reference: newId() }, ann, 4n * USDC));
    const spent = await transaction(db, (tx) =>
      transfer(tx, { kind: 'withdrawal', reference: null }, [
        { accountId: ann, amount: -2n * USDC },
        { accountId: FEES, amount: 2n * USDC },
      ]),
    );
    expect(spent.ok).toBe(false);
  });

  test('the statement shows each amount and the balance after it', async () => {
    const ann = await account(5n * USDC);
    await transaction(db, (tx) =>
      transfer(tx, { kind: 'withdrawal', reference: null }, [
        { accountId: ann, amount: -2n * USDC },
        { accountId: FEES, amount: 2n * USDC },
      ]),
    );
    const entries = await readEntries(db, ann, undefined, 10);
    expect(entries.map((e) => [e.kind, e.amount, e.balance])).toEqual([
      ['withdrawal', -2n * USDC, 3n * USDC],
      ['deposit', 5n * USDC, 5n * USDC],
    ]);
  });
});

describe('copies', () => {
  test('a copy takes one commitment, only from its owner, and a sale frees it in the next epoch', async () => {
    const [ann, ben] = [await account(), await account(100n * USDC)];
    const copyId = await copyOf(ann);
    const listing = { kind: 'listing', id: newId() } as const;
    const by = (who: string) => transaction(db, (tx) => commitCopies(tx, [copyId], who, listing));
    expect(await by(ben)).toMatchObject({ error: { code: 'copy_not_owned' } });
    expect(await by(ann)).toMatchObject({ ok: true });
    expect(await by(ann)).toMatchObject({ error: { code: 'copy_committed' } });

    const sold = await sell(copyId, ann, ben, 10n * USDC);
    expect(sold).toMatchObject({
      ok: true,
      value: [{ price: 10n * USDC, fee: 250_000n, royalty: 500_000n }],
    });
    expect(await readCopies(db, [copyId])).toMatchObject([{ ownerId: ben, epoch: 1n, commitment: null }]);
    expect(await readProvenance(db, copyId, undefined, 10)).toMatchObject([
      { epoch: 1n, kind: 'sale', fromId: ann, toId: ben, price: 10n * USDC },
      { epoch: 0n, kind: 'mint', fromId: null, toId: ann, price: null },
    ]);
    expect(await salesOf(db, sold.ok ? sold.value[0]!.reference : '')).toHaveLength(1);
  });

  test('a buyer without the money gets nothing and the copy stays', async () => {
    const [ann, ben] = [await account(), await account(USDC)];
    const copyId = await copyOf(ann);
    expect(await sell(copyId, ann, ben, 2n * USDC)).toMatchObject({ error: { code: 'insufficient_funds' } });
    expect(await readCopies(db, [copyId])).toMatchObject([{ ownerId: ann, epoch: 0n }]);
  });

  test('a swap moves copies and cash both ways in one transaction', async () => {
    const [ann, ben] = [await account(10n * USDC), await account(10n * USDC)];
    const [a, b] = [await copyOf(ann), await copyOf(ben)];
    const done = await transaction(db, async (tx) => {
      const copies = await lockCopies(tx, [a, b]);
      return await swap(tx, newId(), [
        { accountId: ann, copies: [copies.get(a)!], cash: 4n * USDC, fee: 100n },
        { accountId: ben, copies: [copies.get(b)!], cash: 1n * USDC, fee: 25n },
      ]);
    });
    expect(done.ok).toBe(true);
    expect(await readBalance(db, ann)).toEqual({ available: 7n * USDC - 100n, held: 0n });
    expect(await readBalance(db, ben)).toEqual({ available: 13n * USDC - 25n, held: 0n });
    const owners = new Map((await readCopies(db, [a, b])).map((copy) => [copy.id, copy.ownerId]));
    expect([owners.get(a), owners.get(b)]).toEqual([ben, ann]);
  });
});
