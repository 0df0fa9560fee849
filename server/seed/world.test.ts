import { WORLD_SIZES } from '@ece/demo/world/index';
import { snapshotsOf } from '@ece/platform/invariants';
import { afterAll, expect, test } from 'vitest';
import { openExchange, type TestExchange } from '../../tests/faults/exchange.ts';
import type { Operator } from '../operator.ts';
import { services } from '../roles.ts';
import { formatResults, invariantChecks, isClean, pauseBriefly, runChecks } from '../verify/index.ts';
import { DEMO_PASSWORD } from './password.ts';
import { seedWorld } from './world.ts';

const size = WORLD_SIZES.small;
const open: TestExchange[] = [];
afterAll(async () => {
  for (const exchange of open) await exchange.close();
});

async function seeded(seed: number): Promise<TestExchange> {
  const exchange = await openExchange();
  open.push(exchange);
  const { resources, peers, instances } = exchange;
  const byName = new Map(services.map(({ name }, index) => [name, instances[index]!]));
  const operator: Operator = { resources, peers, services: instances, byName };
  const silent = { step() {}, update() {}, done() {} };
  const admin = { email: 'operator@demo.ece.example', password: 'a word of the operator' };
  await seedWorld(operator, silent, { size, seed, admin });
  await exchange.rest();
  return exchange;
}

const essence = async ({ resources: { db } }: TestExchange) => ({
  handles: await db`select handle from users.users where role = 'collector' order by id`,
  cards: await db`select name, rarity, edition_size from nfts.cards order by artwork_cid, number, name`,
  prices: await db`select price, fee, royalty from vault.sales order by at, transaction_id`,
  listings: await db`select price from market.listings where state = 'open' order by id`,
  bids: await db`select b.maximum, b.price from auctions.bids b join auctions.auctions a on a.id = b.auction_id
    order by a.starting_price, a.first_ends_at, b.number`,
});

test('a seeded world is as large as it should be, breaks no invariant, and lets its people in', async () => {
  const exchange = await seeded(3);
  const { db } = exchange.resources;
  const [counts] = await db`
    select (select count(*)::int from users.users where role = 'collector') as people,
      (select count(*)::int from nfts.sets) as sets, (select count(*)::int from nfts.cards) as cards,
      (select count(*)::int from vault.copies) as copies, (select count(*)::int from vault.sales) as sales,
      (select count(*)::int from auctions.auctions where state = 'open') as auctions,
      (select count(*)::int from market.listings where state = 'open') as listings,
      (select count(*)::int from trades.offers where state = 'open') as trades,
      (select count(*)::int from market.offers where state = 'open') as offers`;
  const { creators: _, days: __, ...expected } = size;
  expect(counts).toEqual(expected);
  const checks = invariantChecks(exchange.instances, { shared: true, chain: exchange.chain });
  const results = await runChecks(checks, { snapshot: snapshotsOf(db), pause: pauseBriefly });
  expect(isClean(results), formatResults(results)).toBe(true);
  const { handle } = (
    await db<{ handle: string }[]>`select handle from users.users where role = 'collector'`
  )[0]!;
  const person = await exchange.peers.users.byHandle(handle);
  expect(person?.email).toBe(`${handle}@world.ece.example`);
  expect(DEMO_PASSWORD.length).toBeGreaterThan(9);

  const again = await seeded(3);
  expect(await essence(again)).toEqual(await essence(exchange));
}, 180_000);
