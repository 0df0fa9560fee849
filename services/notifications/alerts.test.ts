import { formatMoney, operations } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reaches } from './domain/alerts.ts';
import { openTestWorld, type Person, type TestCard, type TestWorld } from './test-world.ts';

let world: TestWorld;
let ann: Person;
let seller: Person;
let card: TestCard;

const isAlert = new Ajv({ strict: false }).compile(
  operations.notifications.createPriceAlert.response as object,
);

beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  ann = world.person();
  seller = world.person();
  card = world.card();
});

interface Alert {
  id: string;
  state: string;
  firedCount: number;
  firedPrice: string | null;
}

async function alert(body: object = {}, person = ann) {
  const answer = await world.call<Alert>(person, 'POST', '/price-alerts', {
    ...{ cardId: card.id, direction: 'below', price: '10' },
    ...body,
  });
  if (answer.status === 201) expect(isAlert(answer.body), JSON.stringify(isAlert.errors)).toBe(true);
  return answer;
}

const read = async (id: string, person = ann) => {
  const { body } = await world.call<{ items: Alert[] }>(person, 'GET', '/price-alerts');
  return body.items.find((item) => item.id === id)!;
};

const listed = (price: string, by = seller) => ({
  topic: `card:${card.id}`,
  type: 'listing.created',
  data: { listingId: newId(), copyId: card.copyIds[0], cardId: card.id, price, sellerHandle: by.handle },
});
const sold = (price: string) => ({
  topic: `card:${card.id}`,
  type: 'sale.completed',
  data: {
    ...{ saleId: newId(), copyId: card.copyIds[0], cardId: card.id, price, venue: 'listing' },
    ...{ sellerHandle: seller.handle, buyerHandle: 'nobody_here' },
  },
});

async function tell(...events: Parameters<TestWorld['tell']>): Promise<void> {
  await world.tell(...events);
  await world.run('notifications.consume');
  await world.run('notifications.fanout');
}

async function toldOf(person: Person) {
  const { body } = await world.call<{
    items: { type: string; title: string; data: Record<string, unknown> }[];
  }>(person, 'GET', '/notifications?limit=100');
  return body.items.filter((item) => item.type === 'price_alert').toReversed();
}

test('an alert fires once, at its price or beyond it', async () => {
  const { body } = await alert();
  expect(body).toMatchObject({ state: 'armed', firedCount: 0 });
  await tell(listed('10.000001'), sold('1'));
  expect((await read(body.id)).state).toBe('armed');
  await tell(listed('10'), listed('3'));
  expect(await read(body.id)).toMatchObject({ state: 'fired', firedCount: 1, firedPrice: '10' });
  expect(await toldOf(ann)).toMatchObject([
    {
      title: 'Aurora #1 (TEST) is for sale at 10 USDC',
      data: { alertId: body.id, price: '10', threshold: '10', direction: 'below', on: 'listing' },
    },
  ]);
});

test('one that repeats fires for each listing, and a lower price of a listing is one', async () => {
  const { body } = await alert({ repeat: true });
  const [first, second] = [listed('9'), listed('8')];
  const lower = {
    ...first,
    type: 'listing.repriced',
    data: { ...first.data, price: '7', previousPrice: '9' },
  };
  await tell(first);
  await tell(second);
  await tell(lower);
  await tell({ ...lower, data: { ...lower.data, price: '6' } });
  expect(await read(body.id)).toMatchObject({ state: 'armed', firedCount: 4, firedPrice: '6' });
  expect((await toldOf(ann)).map((item) => item.data.price)).toEqual(['9', '8', '7', '6']);
});

test('alerts on sales and alerts above wait for theirs', async () => {
  const [onSale, above] = [await alert({ on: 'sale' }), await alert({ direction: 'above', price: '50' })];
  await tell(listed('3'), listed('49.99'));
  expect((await read(onSale.body.id)).state).toBe('armed');
  expect((await read(above.body.id)).state).toBe('armed');
  await tell(sold('9'), listed('50'));
  expect(await read(onSale.body.id)).toMatchObject({ state: 'fired', firedPrice: '9' });
  expect(await read(above.body.id)).toMatchObject({ state: 'fired', firedPrice: '50' });
});

test('a listing that is there already fires at once, and its event not again', async () => {
  const event = listed('6');
  world.ranges.set(card.id, {
    cheapest: { id: event.data.listingId, copyId: card.copyIds[0]!, price: 6_000_000n },
    dearest: { id: newId(), copyId: card.copyIds[1]!, price: 60_000_000n },
  });
  const { body } = await alert({ repeat: true });
  expect(body).toMatchObject({ state: 'armed', firedCount: 1, firedPrice: '6' });
  expect((await alert({ price: '5.99' })).body.firedCount).toBe(0);
  expect((await alert({ direction: 'above', price: '60' })).body).toMatchObject({ state: 'fired' });
  expect((await alert({ on: 'sale' })).body).toMatchObject({ state: 'armed' });
  await tell(event);
  expect((await read(body.id)).firedCount).toBe(1);
  expect(await toldOf(ann)).toHaveLength(2);
});

test('nobody is told of their own listing', async () => {
  const { body } = await alert({}, seller);
  await tell(listed('2'));
  expect(await read(body.id, seller)).toMatchObject({ state: 'armed', firedCount: 0 });
  await tell(listed('3', ann));
  expect(await read(body.id, seller)).toMatchObject({ state: 'fired', firedPrice: '3' });
});

describe('many alerts', () => {
  test('those that a price reaches fire, and no others', async () => {
    const thresholds = fc.array(fc.record({ below: fc.boolean(), price: fc.integer({ min: 1, max: 20 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(thresholds, fc.integer({ min: 1, max: 20 }), async (wanted, price) => {
        card = world.card();
        ann = world.person();
        for (const each of wanted) {
          await alert({ direction: each.below ? 'below' : 'above', price: String(each.price) });
        }
        await tell(listed(String(price)));
        const { body } = await world.call<{
          items: { direction: 'below' | 'above'; price: string; state: string }[];
        }>(ann, 'GET', '/price-alerts');
        for (const item of body.items) {
          const threshold = { direction: item.direction, price: BigInt(item.price) };
          expect(item.state).toBe(reaches(threshold, BigInt(price)) ? 'fired' : 'armed');
        }
      }),
      { numRuns: 15 },
    );
  });

  test('of 100,000 on other prices and cards none is read for one that is reached', async () => {
    await world.db`
      insert into notifications.price_alerts (id, account_id, card_id, kind, direction, price, repeat)
      select gen_random_uuid(), gen_random_uuid(), case when n % 2 = 0 then ${card.id}::uuid else gen_random_uuid() end,
        'listing', 'below', 1 + n % 1000, false from generate_series(1, 100000) n`;
    await world.db`analyze notifications.price_alerts`;
    const { body } = await alert({ price: formatMoney(5_000_000n) });
    const plan = await world.db`
      explain (analyze, buffers, format json) select id from notifications.price_alerts
      where card_id = ${card.id} and kind = 'listing' and state = 'armed' and direction = 'below'
        and price >= 4000000 and (last_reference, last_price) is distinct from (${newId()}::uuid, 1::bigint) limit 500`;
    const top = (plan[0] as { 'QUERY PLAN': { Plan: Record<string, number> }[] })['QUERY PLAN'][0]!.Plan;
    expect(top['Shared Hit Blocks']! + top['Shared Read Blocks']!).toBeLessThan(20);
    await tell(listed('4'));
    expect((await read(body.id)).state).toBe('fired');
    const [armed] = await world.db`
      select count(*)::int as n from notifications.price_alerts where card_id = ${card.id} and state = 'armed'`;
    expect(armed!.n).toBe(50_000);
  });
});

test('alerts are of cards that exist, within bounds, and deleted by their account alone', async () => {
  expect((await alert({ cardId: newId() })).status).toBe(404);
  expect((await alert({ price: '0' })).body).toMatchObject({ code: 'amount_too_small' });
  expect((await alert({ price: '9999999999' })).body).toMatchObject({ code: 'amount_too_large' });
  expect((await alert({ direction: 'sideways' })).status).toBe(400);
  const { body } = await alert();
  expect((await world.call(seller, 'DELETE', `/price-alerts/${body.id}`)).status).toBe(404);
  expect((await world.call(ann, 'DELETE', `/price-alerts/${body.id}`)).status).toBe(204);
  await tell(listed('1'));
  expect(await toldOf(ann)).toEqual([]);
  await world.db`
    insert into notifications.price_alerts (id, account_id, card_id, kind, direction, price, repeat)
    select gen_random_uuid(), ${ann.id}, ${card.id}, 'sale', 'below', 1, false from generate_series(1, 500)`;
  expect((await alert()).body).toMatchObject({ code: 'limit_reached' });
});
