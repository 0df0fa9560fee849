import { type Answer, operations, parseMoney } from '@ece/contract';
import { newId } from '@ece/platform/ids/index';
import { snapshotsOf } from '@ece/platform/invariants';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { untilVisible } from '../../tests/support/horizon.ts';
import { withPremium } from './domain/serials.ts';
import { timesFactor } from './holdings-store.ts';
import { type Card, daysAgo, type Person, PortfolioWorld } from './test-world.ts';

const calls = operations.portfolio;
type Portfolio = Answer<typeof calls.get>;

const USDC = 1_000_000n;

let world: PortfolioWorld;
let people: Person[];

beforeAll(async () => {
  world = await PortfolioWorld.open();
  people = await world.people(8);
});
afterAll(() => world.close());

const show = (person: Person, query = '') => world.get<Portfolio>(calls.get, `/portfolio${query}`, person);

/** A card whose copies were sold for about a price by different people over the last days. */
async function soldCard(setId: string, price: bigint, rarity: Card['rarity'] = 'rare'): Promise<Card> {
  const card = world.card(setId, rarity);
  const copies = await world.mint(card, people.slice(0, 6));
  for (let i = 0; i < 6; i++) {
    const at = daysAgo(12 - 2 * i);
    await world.sell(copies[i]!, people[(i + 1 + (i % 3)) % 6]!, price + BigInt(i) * 10_000n, at);
  }
  return card;
}

test('a copy has its cost, its value and its gain; a sale realises the gain net of fee and royalty', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const card = await soldCard(newId(), 20n * USDC);
  const [copy] = await world.mint(card, [people[7]!]);
  await world.sell(copy!, ann, 12n * USDC);
  await world.processAll();
  const before = await show(ann);
  expect(before).toMatchObject({ copies: 1, cost: '12', realised: '0', unknownCost: 0, unvalued: 0 });
  const [holding] = before.holdings;
  expect(holding).toMatchObject({ acquiredBy: 'sale', cost: '12', copy: { id: copy } });
  expect(holding!.estimate).toMatchObject({ method: 'sales' });
  const value = parseMoney(before.value);
  expect(value).toBeGreaterThan(15n * USDC);
  expect(value).toBeLessThan(22n * USDC);
  expect(before.unrealised).toBe(holding!.gain);
  expect(before.bySet).toMatchObject([{ setId: card.setId, copies: 1, value: before.value }]);
  expect(before.byRarity).toMatchObject([{ rarity: 'rare', copies: 1, cost: '12' }]);

  await world.sell(copy!, ben, 30n * USDC);
  await world.processAll();
  // 30 less 2.5 % fee and 5 % royalty, less 12.
  expect(await show(ann)).toMatchObject({
    copies: 0,
    value: '0',
    cost: '0',
    realised: '15.75',
    holdings: [],
  });
  const gains = await world.get<Answer<typeof calls.gains>>(calls.gains, '/portfolio/gains', ann);
  expect(gains.items).toMatchObject([{ cost: '12', proceeds: '27.75', gain: '15.75', endedBy: 'sale' }]);
  expect(await show(ben)).toMatchObject({ copies: 1, cost: '30' });
});

test('mint costs nothing; what comes back keeps its cost for who sent it out, and nobody else knows one', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const card = await soldCard(newId(), 5n * USDC);
  const [first, second] = await world.mint(card, [ann, people[7]!]);
  await world.sell(second!, ann, 4n * USDC);
  await world.transfer(first!, undefined);
  await world.transfer(second!, undefined);
  await world.transfer(first!, ben);
  await world.transfer(second!, ann);
  await world.processAll();
  const [anns, bens] = [await show(ann), await show(ben)];
  expect(anns).toMatchObject({ copies: 1, cost: '4', realised: '0', unknownCost: 0 });
  expect(bens).toMatchObject({ copies: 1, cost: '0', unrealised: '0', unknownCost: 1 });
  expect(bens.holdings).toMatchObject([{ cost: null, gain: null, acquiredBy: 'deposit' }]);
  expect(parseMoney(bens.value)).toBeGreaterThan(0n);
});

test('a trade carries cost over with the cash, shared by recent prices; cash alone is a gain', async () => {
  const [ann, ben, cat] = (await world.people(3)) as [Person, Person, Person];
  const setId = newId();
  const [dear, cheap] = [await soldCard(setId, 30n * USDC), await soldCard(setId, 10n * USDC)];
  const [annsOwn] = await world.mint(dear, [people[7]!]);
  await world.sell(annsOwn!, ann, 25n * USDC);
  const [dearCopy] = await world.mint(dear, [ben]);
  const [cheapCopy] = await world.mint(cheap, [ben]);
  await world.trade(
    { person: ann, give: [annsOwn!], cash: 15n * USDC, fee: 375_000n },
    { person: ben, give: [dearCopy!, cheapCopy!] },
  );
  await world.processAll();
  const held = await show(ann, '?sort=value');
  expect(held).toMatchObject({ copies: 2, cost: '40.375', realised: '0' });
  const costs = held.holdings.map(({ cost }) => Number(cost));
  expect(costs[0]! / costs[1]!).toBeGreaterThan(2.9);
  expect(costs[0]! / costs[1]!).toBeLessThan(3.1);
  // Ben had both for nothing: the 15 that he got are a gain, and what he received costs nothing.
  expect(await show(ben)).toMatchObject({ copies: 1, cost: '0', realised: '15' });

  await world.trade({ person: ann, give: [dearCopy!] }, { person: cat, give: [], cash: 50n * USDC });
  await world.processAll();
  const dearCost = parseMoney(held.holdings[0]!.cost!);
  expect(parseMoney((await show(ann)).realised)).toBe(50n * USDC - dearCost);
  expect(await show(cat)).toMatchObject({ copies: 1, cost: '50' });
});

test('lists page without a gap or a repeat in each order, and by set', async () => {
  const [ann] = (await world.people(1)) as [Person];
  const sets = [newId(), newId()];
  const cards = await Promise.all(sets.map((setId, i) => soldCard(setId, BigInt(i + 2) * USDC)));
  for (let i = 0; i < 7; i++) await world.mint(cards[i % 2]!, [ann]);
  await world.processAll();
  for (const sort of ['value', 'gain', 'newest'] as const) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Portfolio = await show(ann, `?sort=${sort}&limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.holdings.map(({ copy }) => copy.id));
      expect(page.copies).toBe(7);
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size, sort).toBe(7);
  }
  const values = (await show(ann)).holdings.map(({ estimate }) => Number(estimate!.value));
  expect(values).toEqual(values.toSorted((a, b) => b - a));
  const ofSet = await show(ann, `?setId=${sets[0]}`);
  expect(ofSet.copies).toBe(7);
  expect(ofSet.holdings).toHaveLength(4);
  expect(await show(ann, '?cursor=bm9uZQ')).toMatchObject({ copies: 7 });
});

test('the history has the value of each day by what was held and known then', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const card = await soldCard(newId(), 20n * USDC);
  const [copy] = await world.mint(card, [people[7]!]);
  await world.sell(copy!, ann, 18n * USDC, daysAgo(6));
  await world.sell(copy!, ben, 21n * USDC, daysAgo(2));
  await world.processAll();
  const history = await world.get<Answer<typeof calls.history>>(
    calls.history,
    '/portfolio/history?range=30d',
    ann,
  );
  const day = (days: number) => daysAgo(days).toISOString().slice(0, 10);
  expect(history.points.map((point) => point.day)).toEqual([6, 5, 4, 3, 0].map(day));
  for (const point of history.points.slice(0, 4)) {
    expect(point).toMatchObject({ cost: '18', copies: 1 });
    expect(Number(point.value)).toBeGreaterThan(15);
    expect(Number(point.value)).toBeLessThan(25);
  }
  expect(history.points.at(-1)).toMatchObject({ value: '0', copies: 0 });
});

test('what is learnt late of a closed day is counted, and a rebuild makes the same again', async () => {
  const [ann] = (await world.people(1)) as [Person];
  const card = await soldCard(newId(), 8n * USDC);
  await world.processAll();
  const [copy] = await world.mint(card, [people[7]!]);
  await world.sell(copy!, ann, 7n * USDC, daysAgo(4));
  await world.processAll();
  const read = async () => ({
    lots: await world.db`select * from portfolio.lots order by copy_id, epoch`,
    cards: await world.db`select * from portfolio.cards order by card_id`,
    sets: await world.db`select * from portfolio.set_days order by set_id, day`,
    days: await world.db`select * from portfolio.account_days order by account_id, day`,
    premiums: await world.db`select * from portfolio.premiums order by serial_class`,
  });
  const before = await read();
  expect(before.days.filter((row) => row.account_id === ann.id)).toHaveLength(4);
  const heard: number[] = [];
  const rows = await world.portfolio.rebuild!((done) => heard.push(done));
  expect(rows).toBe(before.lots.length);
  expect(heard.length).toBeGreaterThan(0);
  expect(await read()).toEqual(before);
  await world.processAll();
  expect(await read()).toEqual(before);

  // A process that has just started goes on from the closed day as one that was there all along.
  await world.sell(copy!, people[0]!, 9n * USDC);
  const started = world.restarted();
  await untilVisible(world.db);
  for (const job of started.jobs) while (await job.run());
  const gone = await read();
  expect(gone.cards).not.toEqual(before.cards);
  await world.portfolio.rebuild!(() => {});
  expect(await read()).toEqual(gone);
});

test('an estimate tells its sales; batches leave unknown copies out', async () => {
  const card = await soldCard(newId(), 20n * USDC);
  const [copy] = await world.mint(card, [people[7]!]);
  await world.processAll();
  const one = await world.get<Answer<typeof calls.estimate>>(calls.estimate, `/copies/${copy}/estimate`);
  expect(one.estimate).toMatchObject({ copyId: copy, method: 'sales' });
  // Of six sales, the two by the same two people count once.
  expect(one.comparables).toHaveLength(5);
  expect(one.comparables.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 1);
  const many = await world.get<Answer<typeof calls.estimates>>(
    calls.estimates,
    `/estimates?copyIds=${copy},${newId()}`,
  );
  expect(many.items).toEqual([one.estimate]);
  const api = await world.portfolio.api.estimates([copy!]);
  expect(api[copy!]!.value).toBe(parseMoney(one.estimate!.value));
  expect((await world.portfolio.api.cardEstimates([card.id]))[card.id]!.value).toBeGreaterThan(0n);
});

test('a card without sales is worth what its rarity is in its set, else anywhere', async () => {
  const setId = newId();
  await soldCard(setId, 40n * USDC, 'mythic');
  const [sibling, stranger] = [world.card(setId, 'mythic'), world.card(newId(), 'mythic')];
  const [a] = await world.mint(sibling, [people[0]!]);
  const [b] = await world.mint(stranger, [people[0]!]);
  await world.processAll();
  const estimates = await world.portfolio.api.estimates([a!, b!]);
  expect(estimates[a!]).toMatchObject({ method: 'set', confidence: 'low', sales: 0 });
  expect(estimates[b!]).toMatchObject({ method: 'rarity', confidence: 'low', sales: 0 });
});

test('a set tells what is missing and what it costs now, and everybody how far somebody is', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const setId = newId();
  const cards = [world.card(setId), world.card(setId), world.card(setId), world.card(setId)];
  const own = await world.mint(cards[0]!, [ben, ann, ann]);
  const [theirs, dearer] = await world.mint(cards[1]!, [ben, ben]);
  const [mine] = await world.mint(cards[2]!, [ann]);
  const list = (copy: string, card: Card, seller: Person, price: bigint) => world.db`
    insert into market.listings (id, copy_id, card_id, seller_id, epoch, price, fee_basis_points,
      royalty_basis_points, royalty_account_id)
    values (${newId()}, ${copy}, ${card.id}, ${seller.id}, 0, ${price.toString()}::bigint, 250, 500, ${ben.id})`;
  await list(theirs!, cards[1]!, ben, 3n * USDC);
  await list(dearer!, cards[1]!, ben, 9n * USDC);
  await list(mine!, cards[2]!, ann, 2n * USDC);
  await world.processAll();
  const path = `/sets/${setId}/completion`;
  const answer = await world.get<Answer<typeof calls.completion>>(calls.completion, path, ann);
  expect(answer).toMatchObject({ cards: 4, owned: 2, copies: 3, costToComplete: '3', unlisted: 1 });
  expect(answer.items).toMatchObject([
    { number: 1, copies: 2, lowestSerial: 2, cheapest: null },
    { number: 2, copies: 0, lowestSerial: null, cheapest: { copyId: theirs, price: '3' } },
    { number: 3, copies: 1, lowestSerial: 1, cheapest: null },
    { number: 4, copies: 0, cheapest: null },
  ]);
  expect(own).toHaveLength(3);
  const page = await world.get<Answer<typeof calls.completion>>(calls.completion, `${path}?limit=3`, ann);
  expect(page.items).toHaveLength(3);
  const rest = await world.get<Answer<typeof calls.completion>>(
    calls.completion,
    `${path}?limit=3&cursor=${page.nextCursor}`,
    ann,
  );
  expect(rest).toMatchObject({ costToComplete: '3', items: [{ number: 4 }], nextCursor: null });
  const all = await world.get<Answer<typeof calls.completions>>(
    calls.completions,
    `/completions?handle=${ann.handle}&limit=100`,
  );
  expect(all.items.find((item) => item.setId === setId)).toMatchObject({ cards: 4, owned: 2, copies: 3 });
});

test('what is held and what is missing have the best offer for them', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const setId = newId();
  const [own, wanted] = [world.card(setId), world.card(setId)];
  const [copy] = await world.mint(own, [ann]);
  await world.mint(wanted, [ben]);
  await world.processAll();
  for (const amount of ['5', '6']) {
    for (const card of [own, wanted]) await world.offer(ben, { cardId: card.id, amount });
  }
  const [holding] = (await show(ann)).holdings;
  expect(holding).toMatchObject({
    copy: { id: copy },
    bestOffer: { scope: 'card', amount: '6', sellerReceives: '5.55' },
  });
  const path = `/sets/${setId}/completion`;
  const { items } = await world.get<Answer<typeof calls.completion>>(calls.completion, path, ann);
  expect(items).toMatchObject([{ bestOffer: { amount: '6' } }, { copies: 0, bestOffer: { amount: '6' } }]);
});

test('tables are whole, and text that a spreadsheet would run is not run', async () => {
  const [ann, ben] = (await world.people(2)) as [Person, Person];
  const card = await soldCard(newId(), 20n * USDC);
  const copies = await world.mint(card, [ann, ann, ann]);
  await world.sell(copies[2]!, ben, 10n * USDC);
  await world.processAll();
  const lines = (text: string) => text.trimEnd().split('\r\n');
  const holdings = lines(await world.get<string>(calls.export, '/portfolio/export', ann));
  expect(holdings).toHaveLength(3);
  expect(holdings[0]).toMatch(/^copy_id,set,card,rarity,serial/);
  expect(holdings[1]).toContain(",'=Card 1,");
  const gains = lines(await world.get<string>(calls.export, '/portfolio/export?kind=gains', ann));
  expect(gains).toHaveLength(2);
  expect(gains[1]).toMatch(/,0,.*,sale,9\.25,9\.25$/);
});

test('the database multiplies by a serial’s factor as the domain does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.integer({ min: 1, max: 100_000 }),
      async (value, factor) => {
        const amounts = [world.db`${value.toString()}::bigint`, world.db`${factor}::int`] as const;
        const [row] = await world.db<{ product: bigint }[]>`
          select ${timesFactor(world.db, ...amounts)} as product`;
        expect(row!.product).toBe(withPremium(value, factor));
      },
    ),
  );
});

test('the checks find nothing to object to', async () => {
  await world.processAll();
  for (const check of world.portfolio.checks!) {
    const report = await check.run(snapshotsOf(world.db));
    expect(report.findings, check.title).toEqual([]);
    expect(report.checked, check.title).toBeGreaterThan(0);
  }
});
