import { notificationTypes, operations } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { readTopic } from '@ece/platform/outbox/publish';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { untilVisible } from '../../tests/support/horizon.ts';
import { makeNotifications } from './consumer.ts';
import { ACCOUNT_RULES } from './domain/rules.ts';
import { openTestWorld, type Person, type TestCard, type TestWorld } from './test-world.ts';

interface Listed {
  items: {
    id: string;
    type: string;
    title: string;
    body: string;
    data: Record<string, unknown>;
    readAt: string | null;
  }[];
  nextCursor: string | null;
  unread: number;
}

let world: TestWorld;
let card: TestCard;
const validate = new Ajv({ strict: false }).compile(operations.notifications.list.response as object);

beforeAll(async () => {
  world = await openTestWorld();
  card = world.card();
});
afterAll(() => world.close());

const listOf = async (person: Person, query = '') => {
  const { status, body } = await world.call<Listed>(person, 'GET', `/notifications${query}`);
  expect(status).toBe(200);
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
  return body;
};

/** An event for a person of each kind that tells something. */
function eventsFor(person: Person, other: Person) {
  const auction = world.auction(person.id, card);
  const ids = {
    auctionId: auction.id,
    listingId: newId(),
    copyId: card.copyIds[1]!,
    offerId: newId(),
    tradeOfferId: newId(),
    transferId: newId(),
  };
  const data = {
    ...{ price: '12.5', amount: '3', otherId: other.id, expiresAt: '2031-01-01T10:30:00.000Z' },
    ...{ buyerHandle: other.handle, signature: 'sig', mint: 'mint', counterId: newId() },
  };
  return ACCOUNT_RULES.map(({ event, match }) => ({
    topic: `user:${person.id}`,
    type: event as string,
    data: { ...ids, ...data, ...match },
  }));
}

test('who is frozen reads why, where a reason was given', async () => {
  const ann = world.person();
  const topic = `user:${ann.id}`;
  await world.tell(
    { topic, type: 'account.frozen', data: { reason: 'a stolen card' } },
    { topic, type: 'account.unfrozen', data: { reason: null } },
  );
  await world.run('notifications.consume');
  const { items } = await listOf(ann);
  const frozen = items.find((item) => item.type === 'account_frozen')!;
  expect(frozen.data).toEqual({ reason: 'a stolen card' });
  expect(frozen.body).toContain('“a stolen card”');
  const unfrozen = items.find((item) => item.type === 'account_unfrozen')!;
  expect(unfrozen.data).toEqual({});
  expect(unfrozen.body).toBe('You can trade and withdraw again.');
});

test('every event that tells something makes its notification, with names and words', async () => {
  const [ann, ben] = [world.person(), world.person()];
  await world.tell(...eventsFor(ann, ben));
  await world.run('notifications.consume');
  const { items, unread } = await listOf(ann);
  expect(items.map((item) => item.type).toSorted()).toEqual(
    ACCOUNT_RULES.map((rule) => rule.type).toSorted(),
  );
  expect(unread).toBe(ACCOUNT_RULES.length);
  for (const item of items) {
    expect(item.title, item.type).not.toMatch(/undefined|your item|\?/);
    expect(item.body, item.type).not.toMatch(/undefined|\?/);
  }
  const outbid = items.find((item) => item.type === 'outbid')!;
  expect(outbid).toMatchObject({
    title: 'You were outbid on Aurora #2 (TEST) and 2 more',
    data: { price: '12.5', cardId: card.id, cardName: 'Aurora', serial: 2, lotSize: 3 },
  });
  expect(items.find((item) => item.type === 'trade_accepted')!.title).toContain(`@${ben.handle}`);
  const live = await readTopic(world.db, `user:${ann.id}`, BigInt(ACCOUNT_RULES.length), 100);
  expect(live.map((event) => event.type)).toEqual(ACCOUNT_RULES.map(() => 'notification.created'));
  const shown = new Map(items.map((item) => [item.id, item]));
  for (const event of live) expect(event.data).toEqual(shown.get(event.data.id as string));
});

test('only the side that did not act hears of a trade', async () => {
  const [ann, ben] = [world.person(), world.person()];
  const sides = (type: string) =>
    (['sender', 'recipient'] as const).map((side, index) => ({
      topic: `user:${[ann, ben][index]!.id}`,
      type,
      data: { tradeOfferId: newId(), side, otherId: [ben, ann][index]!.id },
    }));
  const types = ['offered', 'countered', 'accepted', 'declined', 'withdrawn', 'expired', 'void'];
  await world.tell(...types.flatMap((type) => sides(`trade.${type}`)));
  await world.run('notifications.consume');
  const typesOf = async (person: Person) =>
    (await listOf(person)).items.map((item) => item.type).toReversed();
  expect(await typesOf(ann)).toEqual([
    ...['trade_countered', 'trade_accepted', 'trade_declined', 'trade_expired', 'trade_void'],
  ]);
  expect(await typesOf(ben)).toEqual(['trade_offered', 'trade_withdrawn', 'trade_expired', 'trade_void']);
});

test('many consumers at once, deaths before the commit and a position that goes back make nothing twice', async () => {
  const [ann, ben] = [world.person(), world.person()];
  for (let n = 0; n < 5; n++) await world.tell(...eventsFor(ann, ben));
  const auctions = { ...world.context.auctions, facts: () => Promise.reject(new Error('gone')) };
  const dies = { ...world.context, auctions };
  await untilVisible(world.db);
  await expect(makeNotifications(dies)).rejects.toThrow('gone');
  expect((await listOf(ann)).items).toEqual([]);
  const drain = async () => {
    await untilVisible(world.db);
    while (await makeNotifications(world.context));
  };
  await Promise.all(Array.from({ length: 6 }, drain));
  await drain();
  const expected = 5 * ACCOUNT_RULES.length;
  const count = async () =>
    Number(
      (
        await world.db`select count(*) as n from notifications.notifications
      where account_id = ${ann.id}`
      )[0]!.n,
    );
  expect(await count()).toBe(expected);
  await world.db`update platform.consumers set xid = '0', id = 0 where name = 'notifications'`;
  await drain();
  expect(await count()).toBe(expected);
  const live = await world.db`select 1 from platform.events
    where topic = ${`user:${ann.id}`} and type = 'notification.created'`;
  expect(live).toHaveLength(expected);
});

describe('reading', () => {
  test('pages go through all of them once; the unread filter and count follow', async () => {
    const [ann, ben] = [world.person(), world.person()];
    await world.tell(...eventsFor(ann, ben));
    await world.run('notifications.consume');
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await listOf(ann, `?limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...answer.items.map((item) => item.id));
      cursor = answer.nextCursor ?? '';
    } while (cursor);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(new Set(seen).size).toBe(ACCOUNT_RULES.length);

    const some = await world.call(ann, 'POST', '/notifications/read', { ids: seen.slice(0, 3) });
    expect(some.body).toEqual({ unread: ACCOUNT_RULES.length - 3 });
    const left = await listOf(ann, '?unread=true');
    expect(left.items.map((item) => item.id)).toEqual(seen.slice(3));
    const upTo = await world.call(ann, 'POST', '/notifications/read', { upTo: seen[5] });
    expect(upTo.body).toEqual({ unread: 2 });
    expect((await listOf(ann, '?unread=true')).items.map((item) => item.id)).toEqual(seen.slice(3, 5));
    const events = await readTopic(world.db, `user:${ann.id}`, 0n, 1000);
    expect(events.at(-1)).toMatchObject({ type: 'notification.read', data: { unread: 2 } });
  });

  test('nobody sees or reads what is somebody else’s', async () => {
    const [ann, ben] = [world.person(), world.person()];
    await world.tell(...eventsFor(ann, ben));
    await world.run('notifications.consume');
    const [first] = (await listOf(ann)).items;
    expect((await listOf(ben)).items).toEqual([]);
    await world.call(ben, 'POST', '/notifications/read', { ids: [first!.id] });
    await world.call(ben, 'POST', '/notifications/read', { upTo: first!.id });
    expect((await listOf(ann)).unread).toBe(ACCOUNT_RULES.length);
    expect((await world.call(undefined, 'GET', '/notifications')).status).toBe(401);
    for (const body of [{}, { ids: [] }, { ids: ['x'] }, { ids: [first!.id], upTo: first!.id }]) {
      expect((await world.call(ann, 'POST', '/notifications/read', body)).status).toBe(400);
    }
  });
});

test('preferences have a default, are kept, and return to it', async () => {
  const ann = world.person();
  const read = async () =>
    (await world.call<{ items: { type: string; mail: boolean; default: boolean }[] }>(
      ann,
      'GET',
      '/notification-preferences',
    ))!.body.items;
  const before = await read();
  expect(before.map((item) => item.type)).toEqual(notificationTypes);
  expect(before.every((item) => item.mail === item.default)).toBe(true);
  const put = (items: object[]) => world.call(ann, 'PUT', '/notification-preferences', { items });
  const done = await put([
    { type: 'outbid', mail: false },
    { type: 'copy_minted', mail: true },
    { type: 'outbid', mail: false },
  ]);
  expect(done.status).toBe(200);
  const changed = (await read()).filter((item) => item.mail !== item.default);
  expect(changed.map(({ type, mail }) => [type, mail])).toEqual([
    ['outbid', false],
    ['copy_minted', true],
  ]);
  await put([{ type: 'copy_minted', mail: true }]);
  expect((await read()).filter((item) => item.mail !== item.default).map((item) => item.type)).toEqual([
    'copy_minted',
  ]);
  expect((await put([{ type: 'nonsense', mail: true }])).status).toBe(400);
});
