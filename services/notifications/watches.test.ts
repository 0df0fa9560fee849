import { operations } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fanOut } from './fanout.ts';
import { openTestWorld, type Person, type TestCard, type TestWorld } from './test-world.ts';

let world: TestWorld;
let ann: Person;
let seller: Person;
let card: TestCard;

const ajv = new Ajv({ strict: false });
const isWatch = ajv.compile(operations.notifications.createWatch.response as object);

beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  ann = world.person();
  seller = world.person();
  card = world.card();
});

const watch = (person: Person, body: object) =>
  world.call<{ id: string; name: string }>(person, 'POST', '/watches', body);

async function settle(): Promise<void> {
  await world.run('notifications.consume');
  await world.run('notifications.fanout');
}

/** Types and data of what a person was told, oldest first. */
async function toldOf(person: Person) {
  const { body } = await world.call<{
    items: { type: string; title: string; data: Record<string, unknown> }[];
  }>(person, 'GET', '/notifications?limit=100');
  return body.items.toReversed();
}

const listed = (price = '5', copy = 0, by = seller) => ({
  topic: `card:${card.id}`,
  type: 'listing.created',
  data: { listingId: newId(), copyId: card.copyIds[copy], cardId: card.id, price, sellerHandle: by.handle },
});
const repriced = (price: string, previousPrice: string) => {
  const event = listed(price);
  return { ...event, type: 'listing.repriced', data: { ...event.data, previousPrice } };
};

describe('watches', () => {
  test('of a card, its set and a copy tell of a listing once, and not its seller', async () => {
    const [ben, cat, none] = [world.person(), world.person(), world.person()];
    for (const body of [{ cardId: card.id }, { setId: card.setId }, { copyId: card.copyIds[0] }]) {
      const made = await watch(ann, body);
      expect(made.status).toBe(201);
      expect(isWatch(made.body), JSON.stringify(isWatch.errors)).toBe(true);
    }
    await watch(ben, { copyId: card.copyIds[1] });
    await watch(cat, { setId: card.setId });
    await watch(seller, { cardId: card.id });
    await watch(none, { cardId: world.card().id });
    await world.tell(listed());
    await settle();
    expect(await toldOf(ann)).toMatchObject([
      {
        type: 'watch_listed',
        title: 'Aurora #1 (TEST) is for sale',
        data: { price: '5', handle: seller.handle, copyId: card.copyIds[0] },
      },
    ]);
    expect((await toldOf(cat)).length).toBe(1);
    for (const person of [ben, seller, none]) expect(await toldOf(person)).toEqual([]);
    expect(await world.db`select 1 from notifications.fanouts`).toHaveLength(0);
  });

  test('tell of a lower price, not of a higher one, and of an auction with the card in its lot', async () => {
    await watch(ann, { cardId: card.id });
    await watch(seller, { cardId: card.id });
    const auction = world.auction(seller.id, card);
    await world.tell(repriced('7', '5'), repriced('4', '7'), {
      topic: `auction:${auction.id}`,
      type: 'auction.created',
      data: {
        auctionId: auction.id,
        startsAt: 'x',
        endsAt: auction.endsAt.toISOString(),
        startingPrice: '2',
      },
    });
    await settle();
    const told = await toldOf(ann);
    expect(told.map((item) => item.type).toSorted()).toEqual(['watch_auctioned', 'watch_price_drop']);
    expect(told.find((item) => item.type === 'watch_price_drop')!.data).toMatchObject({
      price: '4',
      previousPrice: '7',
    });
    expect(told.find((item) => item.type === 'watch_auctioned')!.data).toMatchObject({
      auctionId: auction.id,
      price: '2',
      lotSize: 3,
    });
    expect(await toldOf(seller)).toEqual([]);
  });

  test('many watchers are told page by page, each once, by several processes at once', async () => {
    const accounts = Array.from({ length: 1203 }, () => newId());
    await world.db`
      insert into notifications.watches (id, account_id, kind, subject_id)
      select gen_random_uuid(), account_id, 'card', ${card.id}::uuid from unnest(${accounts}::uuid[]) as a(account_id)`;
    await world.tell(listed());
    await world.run('notifications.consume');
    const work = async () => {
      while (await fanOut(world.context));
    };
    await Promise.all([work(), work(), work()]);
    const [row] = await world.db`
      select count(*)::int as n, count(distinct account_id)::int as accounts from notifications.notifications
      where account_id = any(${accounts}::uuid[])`;
    expect(row).toEqual({ n: 1203, accounts: 1203 });
  });

  test('are listed in pages, made once, deleted by their account alone, and of what exists', async () => {
    const first = await watch(ann, { cardId: card.id });
    const again = await watch(ann, { cardId: card.id });
    expect(again.body.id).toBe(first.body.id);
    await watch(ann, { setId: card.setId });
    const page = await world.call<{
      items: { id: string; kind: string; name: string }[];
      nextCursor: string;
    }>(ann, 'GET', '/watches?limit=1');
    expect(page.body.items).toMatchObject([{ kind: 'set', name: 'Test set' }]);
    const rest = await world.call<{ items: object[]; nextCursor: null }>(
      ann,
      'GET',
      `/watches?limit=1&cursor=${page.body.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ items: [{ kind: 'card', name: 'Aurora' }], nextCursor: null });
    const own = (subject: string) =>
      world.call<{ items: { id: string }[] }>(ann, 'GET', `/watches?subjectId=${subject}`);
    expect((await own(card.id)).body.items).toMatchObject([{ id: first.body.id }]);
    expect((await own(card.copyIds[0]!)).body.items).toEqual([]);
    expect((await world.call(seller, 'DELETE', `/watches/${first.body.id}`)).status).toBe(404);
    expect((await world.call(ann, 'DELETE', `/watches/${first.body.id}`)).status).toBe(204);
    expect((await world.call(ann, 'DELETE', `/watches/${first.body.id}`)).status).toBe(404);
    for (const body of [
      { cardId: newId() },
      { setId: newId() },
      { copyId: newId() },
      { auctionId: newId() },
    ]) {
      expect((await watch(ann, body)).status).toBe(404);
    }
    expect((await watch(ann, {})).status).toBe(400);
    expect((await watch(ann, { cardId: card.id, setId: card.setId })).status).toBe(400);
  });

  test('are a thousand at the most', async () => {
    await world.db`
      insert into notifications.watches (id, account_id, kind, subject_id)
      select gen_random_uuid(), ${ann.id}, 'card', gen_random_uuid() from generate_series(1, 999)`;
    const answers = await Promise.all([
      watch(ann, { cardId: card.id }),
      watch(ann, { setId: card.setId }),
      watch(ann, { copyId: card.copyIds[0] }),
    ]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409, 409]);
  });
});

describe('reminders', () => {
  const due = (reference: string) =>
    world.db`update notifications.reminders set due_at = clock_timestamp() - interval '1 second'
      where reference = ${reference}`;

  test('of a watched auction come once before its end, which a late bid moves', async () => {
    const endsAt = new Date(Date.now() + 3_600_000);
    const auction = world.auction(seller.id, card, { endsAt });
    await watch(ann, { auctionId: auction.id });
    const read = async () =>
      (
        await world.db<{ dueAt: Date; endsAt: Date }[]>`
        select due_at as "dueAt", ends_at as "endsAt" from notifications.reminders
        where reference = ${auction.id}`
      )[0]!;
    expect(endsAt.getTime() - (await read()).dueAt.getTime()).toBeLessThanOrEqual(15 * 60_000);
    const later = new Date(endsAt.getTime() + 600_000);
    const bid = (extended: boolean, end: Date) => ({
      topic: `auction:${auction.id}`,
      type: 'auction.bid',
      data: { auctionId: auction.id, extended, endsAt: end.toISOString() },
    });
    await world.tell(bid(false, new Date(0)), bid(true, later));
    await settle();
    expect((await read()).endsAt).toEqual(later);
    expect((await read()).dueAt).toEqual(new Date(later.getTime() - 15 * 60_000));
    await world.run('notifications.remind');
    expect(await toldOf(ann)).toEqual([]);
    await due(auction.id);
    await Promise.all([world.run('notifications.remind'), world.run('notifications.remind')]);
    await world.run('notifications.remind');
    expect(await toldOf(ann)).toMatchObject([
      { type: 'auction_ending', data: { auctionId: auction.id, endsAt: later.toISOString(), lotSize: 3 } },
    ]);
  });

  test('are dropped when the auction ends, when its watch ends, and when they come too late', async () => {
    const [one, two, three] = [1, 2, 3].map(() => world.auction(seller.id, card));
    const watches = await Promise.all([one, two, three].map((each) => watch(ann, { auctionId: each!.id })));
    await world.tell({
      topic: `auction:${one!.id}`,
      type: 'auction.sold',
      data: { auctionId: one!.id, price: '1', buyerHandle: 'x', by: 'close' },
    });
    await settle();
    await world.call(ann, 'DELETE', `/watches/${watches[1]!.body.id}`);
    await world.db`update notifications.reminders set ends_at = clock_timestamp() where reference = ${three!.id}`;
    for (const auction of [one, two, three]) await due(auction!.id);
    await world.run('notifications.remind');
    expect(await toldOf(ann)).toEqual([]);
    expect(await world.db`select 1 from notifications.reminders where account_id = ${ann.id}`).toHaveLength(
      0,
    );
    const ended = world.auction(seller.id, card, { state: 'sold' });
    expect((await watch(ann, { auctionId: ended.id })).status).toBe(409);
  });

  test('of a trade offer go to the one who may answer it, until somebody does', async () => {
    const expiresAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const offer = (id: string) =>
      [
        { account: seller, side: 'sender', other: ann },
        { account: ann, side: 'recipient', other: seller },
      ].map(({ account, side, other }) => ({
        topic: `user:${account.id}`,
        type: 'trade.offered',
        data: { tradeOfferId: id, side, otherId: other.id, fromHandle: seller.handle, expiresAt },
      }));
    const [open, answered] = [newId(), newId()];
    await world.tell(...offer(open), ...offer(answered), {
      topic: `user:${ann.id}`,
      type: 'trade.accepted',
      data: { tradeOfferId: answered, side: 'recipient', otherId: seller.id },
    });
    await settle();
    for (const id of [open, answered]) await due(id);
    await world.run('notifications.remind');
    const told = (await toldOf(ann)).filter((item) => item.type === 'trade_expiring');
    expect(told).toMatchObject([{ data: { tradeOfferId: open, handle: seller.handle, expiresAt } }]);
    expect((await toldOf(seller)).map((item) => item.type)).toEqual([]);
  });
});
