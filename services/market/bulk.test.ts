import { formatMoney, operations } from '@ece/contract';
import { atomically } from '@ece/platform/db/database';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import {
  freezeAccount,
  haltTrading,
  lockCopies,
  moveCopies,
  openTransaction,
  readBalance,
  readCopies,
  resumeTrading,
  unfreezeAccount,
} from '@ece/vault';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { market } from './api.ts';

const { market: contract } = operations;
const USDC = 1_000_000n;

let world: TradingWorld;
let creator: Person;
let seller: Person;
let buyer: Person;
let copies: string[];
beforeAll(async () => {
  world = await TradingWorld.open([market]);
  [creator] = (await world.people(1, 0n)) as [Person];
});
afterAll(() => world.close());
beforeEach(async () => {
  [seller, buyer] = (await world.people(2, 100n * USDC)) as [Person, Person];
  copies = await world.copies([seller, seller, seller, seller], creator);
});

interface Item {
  copyId?: string;
  listingId?: string;
  listing?: { id: string; price: string; state: string } | null;
  sale?: { id: string; price: string } | null;
  problem: { code: string; data?: Record<string, unknown> } | null;
}

const results = (answer: Answer) => answer.body.results as Item[];
const codes = (answer: Answer) => results(answer).map((item) => item.problem?.code ?? 'done');
const refused = (answer: Answer, status: number, code: string) =>
  expect(answer).toMatchObject({ status, body: { code } });
const money = async (person: Person) => (await readBalance(world.db, person.id))!.available;
const stateOf = async (id: string) => (await world.call(undefined, 'GET', `/listings/${id}`)).body.state;
const typesOf = async (copyId: string) => {
  const [copy] = await readCopies(world.db, [copyId]);
  return (await readTopic(world.db, `card:${copy!.cardId}`, 0n, 100)).map((event) => event.type);
};

const list = (items: object[], person = seller, key?: string) =>
  world.call(person, 'POST', '/listings/bulk', { items }, key);

/** Lists all copies at prices; gives the listings' ids. */
async function listed(...prices: string[]): Promise<string[]> {
  const answer = await list(prices.map((price, index) => ({ copyId: copies[index], price })));
  expect(world.problems(contract.createListings, answer)).toBeUndefined();
  return results(answer).map((item) => item.listing!.id);
}

const buy = (mode: 'all' | 'possible', items: object[], person = buyer, key?: string) =>
  world.call(person, 'POST', '/listings/bulk/purchase', { mode, items }, key);

/** Moves a copy by a way that knows nothing of listings. */
async function giveAway(id: string, to: Person): Promise<void> {
  await atomically(world.db, async (tx) => {
    const copy = (await lockCopies(tx, [id])).get(id)!;
    const transactionId = await openTransaction(tx, 'trade', null);
    await moveCopies(tx, [
      { copyId: id, fromId: copy.ownerId, toId: to.id, epoch: copy.epoch, transactionId },
    ]);
  });
}

describe('listing many', () => {
  test('lists each that can be listed, and says what is wrong with the others', async () => {
    const [bound] = await listed('1');
    const foreign = (await world.copies([buyer], creator))[0]!;
    const answer = await list([
      { copyId: copies[1], price: '2' },
      { copyId: copies[0], price: '2' },
      { copyId: copies[2], price: '0.001' },
      { copyId: foreign, price: '2' },
      { copyId: newId(), price: '2' },
      { copyId: copies[3], price: '3.5' },
    ]);
    expect(world.problems(contract.createListings, answer)).toBeUndefined();
    expect(codes(answer)).toEqual([
      'done',
      'copy_committed',
      'amount_too_small',
      'copy_not_owned',
      'not_found',
      'done',
    ]);
    expect(results(answer).map((item) => item.copyId)[5]).toBe(copies[3]);
    expect(results(answer)[5]!.listing).toMatchObject({ price: '3.5', state: 'open' });
    const commitments = (await readCopies(world.db, copies)).map((copy) => [
      copy.id,
      copy.commitment?.id ?? null,
    ]);
    expect(Object.fromEntries(commitments)).toEqual({
      [copies[0]!]: bound,
      [copies[1]!]: results(answer)[0]!.listing!.id,
      [copies[2]!]: null,
      [copies[3]!]: results(answer)[5]!.listing!.id,
    });
    expect(await typesOf(copies[0]!)).toEqual(Array(3).fill('listing.created'));
  });

  test('with its key lists once; a copy that is named twice refuses the call', async () => {
    const items = [{ copyId: copies[0], price: '2' }];
    const first = await list(items, seller, 'list-once');
    expect(await list(items, seller, 'list-once')).toEqual(first);
    expect(first.status).toBe(200);
    refused(await list([...items, ...items]), 400, 'validation_failed');
    refused(await list([]), 400, 'validation_failed');
    refused(
      await list(Array.from({ length: 101 }, () => ({ copyId: newId(), price: '1' }))),
      400,
      'validation_failed',
    );
  });
});

describe('repricing', () => {
  test('changes the price that buyers must name, and tells those who watch', async () => {
    const [id] = (await listed('5')) as [string];
    const path = `/listings/${id}`;
    const answer = await world.call(seller, 'PATCH', path, { price: '6.5' });
    expect(world.problems(contract.repriceListing, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      price: '6.5',
      state: 'open',
      quote: { price: '6.5', feeBasisPoints: 250 },
    });
    const [copy] = await readCopies(world.db, [copies[0]!]);
    expect((await readTopic(world.db, `card:${copy!.cardId}`, 0n, 9)).at(-1)).toMatchObject({
      type: 'listing.repriced',
      data: { listingId: id, price: '6.5', previousPrice: '5', sellerHandle: seller.handle },
    });
    refused(await world.call(buyer, 'POST', `${path}/purchase`, { price: '5' }), 409, 'price_changed');
    refused(await world.call(buyer, 'PATCH', path, { price: '1' }), 403, 'forbidden');
    refused(await world.call(seller, 'PATCH', path, { price: '0.001' }), 422, 'amount_too_small');
    refused(await world.call(seller, 'PATCH', `/listings/${newId()}`, { price: '1' }), 404, 'not_found');
    expect((await world.call(buyer, 'POST', `${path}/purchase`, { price: '6.5' })).status).toBe(200);
    refused(await world.call(seller, 'PATCH', path, { price: '7' }), 409, 'listing_closed');
  });

  test('of many changes each by itself', async () => {
    const [one, two, three] = (await listed('1', '2', '3')) as [string, string, string];
    await world.call(seller, 'DELETE', `/listings/${two}`);
    const unknown = newId();
    const items = [
      { listingId: one, price: '1.1' },
      { listingId: two, price: '2.2' },
      { listingId: unknown, price: '1' },
      { listingId: three, price: '0' },
    ];
    const answer = await world.call(seller, 'PATCH', '/listings/bulk', { items });
    expect(world.problems(contract.repriceListings, answer)).toBeUndefined();
    expect(codes(answer)).toEqual(['done', 'listing_closed', 'not_found', 'amount_too_small']);
    expect(results(answer)[0]!.listing).toMatchObject({ id: one, price: '1.1' });
    const strangers = await world.call(buyer, 'PATCH', '/listings/bulk', { items: [items[0]!, items[3]!] });
    expect(codes(strangers)).toEqual(['forbidden', 'forbidden']);
    refused(
      await world.call(seller, 'PATCH', '/listings/bulk', { items: [items[0]!, items[0]!] }),
      400,
      'validation_failed',
    );
  });
});

test('cancelling many frees the copies of those that are the caller’s and open', async () => {
  const ids = await listed('1', '2', '3');
  await world.call(buyer, 'POST', `/listings/${ids[1]}/purchase`, { price: '2' });
  const cancel = (person: Person, key?: string) =>
    world.call(person, 'POST', '/listings/bulk/cancel', { listingIds: [...ids, NOBODY] }, key);
  expect(codes(await cancel(buyer))).toEqual(['forbidden', 'forbidden', 'forbidden', 'not_found']);
  const answer = await cancel(seller, 'cancel-many');
  expect(world.problems(contract.cancelListings, answer)).toBeUndefined();
  expect(codes(answer)).toEqual(['done', 'listing_closed', 'done', 'not_found']);
  expect(await cancel(seller, 'cancel-many')).toEqual(answer);
  expect((await readCopies(world.db, copies)).every((copy) => copy.commitment === null)).toBe(true);
  expect((await typesOf(copies[0]!)).filter((type) => type === 'listing.cancelled')).toHaveLength(2);
});
const NOBODY = newId();

describe('buying many', () => {
  test('all of them moves everything in one step', async () => {
    const ids = await listed('10', '20', '30');
    const items = ids.map((listingId, index) => ({ listingId, price: ['10', '20', '30'][index] }));
    const answer = await buy('all', items, buyer, 'buy-all');
    expect(world.problems(contract.purchaseListings, answer)).toBeUndefined();
    expect(answer.body.spent).toBe('60');
    expect(results(answer).map((item) => item.sale!.price)).toEqual(['10', '20', '30']);
    expect(await buy('all', items, buyer, 'buy-all')).toEqual(answer);
    expect(await money(buyer)).toBe(40n * USDC);
    expect(await money(seller)).toBe(100n * USDC + 55_500_000n);
    const rows = await readCopies(world.db, copies.slice(0, 3));
    expect(rows.every((copy) => copy.ownerId === buyer.id && copy.epoch === 1n && !copy.commitment)).toBe(
      true,
    );
    for (const id of ids) expect(await stateOf(id)).toBe('sold');
    const told = (await readTopic(world.db, `user:${seller.id}`, 0n, 10)).map((event) => event.type);
    expect(told).toEqual(['listing.sold', 'listing.sold', 'listing.sold']);
    // Another key is another call.
    const again = await buy('all', items);
    refused(again, 409, 'bulk_refused');
  });

  test('all of them or none, where one cannot be had', async () => {
    const ids = await listed('10', '20', '30');
    const items = ids.map((listingId, index) => ({ listingId, price: ['10', '21', '30'][index] }));
    const answer = await buy('all', [...items, { listingId: NOBODY, price: '1' }]);
    refused(answer, 409, 'bulk_refused');
    expect(answer.body.data).toMatchObject({
      items: [
        { listingId: ids[1], code: 'price_changed', data: { price: '20' } },
        { listingId: NOBODY, code: 'not_found' },
      ],
    });
    await world.call(seller, 'PATCH', `/listings/${ids[2]}`, { price: '71' });
    const poor = await buy('all', [
      { listingId: ids[0], price: '10' },
      { listingId: ids[1], price: '20' },
      { listingId: ids[2], price: '71' },
    ]);
    refused(poor, 409, 'insufficient_funds');
    expect(poor.body.data).toEqual({ total: '101' });
    expect(await money(buyer)).toBe(100n * USDC);
    for (const id of ids) expect(await stateOf(id)).toBe('open');
  });

  test('as many as possible, in the order of the items', async () => {
    const ids = await listed('60', '50', '40', '1');
    await world.call(seller, 'DELETE', `/listings/${ids[3]}`);
    const own = (await world.copies([buyer], creator))[0];
    const mine = results(await list([{ copyId: own, price: '1' }], buyer))[0]!.listing!.id;
    const items = [
      { listingId: ids[3], price: '1' },
      { listingId: ids[0], price: '60' },
      { listingId: ids[1], price: '50' },
      { listingId: mine, price: '1' },
      { listingId: ids[2], price: '40' },
    ];
    const answer = await buy('possible', items, buyer, 'buy-some');
    expect(world.problems(contract.purchaseListings, answer)).toBeUndefined();
    expect(codes(answer)).toEqual(['listing_closed', 'done', 'insufficient_funds', 'own_listing', 'done']);
    expect(answer.body.spent).toBe('100');
    expect(await buy('possible', items, buyer, 'buy-some')).toEqual(answer);
    expect(await money(buyer)).toBe(0n);
    const none = await buy('possible', [items[2]!]);
    expect(codes(none)).toEqual(['insufficient_funds']);
    expect(none.body.spent).toBe('0');
    refused(await buy('possible', [items[0]!, items[0]!]), 400, 'validation_failed');
  });

  test('passes over a listing whose copy has moved otherwise, and ends it', async () => {
    const ids = await listed('10', '20');
    await giveAway(copies[0]!, creator);
    const items = ids.map((listingId, index) => ({ listingId, price: ['10', '20'][index] }));
    refused(await buy('all', items), 409, 'bulk_refused');
    expect(await stateOf(ids[0]!)).toBe('void');
    expect(codes(await buy('possible', items))).toEqual(['listing_closed', 'done']);
  });

  test('stops where the operator has stopped it: a set and a seller by item, the buyer altogether', async () => {
    const ids = await listed('10', '20');
    const [others] = (await world.people(1, 0n)) as [Person];
    const far = results(
      await list([{ copyId: (await world.copies([others], creator))[0], price: '5' }], others),
    );
    const items = [
      { listingId: ids[0], price: '10' },
      { listingId: far[0]!.listing!.id, price: '5' },
    ];
    const [copy] = await readCopies(world.db, [copies[0]!]);
    const setId = copy!.cardId;
    await atomically(world.db, (tx) => haltTrading(tx, { setId, withdrawals: false, reason: 'a test' }));
    expect(codes(await list([{ copyId: copies[2], price: '1' }]))).toEqual(['trading_halted']);
    const reprice = { items: [{ listingId: ids[0], price: '11' }] };
    expect(codes(await world.call(seller, 'PATCH', '/listings/bulk', reprice))).toEqual(['trading_halted']);
    refused(await buy('all', items), 409, 'bulk_refused');
    await atomically(world.db, (tx) => freezeAccount(tx, others.id, 'a test'));
    expect(codes(await buy('possible', items))).toEqual(['trading_halted', 'account_frozen']);
    await atomically(world.db, (tx) => resumeTrading(tx, setId));
    await atomically(world.db, (tx) => freezeAccount(tx, buyer.id, 'a test'));
    refused(await buy('possible', items), 403, 'account_frozen');
    await atomically(world.db, (tx) => unfreezeAccount(tx, buyer.id));
    expect(codes(await buy('possible', items))).toEqual(['done', 'account_frozen']);
  });

  test('conserves money and gives each copy to who paid for it, whatever is asked for', async () => {
    const shape = fc.record({
      mode: fc.constantFrom('all' as const, 'possible' as const),
      /** What the buyer has, in cents. */
      budget: fc.integer({ min: 0, max: 60 }),
      items: fc.array(
        fc.record({
          price: fc.integer({ min: 1, max: 30 }),
          seller: fc.integer({ min: 0, max: 2 }),
          what: fc.constantFrom(
            'plain',
            'plain',
            'plain',
            'cancelled',
            'other price',
            'moved',
            'own',
            'unknown',
          ),
        }),
        { minLength: 1, maxLength: 7 },
      ),
    });
    const cents = (amount: number) => BigInt(amount) * 10_000n;
    await fc.assert(
      fc.asyncProperty(shape, async ({ mode, budget, items }) => {
        const [one] = (await world.people(1, cents(budget))) as [Person];
        const sellers = await world.people(3, 0n);
        const owners = items.map((item) => (item.what === 'own' ? one : sellers[item.seller]!));
        const made = await world.copies(owners, sellers[0]!);
        const ids: string[] = [];
        for (const [index, { price, what }] of items.entries()) {
          const body = { copyId: made[index], price: formatMoney(cents(price)) };
          const id = String((await world.call(owners[index], 'POST', '/listings', body)).body.id);
          if (what === 'cancelled') await world.call(owners[index], 'DELETE', `/listings/${id}`);
          if (what === 'moved') await giveAway(made[index]!, creator);
          ids.push(what === 'unknown' ? newId() : id);
        }
        const all = [one, ...sellers];
        const sum = async () => {
          const rows = await world.db<
            { total: bigint }[]
          >`select sum(available + held)::bigint as total from vault.accounts`;
          return rows[0]!.total;
        };
        const before = await sum();
        const answer = await buy(
          mode,
          items.map(({ price, what }, index) => ({
            listingId: ids[index],
            price: formatMoney(cents(what === 'other price' ? price + 1 : price)),
          })),
          one,
        );
        expect(await sum()).toBe(before);
        // The rules, told once more: what is plain and fits is bought, in order.
        let left = budget;
        const fits = items.map(({ what, price }) => {
          if (what !== 'plain' || price > left) return false;
          left -= price;
          return true;
        });
        const expected = mode === 'possible' || fits.every(Boolean) ? fits : fits.map(() => false);
        if (mode === 'all' && !fits.every(Boolean)) expect(answer.status).toBe(409);
        else expect(results(answer).map((item) => item.sale !== null)).toEqual(expected);
        const owned = new Map((await readCopies(world.db, made)).map((copy) => [copy.id, copy]));
        for (const [index, copyId] of made.entries()) {
          if (items[index]!.what === 'moved') continue;
          const owner = expected[index] ? one : owners[index]!;
          expect(owned.get(copyId)).toMatchObject({ ownerId: owner.id, epoch: expected[index] ? 1n : 0n });
        }
        const spent = items.reduce((total, { price }, index) => total + (expected[index] ? price : 0), 0);
        expect(await money(one)).toBe(cents(budget - spent));
        const balances = await world.balances(all);
        expect(balances.every(({ available, held }) => available >= 0n && held === 0n)).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

test('nobody changes or buys many without signing in', async () => {
  const item = { listingId: newId(), price: '1' };
  expect(
    (await world.call(undefined, 'POST', '/listings/bulk', { items: [{ copyId: newId(), price: '1' }] }))
      .status,
  ).toBe(401);
  expect((await world.call(undefined, 'PATCH', '/listings/bulk', { items: [item] })).status).toBe(401);
  expect(
    (await world.call(undefined, 'POST', '/listings/bulk/cancel', { listingIds: [newId()] })).status,
  ).toBe(401);
  expect(
    (await world.call(undefined, 'POST', '/listings/bulk/purchase', { mode: 'all', items: [item] })).status,
  ).toBe(401);
});

describe('quotes of many', () => {
  const quotes = (ids: readonly string[], prices: string) =>
    world.call(undefined, 'GET', `/quotes/bulk?copyIds=${ids.join()}&prices=${prices}`);

  test('are those of each by itself, and their sum', async () => {
    const prices = ['0.019999', '5', '0.001', '12.5'];
    const answer = await quotes([...copies.slice(0, 3), newId()], prices.join());
    expect(world.problems(contract.quotes, answer)).toBeUndefined();
    const { items, total } = answer.body as {
      items: { copyId: string; quote: Record<string, string> | null; problem: { code: string } | null }[];
      total: Record<string, string>;
    };
    expect(items.map(({ problem }) => problem?.code)).toEqual([
      undefined,
      undefined,
      'amount_too_small',
      'not_found',
    ]);
    for (const { copyId, quote } of items.slice(0, 2)) {
      const single = await world.call(undefined, 'GET', `/quotes?copyId=${copyId}&price=${quote!.price}`);
      expect(quote).toEqual(single.body);
    }
    expect(total).toEqual({
      price: '5.019999',
      fee: '0.125499',
      royalty: '0.250999',
      sellerReceives: '4.643501',
    });
  });

  test('need one price for each copy, and each copy once', async () => {
    refused(await quotes(copies, '1,2'), 400, 'validation_failed');
    refused(await quotes([copies[0]!, copies[0]!], '1,2'), 400, 'validation_failed');
  });
});
