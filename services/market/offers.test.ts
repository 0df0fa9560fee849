import { operations } from '@ece/contract';
import { atomically, type Tx } from '@ece/platform/db/database';
import { encodeCursor } from '@ece/platform/db/page';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import {
  commitCopies,
  FEES,
  freeCopies,
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
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { market } from './api.ts';

const { market: contract } = operations;
const USDC = 1_000_000n;
const DAY_MS = 86_400_000;

let world: TradingWorld;
let creator: Person;
let seller: Person;
let buyer: Person;
let other: Person;
let setId: string;
let copyId: string;
let cardId: string;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
  [creator] = (await world.people(1, 0n)) as [Person];
});
afterAll(() => world.close());
beforeEach(async () => {
  [seller, buyer, other] = (await world.people(3, 100n * USDC)) as [Person, Person, Person];
  setId = newId();
  [copyId] = (await world.copies([seller, seller], creator, { setId })) as [string];
  cardId = (await readCopies(world.db, [copyId]))[0]!.cardId;
});

const offer = (body: object, person = buyer, key?: string) =>
  world.call(person, 'POST', '/offers', { amount: '10', ...body }, key);

async function offered(body: object, person = buyer): Promise<string> {
  const answer = await offer(body, person);
  expect(world.problems(contract.createOffer, answer)).toBeUndefined();
  return String(answer.body.id);
}

const accept = (person: Person, id: string, sold = copyId, amount = '10', key?: string) =>
  world.call(person, 'POST', `/offers/${id}/accept`, { copyId: sold, amount }, key);
const decline = (person: Person, id: string, key?: string) =>
  world.call(person, 'POST', `/offers/${id}/decline`, undefined, key);
const withdraw = (person: Person, id: string) => world.call(person, 'DELETE', `/offers/${id}`);
const stateOf = async (id: string) => (await world.call(undefined, 'GET', `/offers/${id}`)).body.state;
const money = async (person: Person) => {
  const { available, held } = (await readBalance(world.db, person.id))!;
  return [available, held];
};
const personal = async (person: Person) =>
  (await readTopic(world.db, `user:${person.id}`, 0n, 100)).map(({ type, data }) => ({ type, data }));
const typesOf = async (topic: string) =>
  (await readTopic(world.db, topic, 0n, 100)).map((event) => event.type);
const runJob = async (name: string) => {
  while (await world.jobs.get(name)!.run());
};
const refused = (answer: Answer, status: number, code: string) =>
  expect(answer).toMatchObject({ status, body: { code } });

/** Moves a copy by a way that knows nothing of offers. */
async function giveAway(id: string, to: Person): Promise<void> {
  await atomically(world.db, async (tx) => {
    const copy = (await lockCopies(tx, [id])).get(id)!;
    const transactionId = await openTransaction(tx, 'trade', null);
    await moveCopies(tx, [
      { copyId: id, fromId: copy.ownerId, toId: to.id, epoch: copy.epoch, transactionId },
    ]);
  });
}

describe('making', () => {
  test('an offer on a copy holds the amount, shows what the seller receives, and tells owner and watchers', async () => {
    const answer = await offer({ copyId });
    expect(world.problems(contract.createOffer, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      scope: 'copy',
      copy: { id: copyId, serial: 1 },
      card: { id: cardId, setId },
      set: { id: setId, code: 'APPS1' },
      buyerHandle: buyer.handle,
      amount: '10',
      quote: { price: '10', fee: '0.25', royalty: '0.5', sellerReceives: '9.25', feeBasisPoints: 250 },
      state: 'open',
      soldCopyId: null,
      closedAt: null,
    });
    const lifetime = Date.parse(String(answer.body.expiresAt)) - Date.parse(String(answer.body.createdAt));
    expect(Math.abs(lifetime - 7 * DAY_MS)).toBeLessThan(5_000);
    expect(await money(buyer)).toEqual([90n * USDC, 10n * USDC]);
    const { id } = answer.body;
    expect(await readTopic(world.db, `card:${cardId}`, 0n, 10)).toMatchObject([
      { type: 'offer.created', data: { offerId: id, scope: 'copy', copyId, amount: '10', setId } },
    ]);
    expect(await personal(seller)).toEqual([
      {
        type: 'offer.received',
        data: {
          offerId: id,
          copyId,
          amount: '10',
          buyerHandle: buyer.handle,
          expiresAt: answer.body.expiresAt,
        },
      },
    ]);
  });

  test('offers on a card and on a set stand with what narrows them', async () => {
    const onCard = await offer({ cardId, serialFrom: 2 });
    expect(world.problems(contract.createOffer, onCard)).toBeUndefined();
    expect(onCard.body).toMatchObject({ scope: 'card', copy: null, card: { id: cardId }, serialFrom: 2 });
    const onSet = await offer({ setId, rarity: 'rare', category: 'Apps', serialTo: 9 });
    expect(world.problems(contract.createOffer, onSet)).toBeUndefined();
    expect(onSet.body).toMatchObject({
      ...{ scope: 'set', copy: null, card: null, set: { id: setId } },
      ...{ rarity: 'rare', category: 'Apps', serialFrom: null, serialTo: 9 },
    });
    expect(await typesOf(`set:${setId}`)).toEqual(['offer.created']);
    expect(await personal(seller)).toEqual([]);
    expect(await money(buyer)).toEqual([80n * USDC, 20n * USDC]);
  });

  test('is refused where it names nothing that can be bought', async () => {
    refused(await offer({}), 400, 'validation_failed');
    refused(await offer({ copyId, cardId }), 400, 'validation_failed');
    refused(await offer({ cardId, rarity: 'rare' }), 400, 'validation_failed');
    refused(await offer({ copyId, serialTo: 4 }), 400, 'validation_failed');
    refused(await offer({ setId, serialFrom: 5, serialTo: 4 }), 400, 'validation_failed');
    for (const name of ['copyId', 'cardId', 'setId'])
      refused(await offer({ [name]: newId() }), 404, 'not_found');
    refused(await offer({ copyId }, seller), 409, 'own_copy');
    refused(await offer({ copyId, amount: '0.009999' }), 422, 'amount_too_small');
    refused(await offer({ copyId, amount: '1000000000.000001' }), 422, 'amount_too_large');
    refused(await offer({ copyId, amount: '100.000001' }), 409, 'insufficient_funds');
    const after = (ms: number) => new Date(Date.now() + ms).toISOString();
    for (const expiresAt of [after(-1_000), after(31 * DAY_MS)]) {
      refused(await offer({ copyId, expiresAt }), 422, 'invalid_schedule');
    }
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
    expect(await personal(seller)).toEqual([]);
  });

  test('the same key gives the same offer and holds once', async () => {
    const first = await offer({ cardId }, buyer, 'once-offer');
    expect(await offer({ cardId }, buyer, 'once-offer')).toEqual(first);
    expect(await money(buyer)).toEqual([90n * USDC, 10n * USDC]);
    refused(await offer({ cardId, amount: '11' }, buyer, 'once-offer'), 409, 'idempotency_key_reused');
  });

  test('nobody has more than a thousand open offers', async () => {
    const [rich] = (await world.people(1, 100n * USDC)) as [Person];
    await offered({ cardId, amount: '0.01' }, rich);
    await world.db`
      insert into market.offers (id, buyer_id, scope, card_id, set_id, target, amount, fee_basis_points,
        royalty_basis_points, royalty_account_id, expires_at)
      select uuidv7(), ${rich.id}, 'card', ${cardId}, ${setId}, 'x', 1, 0, 0, ${creator.id}, now() + interval '1 day'
      from generate_series(1, 998)`;
    const last = await offered({ cardId, amount: '0.01' }, rich);
    refused(await offer({ cardId, amount: '0.01' }, rich), 409, 'too_many_offers');
    await withdraw(rich, last);
    await offered({ cardId, amount: '0.01' }, rich);
    await world.db`delete from market.offers where target = 'x'`;
  });
});

describe('accepting', () => {
  test('moves copy, money, fee and royalty, and tells everybody concerned', async () => {
    const id = await offered({ copyId });
    const fees = (await readBalance(world.db, FEES))!.available;
    const earned = (await readBalance(world.db, creator.id))!.available;
    const answer = await accept(seller, id);
    expect(world.problems(contract.acceptOffer, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      ...{ venue: 'offer', copy: { id: copyId }, sellerHandle: seller.handle, buyerHandle: buyer.handle },
      ...{ price: '10', fee: '0.25', royalty: '0.5' },
    });
    expect(await money(buyer)).toEqual([90n * USDC, 0n]);
    expect(await money(seller)).toEqual([109_250_000n, 0n]);
    expect((await readBalance(world.db, FEES))!.available - fees).toBe(250_000n);
    expect((await readBalance(world.db, creator.id))!.available - earned).toBe(500_000n);
    expect(await readCopies(world.db, [copyId])).toMatchObject([
      { ownerId: buyer.id, epoch: 1n, commitment: null },
    ]);
    const closed = await world.call(undefined, 'GET', `/offers/${id}`);
    expect(world.problems(contract.getOffer, closed)).toBeUndefined();
    expect(closed.body).toMatchObject({ state: 'accepted', soldCopyId: copyId });
    expect(await typesOf(`card:${cardId}`)).toEqual(['offer.created', 'sale.completed', 'offer.ended']);
    expect(await personal(buyer)).toEqual([
      { type: 'offer.accepted', data: { offerId: id, copyId, amount: '10', sellerHandle: seller.handle } },
    ]);
  });

  test('repeated with its key gives the same answer and sells once', async () => {
    const id = await offered({ cardId });
    const answers = await Promise.all([1, 2].map(() => accept(seller, id, copyId, '10', 'sell-once')));
    expect(answers[0]!.status).toBe(200);
    expect(answers[1]).toEqual(answers[0]);
    expect(await money(seller)).toEqual([109_250_000n, 0n]);
  });

  test('ends the listing of the copy in the same step', async () => {
    const listing = await world.call(seller, 'POST', '/listings', { copyId, price: '50' });
    const id = await offered({ setId, rarity: 'rare' });
    expect((await accept(seller, id)).status).toBe(200);
    const ended = await world.call(undefined, 'GET', `/listings/${listing.body.id}`);
    expect(ended.body).toMatchObject({ state: 'void' });
    refused(
      await world.call(other, 'POST', `/listings/${listing.body.id}/purchase`, { price: '50' }),
      409,
      'listing_closed',
    );
    expect(await typesOf(`card:${cardId}`)).toEqual([
      'listing.created',
      'sale.completed',
      'listing.cancelled',
    ]);
    expect(await typesOf(`set:${setId}`)).toEqual(['offer.created', 'offer.ended']);
  });

  test('is refused to the buyer, at another amount, of copies that do not fit, are not theirs, or are bound', async () => {
    const [foreign] = (await world.copies([seller], creator)) as [string];
    const [mine] = (await world.copies([buyer], creator, { setId })) as [string];
    const id = await offered({ setId, serialTo: 1 });
    refused(await accept(buyer, id, mine), 409, 'own_offer');
    const dearer = await accept(seller, id, copyId, '11');
    refused(dearer, 409, 'price_changed');
    expect(dearer.body.data).toEqual({ amount: '10' });
    refused(await accept(seller, id, foreign), 422, 'offer_mismatch');
    refused(await accept(other, id), 403, 'copy_not_owned');
    refused(await accept(seller, id, newId()), 404, 'not_found');
    refused(await accept(seller, newId()), 404, 'not_found');
    const commitment = { kind: 'auction', id: newId() } as const;
    await atomically(world.db, (tx) => commitCopies(tx, [copyId], seller.id, commitment));
    refused(await accept(seller, id), 409, 'copy_committed');
    await atomically(world.db, (tx) => freeCopies(tx, [commitment.id]));
    expect((await accept(seller, id)).status).toBe(200);
    refused(await accept(seller, id), 409, 'offer_closed');
  });

  test('of an offer on a copy that has changed hands is refused, and the offer is dead for good', async () => {
    const id = await offered({ copyId });
    await giveAway(copyId, other);
    refused(await accept(seller, id), 403, 'copy_not_owned');
    refused(await accept(other, id), 409, 'copy_stale');
    expect(await stateOf(id)).toBe('void');
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
    expect((await personal(buyer)).at(-1)).toEqual({
      type: 'offer.void',
      data: { offerId: id, copyId, amount: '10' },
    });
  });
});

describe('while the operator has stopped it', () => {
  test('no offer is made or accepted, and every one can be taken back', async () => {
    const [id, onCopy] = [await offered({ cardId }), await offered({ copyId })];
    const act = <T>(work: (tx: Tx) => Promise<T>) => atomically(world.db, work);
    await act((tx) => haltTrading(tx, { setId, withdrawals: false, reason: 'a test' }));
    refused(await offer({ setId }), 409, 'trading_halted');
    refused(await accept(seller, id), 409, 'trading_halted');
    expect((await decline(seller, onCopy)).status).toBe(200);
    await act((tx) => resumeTrading(tx, setId));
    await act((tx) => freezeAccount(tx, buyer.id, 'a test'));
    refused(await offer({ setId }), 403, 'account_frozen');
    refused(await accept(seller, id), 403, 'account_frozen');
    expect((await withdraw(buyer, id)).status).toBe(200);
    await act((tx) => unfreezeAccount(tx, buyer.id));
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
  });
});

describe('ending', () => {
  test('declining is for the owner of the named copy', async () => {
    const id = await offered({ copyId });
    refused(await decline(buyer, id), 403, 'forbidden');
    refused(await decline(other, id), 403, 'forbidden');
    const answer = await decline(seller, id, 'no');
    expect(world.problems(contract.declineOffer, answer)).toBeUndefined();
    expect(answer.body.state).toBe('declined');
    expect(await decline(seller, id, 'no')).toEqual(answer);
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
    expect(await personal(buyer)).toEqual([
      { type: 'offer.declined', data: { offerId: id, copyId, amount: '10' } },
    ]);
    refused(await accept(seller, id), 409, 'offer_closed');
    refused(await decline(seller, await offered({ cardId })), 409, 'offer_not_personal');
    refused(await decline(seller, newId()), 404, 'not_found');
  });

  test('withdrawing is for the buyer, and lets the money go', async () => {
    const id = await offered({ copyId });
    refused(await withdraw(seller, id), 403, 'forbidden');
    const answer = await withdraw(buyer, id);
    expect(world.problems(contract.withdrawOffer, answer)).toBeUndefined();
    expect(answer.body.state).toBe('withdrawn');
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
    refused(await withdraw(buyer, id), 409, 'offer_closed');
    refused(await withdraw(buyer, newId()), 404, 'not_found');
    expect((await personal(seller)).at(-1)).toEqual({
      type: 'offer.withdrawn',
      data: { offerId: id, copyId },
    });
    expect(await typesOf(`card:${cardId}`)).toEqual(['offer.created', 'offer.ended']);
  });

  test('what has expired can no longer be touched, and a job lets its money go', async () => {
    const ids = [await offered({ copyId }), await offered({ setId })];
    await world.db`update market.offers set expires_at = clock_timestamp() where id = any(${ids}::uuid[])`;
    refused(await accept(seller, ids[0]!), 409, 'offer_expired');
    refused(await decline(seller, ids[0]!), 409, 'offer_expired');
    refused(await withdraw(buyer, ids[1]!), 409, 'offer_expired');
    expect(await money(buyer)).toEqual([80n * USDC, 20n * USDC]);
    await runJob('market.offers.expire');
    for (const id of ids) expect(await stateOf(id)).toBe('expired');
    expect(await money(buyer)).toEqual([100n * USDC, 0n]);
    expect((await personal(buyer)).map((event) => event.type)).toEqual(['offer.expired', 'offer.expired']);
  });

  test('a job ends offers on copies that have moved, and no others', async () => {
    const [dead, onCard] = [await offered({ copyId }), await offered({ cardId })];
    const sold = await offered({ cardId, amount: '2' }, other);
    await accept(seller, sold, copyId, '2');
    await runJob('market.offers.void');
    expect(await stateOf(dead)).toBe('void');
    expect(await stateOf(onCard)).toBe('open');
    expect(await money(buyer)).toEqual([90n * USDC, 10n * USDC]);
  });
});

describe('lists', () => {
  async function pages<T = { id: string }>(
    person: Person | undefined,
    path: string,
    operation: object,
  ): Promise<T[]> {
    const items: T[] = [];
    let cursor = '';
    for (let i = 0; i < 30; i++) {
      const answer = await world.call(person, 'GET', `${path}${cursor && `&cursor=${cursor}`}`);
      expect(world.problems(operation as never, answer)).toBeUndefined();
      items.push(...(answer.body.items as T[]));
      if (!answer.body.nextCursor) return items;
      cursor = String(answer.body.nextCursor);
    }
    throw new Error('the pages do not end');
  }
  const idsOf = (items: { id: string }[]) => items.map((item) => item.id);

  test('of a copy, a card and a set hold what could be accepted, best first, over pages', async () => {
    const onCopy = await offered({ copyId, amount: '3' });
    const onCard = await offered({ cardId, amount: '5' });
    const early = await offered({ setId, amount: '4' });
    const late = await offered({ setId, rarity: 'rare', amount: '4' });
    const highSerials = await offered({ cardId, serialFrom: 2, amount: '7' });
    const lowSerials = await offered({ setId, serialTo: 1, amount: '6' });
    const epic = await offered({ setId, rarity: 'epic', amount: '9' });
    await withdraw(buyer, await offered({ setId, amount: '20' }));
    const list = (query: string) =>
      pages(undefined, `/offers?${query}&limit=2`, contract.listOffers).then(idsOf);
    expect(await list(`copyId=${copyId}`)).toEqual([lowSerials, onCard, early, late, onCopy]);
    expect(await list(`cardId=${cardId}`)).toEqual([highSerials, lowSerials, onCard, early, late]);
    expect(await list(`setId=${setId}`)).toEqual([epic, lowSerials, early, late]);
    expect(await list(`setId=${newId()}`)).toEqual([]);
    refused(await world.call(undefined, 'GET', '/offers'), 400, 'validation_failed');
    refused(
      await world.call(undefined, 'GET', `/offers?setId=${setId}&cardId=${cardId}`),
      400,
      'validation_failed',
    );
    await giveAway(copyId, other);
    expect(await list(`copyId=${copyId}`)).toEqual([lowSerials, onCard, early, late]);
  });

  test('of mine: sent ones, newest first and by state', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await offered({ setId }));
    await withdraw(buyer, ids[1]!);
    const sent = (query: string) => pages(buyer, `/offers/sent?${query}`, contract.sentOffers).then(idsOf);
    expect(await sent('limit=2')).toEqual(ids.toReversed());
    expect(await sent('limit=2&state=withdrawn')).toEqual([ids[1]]);
    expect(await sent('limit=2&state=open')).toEqual([4, 3, 2, 0].map((index) => ids[index]));
  });

  test('of mine: received ones are those that I could accept with what I hold', async () => {
    const [epicCopy] = (await world.copies([seller], creator, { setId, rarity: 'epic' })) as [string];
    const twoOfThem = await world.db<{ id: string }[]>`
      select id from vault.copies where card_id = ${cardId} order by serial`;
    const [, secondCopy] = twoOfThem.map((row) => row.id) as [string, string];
    const onCopy = await offered({ copyId, amount: '1' });
    const onCard = await offered({ cardId, amount: '5' });
    const onEpic = await offered({ setId, rarity: 'epic', amount: '4' });
    const second = await offered({ setId, serialFrom: 2, amount: '3' });
    await offered({ cardId, serialFrom: 3, amount: '9' });
    await offered({ setId, category: 'Tools', amount: '9' });
    await offered({ setId, amount: '8' }, seller);
    const received = async () =>
      (
        await pages<{ offer: { id: string }; copies: { id: string }[] }>(
          seller,
          '/offers/received?limit=1',
          contract.receivedOffers,
        )
      ).map((item) => [item.offer.id, ...item.copies.map((copy) => copy.id)]);
    expect(await received()).toEqual([
      [onCard, copyId, secondCopy],
      [onEpic, epicCopy],
      [second, secondCopy],
      [onCopy, copyId],
    ]);
    // A listed copy can be sold; one that is bound otherwise cannot.
    await world.call(seller, 'POST', '/listings', { copyId, price: '50' });
    await atomically(world.db, (tx) =>
      commitCopies(tx, [secondCopy], seller.id, { kind: 'auction', id: newId() }),
    );
    await giveAway(epicCopy, other);
    expect(await received()).toEqual([
      [onCard, copyId],
      [onCopy, copyId],
    ]);
    expect(await pages(buyer, '/offers/received?limit=1', contract.receivedOffers)).toEqual([]);
  });

  test('of mine: somebody with many cards finds the same', async () => {
    const [holder] = (await world.people(1, 0n)) as [Person];
    const held: string[] = [];
    for (let n = 0; n < 30; n++) held.push((await world.copies([holder], creator))[0]!);
    const cards = await readCopies(world.db, [held[3]!, held[7]!, held[9]!]);
    const cardOf = (index: number) => cards.find((copy) => copy.id === held[index])!.cardId;
    const onCopy = await offered({ copyId: held[5], amount: '1' });
    const onCard = await offered({ cardId: cardOf(3), amount: '3' });
    const onSet = await offered({ setId: cardOf(7), serialTo: 4, amount: '2' });
    await offered({ cardId: cardOf(9), serialFrom: 2, amount: '5' });
    await offered({ cardId, amount: '5' });
    const items = await pages<{ offer: { id: string }; copies: { id: string }[] }>(
      holder,
      '/offers/received?limit=1',
      contract.receivedOffers,
    );
    expect(items.map((item) => [item.offer.id, ...item.copies.map((copy) => copy.id)])).toEqual([
      [onCard, held[3]],
      [onSet, held[7]],
      [onCopy, held[5]],
    ]);
  });

  test.each([
    ['/offers/sent', 'rubbish'],
    ['/offers/sent', encodeCursor(['not an id'])],
    ['/offers/received', encodeCursor(['99999999999999999999', newId()])],
    ['/offers/received', encodeCursor([1.5, newId()])],
  ])('%s takes a foreign cursor as the beginning', async (path, cursor) => {
    await offered({ copyId });
    const person = path.endsWith('sent') ? buyer : seller;
    const answer = await world.call(person, 'GET', `${path}?cursor=${cursor}`);
    expect(answer.status).toBe(200);
    expect(answer).toEqual(await world.call(person, 'GET', path));
    expect(answer.body.items).toHaveLength(1);
  });
});

describe('the best offer', () => {
  const best = async (query: string) => {
    const answer = await world.call(undefined, 'GET', `/offers/best?${query}`);
    expect(world.problems(contract.bestOffers, answer)).toBeUndefined();
    const { copies, cards } = answer.body as {
      copies: { copyId: string; best: { offerId: string } | null }[];
      cards: { cardId: string; best: { offerId: string } | null }[];
    };
    return [...copies, ...cards].map((one) => one.best?.offerId ?? null);
  };

  test('for a copy is the highest that its owner could accept; for a card, that any copy could', async () => {
    const [, second] = (
      await world.db<{ id: string }[]>`select id from vault.copies where card_id = ${cardId} order by serial`
    ).map((row) => row.id) as [string, string];
    const read = () => best(`copyIds=${copyId},${second}&cardIds=${cardId}`);
    expect(await read()).toEqual([null, null, null]);
    const onSet = await offered({ setId, amount: '1' });
    expect(await read()).toEqual([onSet, onSet, onSet]);
    const later = await offered({ cardId, amount: '1' });
    expect(await read()).toEqual([onSet, onSet, onSet]);
    const first = await offered({ cardId, serialTo: 1, amount: '3' });
    const onSecond = await offered({ copyId: second, amount: '2' });
    expect(await read()).toEqual([first, onSecond, onSet]);
    // An owner's own offer does not count for what they have, but for the card.
    const own = await offered({ cardId, amount: '9' }, seller);
    expect(await read()).toEqual([first, onSecond, own]);
    await giveAway(second, other);
    expect(await read()).toEqual([first, own, own]);
    await withdraw(seller, own);
    await withdraw(buyer, onSet);
    expect(await read()).toEqual([first, later, later]);
    await world.db`update market.offers set expires_at = clock_timestamp() where id = ${first}`;
    expect(await read()).toEqual([later, later, later]);
  });

  test('says what the seller receives, and leaves nothing out for what is unknown', async () => {
    await offered({ copyId });
    const unknown = newId();
    const answer = await world.call(undefined, 'GET', `/offers/best?copyIds=${copyId},${unknown}`);
    expect(answer.body).toMatchObject({
      copies: [
        { copyId, best: { scope: 'copy', amount: '10', sellerReceives: '9.25' } },
        { copyId: unknown, best: null },
      ],
      cards: [],
    });
    refused(await world.call(undefined, 'GET', '/offers/best?copyIds=x'), 400, 'validation_failed');
  });
});

test('nobody offers, accepts, declines or withdraws without signing in', async () => {
  const id = await offered({ copyId });
  expect((await world.call(undefined, 'POST', '/offers', { copyId, amount: '1' })).status).toBe(401);
  expect((await world.call(undefined, 'POST', `/offers/${id}/accept`, { copyId, amount: '10' })).status).toBe(
    401,
  );
  expect((await world.call(undefined, 'POST', `/offers/${id}/decline`)).status).toBe(401);
  expect((await world.call(undefined, 'DELETE', `/offers/${id}`)).status).toBe(401);
  expect((await world.call(undefined, 'GET', '/offers/sent')).status).toBe(401);
  expect((await world.call(undefined, 'GET', '/offers/received')).status).toBe(401);
});
