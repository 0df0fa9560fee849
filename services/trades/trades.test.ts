import { operations } from '@ece/contract';
import { market } from '@ece/market';
import { encodeCursor } from '@ece/platform/db/page';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import { FEES, readBalance, readCopies, readProvenance } from '@ece/vault';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type TradesApi, trades } from './api.ts';

const { trades: contract } = operations;
const USDC = 1_000_000n;
const DAY_MS = 86_400_000;

let world: TradingWorld;
let ann: Person;
let ben: Person;
let eve: Person;
let annsCopy: string;
let bensCopy: string;
beforeAll(async () => {
  world = await TradingWorld.open([market, trades]);
});
afterAll(() => world.close());
beforeEach(async () => {
  [ann, ben, eve] = (await world.people(3, 100n * USDC)) as [Person, Person, Person];
  [annsCopy, bensCopy] = (await world.copies([ann, ben])) as [string, string];
});

interface Body {
  give?: { copyIds: string[]; cash?: string };
  receive?: { copyIds: string[]; cash?: string };
  message?: string;
  expiresAt?: string;
}

const offer = (body: Body = {}, key?: string) =>
  world.call(
    ann,
    'POST',
    '/trade-offers',
    {
      toHandle: ben.handle,
      give: { copyIds: [annsCopy], cash: '10' },
      receive: { copyIds: [bensCopy], cash: '4' },
      ...body,
    },
    key,
  );

async function offered(body: Body = {}): Promise<string> {
  const answer = await offer(body);
  expect(world.problems(contract.create, answer)).toBeUndefined();
  return String(answer.body.id);
}

const act = (person: Person, id: string, action: 'accept' | 'decline', key?: string) =>
  world.call(person, 'POST', `/trade-offers/${id}/${action}`, undefined, key);
const withdraw = (person: Person, id: string) => world.call(person, 'DELETE', `/trade-offers/${id}`);
const stateOf = async (id: string) => (await world.call(ann, 'GET', `/trade-offers/${id}`)).body.state;
const balance = (person: Person) => readBalance(world.db, person.id);
const copyOf = async (id: string) => (await readCopies(world.db, [id]))[0]!;
const code = (answer: Answer) => answer.body.code;

async function lastEvent(person: Person) {
  const events = await readTopic(world.db, `user:${person.id}`, 0n, 100);
  return { type: events.at(-1)?.type, data: events.at(-1)?.data };
}

/** Ends the time of an offer, by the clock of the database. */
async function outdate(id: string): Promise<void> {
  await world.db`update trades.offers set expires_at = now() - interval '1 millisecond' where id = ${id}`;
}

async function expectReleased(id: string, state: string): Promise<void> {
  expect(await stateOf(id)).toBe(state);
  expect((await copyOf(annsCopy)).commitment).toBeNull();
  expect((await balance(ann))!.held).toBe(0n);
}

describe('making an offer', () => {
  test('binds and holds what is given, with its fee, and leaves what is asked for free', async () => {
    const answer = await offer({ message: 'Fair?' });
    expect(world.problems(contract.create, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      fromHandle: ann.handle,
      toHandle: ben.handle,
      give: { copies: [{ id: annsCopy }], cash: '10', fee: '0.25' },
      receive: { copies: [{ id: bensCopy }], cash: '4', fee: '0.1' },
      feeBasisPoints: 250,
      message: 'Fair?',
      state: 'open',
      counterOf: null,
      closedAt: null,
    });
    const lifetime = Date.parse(String(answer.body.expiresAt)) - Date.parse(String(answer.body.createdAt));
    expect(Math.abs(lifetime - 7 * DAY_MS)).toBeLessThan(5_000);
    expect(await balance(ann)).toEqual({ available: 89_750_000n, held: 10_250_000n });
    expect(await balance(ben)).toEqual({ available: 100n * USDC, held: 0n });
    expect((await copyOf(annsCopy)).commitment).toEqual({ kind: 'trade', id: answer.body.id });
    expect((await copyOf(bensCopy)).commitment).toBeNull();
    const data = { tradeOfferId: answer.body.id, fromHandle: ann.handle };
    const to = (side: string, otherId: string) => ({
      ...data,
      side,
      otherId,
      expiresAt: answer.body.expiresAt,
    });
    expect(await lastEvent(ann)).toEqual({ type: 'trade.offered', data: to('sender', ben.id) });
    expect(await lastEvent(ben)).toEqual({ type: 'trade.offered', data: to('recipient', ann.id) });
  });

  test('a fee is rounded down', async () => {
    const answer = await offer({ give: { copyIds: [annsCopy], cash: '0.000079' } });
    expect(answer.body.give).toMatchObject({ cash: '0.000079', fee: '0.000001' });
    expect((await balance(ann))!.held).toBe(80n);
  });

  test('repeated with its key it is one offer', async () => {
    const [first, second] = await Promise.all([offer({}, 'offer-once'), offer({}, 'offer-once')]);
    expect(first.status).toBe(201);
    expect(second).toEqual(first);
    expect((await balance(ann))!.held).toBe(10_250_000n);
  });

  test('is refused where it makes no sense or cannot be kept, and then changes nothing', async () => {
    const [annsListed] = (await world.copies([ann])) as [string];
    await world.call(ann, 'POST', '/listings', { copyId: annsListed, price: '5' });
    const [eves] = (await world.copies([eve])) as [string];
    const later = (ms: number) => new Date(Date.now() + ms).toISOString();
    const cases: [Body & { toHandle?: string }, string][] = [
      [{ toHandle: ann.handle }, 'trade_with_self'],
      [{ toHandle: 'nobody_at_all' }, 'not_found'],
      [{ give: { copyIds: [] } }, 'trade_empty'],
      [{ receive: { copyIds: [], cash: '0' } }, 'trade_empty'],
      [{ give: { copyIds: [], cash: '1' }, receive: { copyIds: [], cash: '1' } }, 'trade_empty'],
      [{ give: { copyIds: [annsCopy, bensCopy] } }, 'copy_not_owned'],
      [{ give: { copyIds: [annsCopy, annsListed] } }, 'copy_committed'],
      [{ give: { copyIds: [annsCopy, newId()] } }, 'not_found'],
      [{ receive: { copyIds: [eves] } }, 'copy_not_owned'],
      [{ receive: { copyIds: [annsCopy] } }, 'copy_not_owned'],
      [{ receive: { copyIds: [newId()] } }, 'not_found'],
      [{ give: { copyIds: [annsCopy], cash: '97.57' } }, 'insufficient_funds'],
      [{ give: { copyIds: [annsCopy], cash: '1000000000.1' } }, 'amount_too_large'],
      [{ expiresAt: later(-1_000) }, 'invalid_schedule'],
      [{ expiresAt: later(31 * DAY_MS) }, 'invalid_schedule'],
      [{ expiresAt: '2030-99-99T99:99:99Z' }, 'validation_failed'],
      [{ message: 'a\u0000b' }, 'validation_failed'],
      [{ message: 'x'.repeat(501) }, 'validation_failed'],
      [{ give: { copyIds: [annsCopy, annsCopy] } }, 'validation_failed'],
    ];
    for (const [body, expected] of cases) {
      const answer = await offer(body);
      expect([code(answer), body]).toEqual([expected, body]);
    }
    expect(await balance(ann)).toEqual({ available: 100n * USDC, held: 0n });
    expect((await copyOf(annsCopy)).commitment).toBeNull();
    expect((await world.call(ann, 'GET', '/trade-offers')).body.items).toEqual([]);
  });
});

describe('accepting', () => {
  test('moves copies, cash and fees both ways, and everybody is told', async () => {
    const id = await offered();
    const fees = (await readBalance(world.db, FEES))!.available;
    const answer = await act(ben, id, 'accept');
    expect(world.problems(contract.accept, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({ id, state: 'accepted', closedAt: expect.any(String) });
    expect(await balance(ann)).toEqual({ available: 100n * USDC - 10_250_000n + 4n * USDC, held: 0n });
    expect(await balance(ben)).toEqual({ available: 100n * USDC - 4_100_000n + 10n * USDC, held: 0n });
    expect((await readBalance(world.db, FEES))!.available - fees).toBe(350_000n);
    expect(await copyOf(annsCopy)).toMatchObject({ ownerId: ben.id, epoch: 1n, commitment: null });
    expect(await copyOf(bensCopy)).toMatchObject({ ownerId: ann.id, epoch: 1n, commitment: null });
    expect((await readProvenance(world.db, bensCopy, undefined, 1))[0]).toMatchObject({
      kind: 'trade',
      reference: id,
      price: null,
    });
    for (const person of [ann, ben]) {
      expect(await lastEvent(person)).toMatchObject({ type: 'trade.accepted', data: { tradeOfferId: id } });
    }
    for (const [copyId, from, to] of [
      [annsCopy, ann, ben],
      [bensCopy, ben, ann],
    ] as const) {
      const { cardId } = await copyOf(copyId);
      const moved = (await readTopic(world.db, `card:${cardId}`, 0n, 100)).filter(
        (event) => event.type === 'copy.moved' && event.data.copyId === copyId,
      );
      const data = { copyId, cardId, epoch: 1, fromId: from.id, toId: to.id, by: 'trade' };
      expect(moved.map((event) => event.data)).toEqual([data]);
    }
  });

  test('works without cash, and as a gift of cash for a copy', async () => {
    const swap = await offered({ give: { copyIds: [annsCopy] }, receive: { copyIds: [bensCopy] } });
    expect((await act(ben, swap, 'accept')).status).toBe(200);
    const buy = await offered({ give: { copyIds: [], cash: '3' }, receive: { copyIds: [annsCopy] } });
    expect((await act(ben, buy, 'accept')).status).toBe(200);
    expect((await copyOf(annsCopy)).ownerId).toBe(ann.id);
    expect(await balance(ben)).toEqual({ available: 103n * USDC, held: 0n });
    expect(await balance(ann)).toEqual({ available: 100n * USDC - 3_075_000n, held: 0n });
  });

  test('repeated with its key gives the same answer and moves once', async () => {
    const id = await offered();
    const [first, second] = await Promise.all([
      act(ben, id, 'accept', 'accept-once'),
      act(ben, id, 'accept', 'accept-once'),
    ]);
    expect(first.status).toBe(200);
    expect(second).toEqual(first);
    expect((await copyOf(annsCopy)).epoch).toBe(1n);
    expect(code(await act(ben, id, 'accept'))).toBe('trade_offer_closed');
  });

  test('is for the person asked; others see nothing', async () => {
    const id = await offered();
    expect(await act(ann, id, 'accept')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await act(eve, id, 'accept')).status).toBe(404);
    expect((await act(ben, newId(), 'accept')).status).toBe(404);
    expect(await stateOf(id)).toBe('open');
  });

  test('is refused while a wanted copy is bound elsewhere, and works once it is free', async () => {
    const id = await offered();
    const listing = await world.call(ben, 'POST', '/listings', { copyId: bensCopy, price: '5' });
    expect(await act(ben, id, 'accept')).toMatchObject({ status: 409, body: { code: 'copy_committed' } });
    expect(await stateOf(id)).toBe('open');
    await world.call(ben, 'DELETE', `/listings/${listing.body.id}`);
    expect((await act(ben, id, 'accept')).status).toBe(200);
  });

  test('of a copy that has changed hands is refused, and the offer is void for good', async () => {
    const id = await offered();
    const listing = await world.call(ben, 'POST', '/listings', { copyId: bensCopy, price: '5' });
    await world.call(eve, 'POST', `/listings/${listing.body.id}/purchase`, { price: '5' });
    expect(await act(ben, id, 'accept')).toMatchObject({ status: 409, body: { code: 'copy_stale' } });
    await expectReleased(id, 'void');
    expect(code(await act(ben, id, 'accept'))).toBe('trade_offer_closed');
    expect(await lastEvent(ann)).toMatchObject({ type: 'trade.void', data: { tradeOfferId: id } });
  });

  test('a copy that went away and came back is another one to the offer', async () => {
    const id = await offered();
    for (const [from, to] of [
      [ben, eve],
      [eve, ben],
    ] as const) {
      const listing = await world.call(from, 'POST', '/listings', { copyId: bensCopy, price: '5' });
      await world.call(to, 'POST', `/listings/${listing.body.id}/purchase`, { price: '5' });
    }
    expect((await copyOf(bensCopy)).ownerId).toBe(ben.id);
    expect(code(await act(ben, id, 'accept'))).toBe('copy_stale');
  });

  test('is refused without the cash that is asked for, and nothing moves', async () => {
    // What Ben receives counts: 100 + 10 are short of 107.5 and its fee.
    const id = await offered({ receive: { copyIds: [], cash: '107.5' } });
    expect(code(await act(ben, id, 'accept'))).toBe('insufficient_funds');
    expect(await stateOf(id)).toBe('open');
    expect(await balance(ann)).toEqual({ available: 89_750_000n, held: 10_250_000n });
    expect((await copyOf(annsCopy)).commitment).toEqual({ kind: 'trade', id });
  });
});

describe('declining and withdrawing', () => {
  test('a declined offer lets go what it bound', async () => {
    const id = await offered();
    expect((await act(ann, id, 'decline')).status).toBe(403);
    expect((await act(eve, id, 'decline')).status).toBe(404);
    const answer = await act(ben, id, 'decline');
    expect(world.problems(contract.decline, answer)).toBeUndefined();
    await expectReleased(id, 'declined');
    expect(await lastEvent(ann)).toMatchObject({ type: 'trade.declined', data: { tradeOfferId: id } });
    expect(code(await act(ben, id, 'decline'))).toBe('trade_offer_closed');
  });

  test('a withdrawn offer lets go what it bound', async () => {
    const id = await offered();
    expect((await withdraw(ben, id)).status).toBe(403);
    expect((await withdraw(eve, id)).status).toBe(404);
    const answer = await withdraw(ann, id);
    expect(world.problems(contract.withdraw, answer)).toBeUndefined();
    await expectReleased(id, 'withdrawn');
    expect(await lastEvent(ben)).toMatchObject({ type: 'trade.withdrawn', data: { tradeOfferId: id } });
    expect(code(await withdraw(ann, id))).toBe('trade_offer_closed');
  });
});

describe('countering', () => {
  const counter = (person: Person, id: string, body: Body, key?: string) =>
    world.call(
      person,
      'POST',
      `/trade-offers/${id}/counter`,
      { give: { copyIds: [bensCopy] }, receive: { copyIds: [annsCopy], cash: '20' }, ...body },
      key,
    );

  test('ends the offer and makes one from the counterer’s side', async () => {
    const id = await offered();
    const answer = await counter(ben, id, { message: 'More' }, 'counter-once');
    expect(world.problems(contract.counter, answer)).toBeUndefined();
    expect(answer.body).toMatchObject({
      fromHandle: ben.handle,
      toHandle: ann.handle,
      give: { copies: [{ id: bensCopy }], cash: '0', fee: '0' },
      receive: { copies: [{ id: annsCopy }], cash: '20', fee: '0.5' },
      state: 'open',
      counterOf: id,
    });
    await expectReleased(id, 'countered');
    expect((await copyOf(bensCopy)).commitment).toEqual({ kind: 'trade', id: answer.body.id });
    for (const person of [ann, ben]) {
      expect(await lastEvent(person)).toMatchObject({
        type: 'trade.countered',
        data: { tradeOfferId: id, counterId: answer.body.id },
      });
    }
    expect(await counter(ben, id, { message: 'More' }, 'counter-once')).toEqual(answer);
    expect(code(await counter(ben, id, {}))).toBe('trade_offer_closed');

    expect((await act(ann, String(answer.body.id), 'accept')).status).toBe(200);
    expect((await copyOf(annsCopy)).ownerId).toBe(ben.id);
    expect(await balance(ann)).toEqual({ available: 79_500_000n, held: 0n });
    expect(await balance(ben)).toEqual({ available: 120n * USDC, held: 0n });
  });

  test('makes a thread that each of its offers leads to, for its two sides alone', async () => {
    const first = await offered();
    const second = String((await counter(ben, first, {})).body.id);
    const third = String(
      (await counter(ann, second, { give: { copyIds: [annsCopy] }, receive: { copyIds: [bensCopy] } })).body
        .id,
    );
    const other = await world.call(eve, 'POST', '/trade-offers', {
      toHandle: ben.handle,
      give: { copyIds: [], cash: '1' },
      receive: { copyIds: [bensCopy] },
    });
    expect(other.status).toBe(201);
    for (const id of [first, second, third]) {
      const answer = await world.call(ben, 'GET', `/trade-offers/${id}/thread`);
      expect(world.problems(contract.thread, answer)).toBeUndefined();
      expect(answer.body.items).toMatchObject([
        { id: first, state: 'countered', counterOf: null },
        { id: second, state: 'countered', counterOf: first },
        { id: third, state: 'open', counterOf: second },
      ]);
    }
    expect((await world.call(eve, 'GET', `/trade-offers/${second}/thread`)).status).toBe(404);
  });

  test('that is refused leaves the offer as it was', async () => {
    const id = await offered();
    expect(code(await counter(ben, id, { give: { copyIds: [], cash: '99' } }))).toBe('insufficient_funds');
    expect(code(await counter(ben, id, { give: { copyIds: [annsCopy] } }))).toBe('copy_not_owned');
    expect(code(await counter(ben, id, { give: { copyIds: [] } }))).toBe('trade_empty');
    expect((await counter(ann, id, {})).status).toBe(403);
    expect((await counter(eve, id, {})).status).toBe(404);
    expect(await stateOf(id)).toBe('open');
    expect(await balance(ann)).toEqual({ available: 89_750_000n, held: 10_250_000n });
    expect((await copyOf(annsCopy)).commitment).toEqual({ kind: 'trade', id });
  });
});

describe('time', () => {
  const expire = () => world.jobs.get('trades.expire')!.run();

  test('after its expiry nobody can do anything to an offer, before the job has run too', async () => {
    const id = await offered();
    await outdate(id);
    expect(await act(ben, id, 'accept')).toMatchObject({
      status: 409,
      body: { code: 'trade_offer_expired' },
    });
    expect(code(await act(ben, id, 'decline'))).toBe('trade_offer_expired');
    expect(code(await withdraw(ann, id))).toBe('trade_offer_expired');
    expect(await expire()).toBe(false);
    await expectReleased(id, 'expired');
    expect(await lastEvent(ben)).toMatchObject({ type: 'trade.expired', data: { tradeOfferId: id } });
  });

  test('the job ends what is due, once, also when it runs several times at once', async () => {
    const [due, open] = [
      await offered(),
      await offered({
        give: { copyIds: [], cash: '1' },
        expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
      }),
    ];
    await outdate(due);
    await Promise.all([expire(), expire(), expire()]);
    await expire();
    expect([await stateOf(due), await stateOf(open)]).toEqual(['expired', 'open']);
    const events = await readTopic(world.db, `user:${ann.id}`, 0n, 100);
    expect(events.filter((event) => event.type === 'trade.expired')).toHaveLength(1);
    expect(await balance(ann)).toEqual({ available: 98_975_000n, held: 1_025_000n });
  });

  test('the sweep voids offers for copies that have moved, and no others', async () => {
    const id = await offered();
    const [other] = (await world.copies([ben])) as [string];
    const untouched = await offered({ give: { copyIds: [], cash: '1' }, receive: { copyIds: [other] } });
    const rival = await world.call(eve, 'POST', '/trade-offers', {
      toHandle: ben.handle,
      give: { copyIds: [], cash: '5' },
      receive: { copyIds: [bensCopy] },
    });
    await act(ben, String(rival.body.id), 'accept');
    const sweep = world.jobs.get('trades.void')!;
    while (await sweep.run());
    expect([await stateOf(id), await stateOf(untouched)]).toEqual(['void', 'open']);
    expect((await copyOf(annsCopy)).commitment).toBeNull();
    expect(await balance(ann)).toEqual({ available: 98_975_000n, held: 1_025_000n });
  });
});

describe('seeing', () => {
  test('an offer is its two sides’ alone', async () => {
    const id = await offered();
    for (const person of [ann, ben]) {
      const answer = await world.call(person, 'GET', `/trade-offers/${id}`);
      expect(world.problems(contract.get, answer)).toBeUndefined();
    }
    expect((await world.call(eve, 'GET', `/trade-offers/${id}`)).status).toBe(404);
    expect((await world.call(undefined, 'GET', `/trade-offers/${id}`)).status).toBe(401);
    expect((await world.call(eve, 'GET', '/trade-offers')).body.items).toEqual([]);
  });

  test('a list has each offer once, newest first, over pages, by direction and state', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await offered({ give: { copyIds: [], cash: '1' } }));
    const back = await world.call(ben, 'POST', '/trade-offers', {
      toHandle: ann.handle,
      give: { copyIds: [], cash: '2' },
      receive: { copyIds: [annsCopy] },
    });
    ids.push(String(back.body.id));
    await act(ben, ids[0]!, 'decline');

    const read = async (query: string) => {
      const seen: unknown[] = [];
      let cursor: unknown = null;
      do {
        const path = `/trade-offers?limit=2${query}${cursor ? `&cursor=${cursor}` : ''}`;
        const answer = await world.call(ann, 'GET', path);
        expect(world.problems(contract.list, answer)).toBeUndefined();
        seen.push(...(answer.body.items as { id: string }[]).map((item) => item.id));
        cursor = answer.body.nextCursor;
      } while (cursor);
      return seen;
    };
    expect(await read('')).toEqual(ids.toReversed());
    expect(await read('&direction=sent')).toEqual(ids.slice(0, 3).toReversed());
    expect(await read('&direction=received')).toEqual([ids[3]]);
    expect(await read('&state=open')).toEqual(ids.slice(1).toReversed());
    expect(await read('&direction=sent&state=declined')).toEqual([ids[0]]);
    const foreign = encodeCursor(["' or 1=1"]);
    expect((await world.call(ann, 'GET', `/trade-offers?cursor=${foreign}`)).body.items).toHaveLength(4);
  });
});

describe('many offers at once', () => {
  const open = (give: string, receive: string, cash = 0n) => ({
    ...{ fromId: ann.id, toId: ben.id, message: 'Fair?' },
    give: { copyIds: [give], cash },
    receive: { copyIds: [receive], cash: 0n },
  });
  const api = () => world.apis.get('trades') as TradesApi;

  test('are offers like any other: bound, held, told, and accepted', async () => {
    const [second] = (await world.copies([ann])) as [string];
    const made = await api().importOpen([open(annsCopy, bensCopy, 10n * USDC), open(second, bensCopy)]);
    if (!made.ok) throw new Error(made.error.code);
    const [first] = made.value as [string, string];
    expect(await readBalance(world.db, ann.id)).toEqual({ available: 89_750_000n, held: 10_250_000n });
    expect((await readCopies(world.db, [annsCopy]))[0]!.commitment).toEqual({ kind: 'trade', id: first });
    expect((await readTopic(world.db, `user:${ben.id}`, 0n, 9)).map((event) => event.type)).toEqual([
      'trade.offered',
      'trade.offered',
    ]);
    const shown = await world.call(ben, 'GET', `/trade-offers/${first}`);
    expect(shown.body).toMatchObject({ state: 'open', message: 'Fair?', give: { cash: '10' } });
    expect((await act(ben, first, 'accept')).status).toBe(200);
    expect((await readCopies(world.db, [bensCopy]))[0]!.ownerId).toBe(ann.id);
  });

  test('are refused together when one of them would be', async () => {
    const refused = async (...offers: Parameters<TradesApi['importOpen']>[0]) => {
      const result = await api().importOpen(offers);
      return result.ok ? 'made' : result.error.code;
    };
    const good = open(annsCopy, bensCopy);
    expect(await refused(good, good)).toBe('copy_committed');
    expect(await refused(good, open(bensCopy, annsCopy))).toBe('copy_not_owned');
    expect(await refused({ ...good, toId: eve.id })).toBe('copy_not_owned');
    expect(await refused({ ...good, toId: ann.id })).toBe('trade_with_self');
    expect(await refused(open(annsCopy, bensCopy, 1_000n * USDC))).toBe('insufficient_funds');
    expect((await readCopies(world.db, [annsCopy]))[0]!.commitment).toBeNull();
  });
});
