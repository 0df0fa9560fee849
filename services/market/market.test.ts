import { operations } from '@ece/contract';
import { atomically } from '@ece/platform/db/database';
import { encodeCursor } from '@ece/platform/db/page';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import {
  FEES,
  freezeAccount,
  lockCopies,
  moveCopies,
  openTransaction,
  readBalance,
  readCopies,
  unfreezeAccount,
} from '@ece/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type MarketApi, market } from './api.ts';

const { market: contract } = operations;
const USDC = 1_000_000n;

let world: TradingWorld;
let seller: Person;
let buyer: Person;
let creator: Person;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
  [seller, buyer, creator] = (await world.people(3, 1_000n * USDC)) as [Person, Person, Person];
});
afterAll(() => world.close());

async function copy(owner = seller): Promise<string> {
  const [id] = await world.copies([owner], creator);
  return id!;
}

async function listed(
  price = '10',
  copyId?: string,
): Promise<{ id: string; copyId: string; cardId: string }> {
  const chosen = copyId ?? (await copy());
  const answer = await world.call(seller, 'POST', '/listings', { copyId: chosen, price });
  expect(world.problems(contract.createListing, answer)).toBeUndefined();
  const [row] = await readCopies(world.db, [chosen]);
  return { id: String(answer.body.id), copyId: chosen, cardId: row!.cardId };
}

const total = async (person: Person) => {
  const balance = await readBalance(world.db, person.id);
  return balance!.available + balance!.held;
};

describe('listing', () => {
  test('binds the copy, fixes the terms and tells those who watch the card', async () => {
    const copyId = await copy();
    const answer = await world.call(seller, 'POST', '/listings', { copyId, price: '10.5' });
    expect(world.problems(contract.createListing, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      copy: { id: copyId, name: 'Aurora Notes' },
      sellerHandle: seller.handle,
      price: '10.5',
      quote: {
        price: '10.5',
        fee: '0.2625',
        royalty: '0.525',
        sellerReceives: '9.7125',
        feeBasisPoints: 250,
      },
      state: 'open',
      available: true,
      closedAt: null,
    });
    const [row] = await readCopies(world.db, [copyId]);
    expect(row!.commitment).toEqual({ kind: 'listing', id: answer.body.id });
    expect(await readTopic(world.db, `card:${row!.cardId}`, 0n, 10)).toMatchObject([
      {
        type: 'listing.created',
        data: { listingId: answer.body.id, copyId, price: '10.5', sellerHandle: seller.handle },
      },
    ]);
  });

  test.each([
    ['0.009999', 422, 'amount_too_small'],
    ['0', 422, 'amount_too_small'],
    ['1000000000.000001', 422, 'amount_too_large'],
    ['-1', 400, 'validation_failed'],
    ['1e3', 400, 'validation_failed'],
  ])('refuses a price of %s', async (price, status, code) => {
    const copyId = await copy();
    const answer = await world.call(seller, 'POST', '/listings', { copyId, price });
    expect(answer).toMatchObject({ status, body: { code } });
    expect((await readCopies(world.db, [copyId]))[0]!.commitment).toBeNull();
  });

  test('refuses copies that are another person’s, bound, or unknown', async () => {
    const { copyId } = await listed();
    const again = await world.call(seller, 'POST', '/listings', { copyId, price: '1' });
    expect(again).toMatchObject({ status: 409, body: { code: 'copy_committed' } });
    const foreign = await world.call(buyer, 'POST', '/listings', { copyId: await copy(), price: '1' });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'copy_not_owned' } });
    const unknown = await world.call(seller, 'POST', '/listings', { copyId: newId(), price: '1' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('the same key gives the same listing; with another body it is refused', async () => {
    const copyId = await copy();
    const first = await world.call(seller, 'POST', '/listings', { copyId, price: '3' }, 'once-listing');
    const second = await world.call(seller, 'POST', '/listings', { copyId, price: '3' }, 'once-listing');
    expect(second).toEqual(first);
    const other = await world.call(seller, 'POST', '/listings', { copyId, price: '4' }, 'once-listing');
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
  });

  test('many at once are listed all or none, in the order given', async () => {
    const api = world.apis.get('market') as MarketApi;
    const copies = await world.copies([seller, seller, seller], creator);
    const items = copies
      .toReversed()
      .map((copyId, index) => ({ sellerId: seller.id, copyId, price: BigInt(index + 1) * USDC }));
    const bad = await api.list([...items, { sellerId: seller.id, copyId: copies[0]!, price: USDC }]);
    expect(bad).toMatchObject({ ok: false, error: { code: 'copy_committed' } });
    expect((await readCopies(world.db, copies)).every((row) => row.commitment === null)).toBe(true);
    const good = await api.list(items);
    if (!good.ok) throw new Error(good.error.code);
    for (const [index, id] of good.value.entries()) {
      const { body } = await world.call(undefined, 'GET', `/listings/${id}`);
      expect(body).toMatchObject({ copy: { id: items[index]!.copyId }, price: String(index + 1) });
    }
    expect(await api.list([])).toEqual({ ok: true, value: [] });
  });
});

describe('purchase', () => {
  test('from a frozen seller is refused, and the listing shows that before', async () => {
    const { id } = await listed('10');
    const shown = async () => (await world.call(buyer, 'GET', `/listings/${id}`)).body;
    expect(await shown()).toMatchObject({ state: 'open', available: true });
    await atomically(world.db, (tx) => freezeAccount(tx, seller.id, 'the reason is not for buyers'));
    expect(await shown()).toMatchObject({ state: 'open', available: false });
    const answer = await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '10' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'account_frozen' } });
    expect(JSON.stringify(answer.body)).not.toContain('the reason');
    await atomically(world.db, (tx) => unfreezeAccount(tx, seller.id));
    expect((await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '10' })).status).toBe(200);
    expect(await shown()).toMatchObject({ state: 'sold', available: false });
  });

  test('moves money, copy, fee and royalty, and tells the card and the seller', async () => {
    const { id, copyId, cardId } = await listed('10');
    const before = { seller: await total(seller), buyer: await total(buyer), creator: await total(creator) };
    const fees = (await readBalance(world.db, FEES))!.available;
    const answer = await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '10' });
    expect(world.problems(contract.purchase, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      venue: 'listing',
      copy: { id: copyId },
      sellerHandle: seller.handle,
      buyerHandle: buyer.handle,
      price: '10',
      fee: '0.25',
      royalty: '0.5',
    });
    expect((await total(seller)) - before.seller).toBe(9_250_000n);
    expect((await total(buyer)) - before.buyer).toBe(-10_000_000n);
    expect((await total(creator)) - before.creator).toBe(500_000n);
    expect((await readBalance(world.db, FEES))!.available - fees).toBe(250_000n);
    expect(await readCopies(world.db, [copyId])).toMatchObject([
      { ownerId: buyer.id, epoch: 1n, commitment: null },
    ]);
    const closed = await world.call(undefined, 'GET', `/listings/${id}`);
    expect(world.problems(contract.getListing, closed)).toBeUndefined();
    expect(closed.body).toMatchObject({ state: 'sold', closedAt: expect.any(String) });
    const types = (await readTopic(world.db, `card:${cardId}`, 0n, 10)).map((event) => event.type);
    expect(types).toEqual(['listing.created', 'sale.completed']);
    expect((await readTopic(world.db, `user:${seller.id}`, 0n, 100)).at(-1)).toMatchObject({
      type: 'listing.sold',
      data: { listingId: id, copyId, price: '10', buyerHandle: buyer.handle },
    });
  });

  test('repeated with its key gives the same answer and moves once', async () => {
    const { id } = await listed('7');
    const before = await total(buyer);
    const path = `/listings/${id}/purchase`;
    const answers = await Promise.all([
      world.call(buyer, 'POST', path, { price: '7' }, 'purchase-once'),
      world.call(buyer, 'POST', path, { price: '7' }, 'purchase-once'),
    ]);
    const later = await world.call(buyer, 'POST', path, { price: '7' }, 'purchase-once');
    expect(answers[0]!.status).toBe(200);
    expect(answers[1]).toEqual(answers[0]);
    expect(later).toEqual(answers[0]);
    expect(before - (await total(buyer))).toBe(7n * USDC);
    const fresh = await world.call(buyer, 'POST', path, { price: '7' });
    expect(fresh).toMatchObject({ status: 409, body: { code: 'listing_closed' } });
  });

  test('is refused at another price, to the seller, without funds, and of nothing', async () => {
    const { id, copyId } = await listed('900');
    const path = `/listings/${id}/purchase`;
    const [poor] = await world.people(1, 0n);
    expect(await world.call(buyer, 'POST', path, { price: '899' })).toMatchObject({
      status: 409,
      body: { code: 'price_changed', data: { price: '900' } },
    });
    expect((await world.call(seller, 'POST', path, { price: '900' })).body).toMatchObject({
      code: 'own_listing',
    });
    expect((await world.call(poor, 'POST', path, { price: '900' })).body).toMatchObject({
      code: 'insufficient_funds',
    });
    const nothing = `/listings/${newId()}/purchase`;
    expect((await world.call(buyer, 'POST', nothing, { price: '1' })).status).toBe(404);
    expect((await readCopies(world.db, [copyId]))[0]).toMatchObject({ ownerId: seller.id, epoch: 0n });
  });

  test('counts the sale once, also when it is repeated', async () => {
    const { id } = await listed('2.5');
    const read = async (name: string) => {
      const metric = await world.metrics.registry.getSingleMetric(name)?.get();
      return metric?.values.find((value) => value.labels.venue === 'listing')?.value ?? 0;
    };
    const names = ['ece_sales_total', 'ece_sales_usdc_total', 'ece_sale_fees_usdc_total'];
    const before = await Promise.all(names.map(read));
    for (let i = 0; i < 2; i++) {
      await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '2.5' }, 'counted-once');
    }
    const after = await Promise.all(names.map(read));
    const [sales, volume, fees] = after.map((value, i) => value - before[i]!);
    expect(sales).toBe(1);
    expect(volume).toBeCloseTo(2.5);
    expect(fees).toBeCloseTo(2.5 * 0.025);
  });

  test('of a listing whose copy has moved otherwise is refused for good', async () => {
    const { id, copyId } = await listed('5');
    await atomically(world.db, async (tx) => {
      const held = (await lockCopies(tx, [copyId])).get(copyId)!;
      const transactionId = await openTransaction(tx, 'trade', null);
      const move = { copyId, fromId: seller.id, toId: creator.id, epoch: held.epoch, transactionId };
      await moveCopies(tx, [move]);
    });
    const answer = await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '5' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'listing_closed' } });
    expect((await world.call(undefined, 'GET', `/listings/${id}`)).body.state).toBe('void');
    expect((await readCopies(world.db, [copyId]))[0]!.ownerId).toBe(creator.id);
  });
});

describe('cancelling', () => {
  test('is the seller’s, frees the copy, and ends the listing', async () => {
    const { id, copyId, cardId } = await listed();
    const foreign = await world.call(buyer, 'DELETE', `/listings/${id}`);
    expect(foreign).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const answer = await world.call(seller, 'DELETE', `/listings/${id}`);
    expect(world.problems(contract.cancelListing, answer)).toBeUndefined();
    expect(answer.body.state).toBe('cancelled');
    expect((await readCopies(world.db, [copyId]))[0]!.commitment).toBeNull();
    expect((await world.call(seller, 'DELETE', `/listings/${id}`)).body.code).toBe('listing_closed');
    expect((await world.call(buyer, 'POST', `/listings/${id}/purchase`, { price: '10' })).body.code).toBe(
      'listing_closed',
    );
    expect((await readTopic(world.db, `card:${cardId}`, 1n, 5)).map((event) => event.type)).toEqual([
      'listing.cancelled',
    ]);
    expect((await world.call(seller, 'DELETE', `/listings/${newId()}`)).status).toBe(404);
    await listed('4', copyId);
  });
});

describe('quotes', () => {
  test('are what a sale then gives', async () => {
    const copyId = await copy();
    const answer = await world.call(undefined, 'GET', `/quotes?copyId=${copyId}&price=0.019999`);
    expect(world.problems(contract.quote, answer)).toBeUndefined();
    expect(answer.body).toEqual({
      price: '0.019999',
      fee: '0.000499',
      royalty: '0.000999',
      sellerReceives: '0.018501',
      feeBasisPoints: 250,
    });
    expect((await world.call(undefined, 'GET', `/quotes?copyId=${newId()}&price=1`)).status).toBe(404);
    const small = await world.call(undefined, 'GET', `/quotes?copyId=${copyId}&price=0.001`);
    expect(small).toMatchObject({ status: 422, body: { code: 'amount_too_small' } });
  });
});

describe('lists', () => {
  async function pages(path: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    for (let i = 0; i < 20; i++) {
      const answer = await world.call(undefined, 'GET', `${path}${cursor ? `&cursor=${cursor}` : ''}`);
      const operation = path.startsWith('/sales') ? contract.listSales : contract.listListings;
      expect(world.problems(operation, answer)).toBeUndefined();
      items.push(...(answer.body.items as Record<string, unknown>[]));
      cursor = answer.body.nextCursor as string | null;
      if (!cursor) return items;
    }
    throw new Error('the pages do not end');
  }

  test('show every open listing of a card once, newest or cheapest first, over pages', async () => {
    const copies = await world.copies(Array<Person>(5).fill(seller), creator);
    const listings: { id: string; price: number; cardId: string }[] = [];
    for (const [index, copyId] of copies.entries()) {
      const price = [3, 1, 2, 1, 5][index]!;
      listings.push({ ...(await listed(String(price), copyId)), price });
    }
    const cardId = listings[0]!.cardId;
    const newest = await pages(`/listings?cardId=${cardId}&limit=2`);
    expect(newest.map((one) => one.id)).toEqual(listings.toReversed().map((one) => one.id));
    const cheapest = await pages(`/listings?cardId=${cardId}&sort=cheapest&limit=2`);
    const sorted = listings.toSorted((a, b) => a.price - b.price || (a.id < b.id ? -1 : 1));
    expect(cheapest.map((one) => one.id)).toEqual(sorted.map((one) => one.id));

    await world.call(seller, 'DELETE', `/listings/${listings[0]!.id}`);
    await world.call(buyer, 'POST', `/listings/${listings[1]!.id}/purchase`, { price: '1' });
    expect(await pages(`/listings?cardId=${cardId}&limit=50`)).toHaveLength(3);
  });

  test('are narrowed to a seller; an unknown one has none', async () => {
    const [other] = (await world.people(1, 0n)) as [Person];
    const [copyId] = await world.copies([other], creator);
    const made = await world.call(other, 'POST', '/listings', { copyId, price: '1' });
    const own = await pages(`/listings?sellerHandle=${other.handle}&limit=5`);
    expect(own.map((one) => one.id)).toEqual([made.body.id]);
    expect(await pages('/listings?sellerHandle=nobody_here&limit=5')).toEqual([]);
  });

  test('sales come newest first, of one card or of all', async () => {
    const copies = await world.copies([seller, seller, seller], creator);
    let cardId = '';
    for (const [index, copyId] of copies.entries()) {
      const one = await listed(String(index + 1), copyId);
      cardId = one.cardId;
      await world.call(buyer, 'POST', `/listings/${one.id}/purchase`, { price: String(index + 1) });
    }
    const ofCard = await pages(`/sales?cardId=${cardId}&limit=1`);
    expect(ofCard.map((sale) => sale.price)).toEqual(['3', '2', '1']);
    expect((await pages('/sales?limit=2')).map((sale) => sale.id)).toEqual(
      (await pages('/sales?limit=100')).map((sale) => sale.id),
    );
  });

  test('sales are narrowed to a buyer, a seller, or both; an unknown one has none', async () => {
    const [one, other] = (await world.people(2, 100_000_000n)) as [Person, Person];
    const [mine, theirs] = await world.copies([one, other], creator);
    const sell = async (from: Person, to: Person, copyId: string) => {
      const { body } = await world.call(from, 'POST', '/listings', { copyId, price: '1' });
      return (await world.call(to, 'POST', `/listings/${body.id}/purchase`, { price: '1' })).body.id;
    };
    const first = await sell(one, other, mine!);
    const second = await sell(other, one, theirs!);
    const third = await sell(one, buyer, theirs!);
    const ids = async (query: string) => (await pages(`/sales?${query}&limit=1`)).map((sale) => sale.id);
    expect(await ids(`sellerHandle=${one.handle}`)).toEqual([third, first]);
    expect(await ids(`buyerHandle=${one.handle}`)).toEqual([second]);
    expect(await ids(`sellerHandle=${one.handle}&buyerHandle=${other.handle}`)).toEqual([first]);
    expect(await ids('buyerHandle=nobody_here')).toEqual([]);
  });

  test.each([
    ['/listings', 'rubbish'],
    ['/listings', encodeCursor(['not an id'])],
    ['/listings?sort=cheapest', encodeCursor(['99999999999999999999', newId()])],
    ['/listings?sort=cheapest', encodeCursor([1.5, newId()])],
    ['/sales', encodeCursor([8.64e15, newId()])],
    ['/sales', encodeCursor(['soon', newId()])],
    ['/sales', encodeCursor([1, "' or 1=1"])],
  ])('%s takes a foreign cursor as the beginning', async (path, cursor) => {
    const join = path.includes('?') ? '&' : '?';
    const answer = await world.call(undefined, 'GET', `${path}${join}cursor=${cursor}`);
    const first = await world.call(undefined, 'GET', path);
    expect(answer).toEqual(first);
    expect(answer.status).toBe(200);
  });
});

test('nobody lists, buys or cancels without signing in', async () => {
  const { id } = await listed();
  const body = { copyId: newId(), price: '1' };
  expect((await world.call(undefined, 'POST', '/listings', body)).status).toBe(401);
  expect((await world.call(undefined, 'POST', `/listings/${id}/purchase`, { price: '1' })).status).toBe(401);
  expect((await world.call(undefined, 'DELETE', `/listings/${id}`)).status).toBe(401);
});

describe('sales of the past', () => {
  test('are sold listings of their day with the fees and royalties of now, and no event tells of them', async () => {
    const api = world.apis.get('market') as MarketApi;
    const copyId = await copy();
    const at = (day: number) => new Date(Date.UTC(2025, 0, day));
    const [copyRow] = await readCopies(world.db, [copyId]);
    const price = 10n * USDC;
    const terms = { copyId, price };
    const before = await total(creator);
    await api.importSales([
      { ...terms, sellerId: seller.id, buyerId: buyer.id, at: at(2) },
      { ...terms, sellerId: buyer.id, buyerId: seller.id, at: at(3) },
    ]);
    expect((await total(creator)) - before).toBe(1_000_000n);
    const { body } = await world.call(undefined, 'GET', `/sales?cardId=${copyRow!.cardId}`);
    expect(body.items).toMatchObject([
      { copy: { id: copyId }, price: '10', fee: '0.25', royalty: '0.5', at: at(3).toISOString() },
      { sellerHandle: seller.handle, buyerHandle: buyer.handle, at: at(2).toISOString() },
    ]);
    const listings = await world.db`
      select state, epoch, created_at, closed_at from market.listings where copy_id = ${copyId} order by epoch`;
    expect(listings).toMatchObject([
      { state: 'sold', epoch: 0n, closed_at: at(2), created_at: new Date(at(2).getTime() - 3_600_000) },
      { state: 'sold', epoch: 1n, closed_at: at(3) },
    ]);
    expect(await readTopic(world.db, `card:${copyRow!.cardId}`, 0n, 10)).toEqual([]);
    await expect(
      api.importSales([{ ...terms, sellerId: buyer.id, buyerId: seller.id, at: at(4) }]),
    ).rejects.toThrow('not its seller’s');
  });
});
