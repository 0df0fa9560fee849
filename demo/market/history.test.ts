import { expect, test } from 'vitest';
import { createPriceModel, type DemoCopy, makeHistory, pricePoint } from './history.ts';
import { seeded } from './random.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;

function world() {
  const people = ['a', 'b', 'c', 'd'];
  const copies = Array.from(
    { length: 40 },
    (_, i): DemoCopy => ({
      id: `copy${i}`,
      ownerId: people[i % 4]!,
      serial: i + 1,
      editionSize: 40,
      cardId: `card${i % 8}`,
      setCode: i % 2 ? 'ONE' : 'TWO',
      rarity: i % 8 === 0 ? 'epic' : 'common',
    }),
  );
  const random = seeded(7);
  const model = createPriceModel(random, NOW, 90);
  const purses = new Map(people.map((id) => [id, 2_000_000_000n]));
  const owners = new Map(copies.map((copy) => [copy.id, copy.ownerId]));
  const history = makeHistory({ random, model, copies, purses, sales: 400, from: NOW - 90 * DAY, to: NOW });
  return { copies, purses, owners, history };
}

test('each sale is by who owned the copy then, to somebody else, in the order of time', () => {
  const { copies, owners, history } = world();
  expect(history.length).toBeGreaterThan(200);
  let last = 0;
  for (const sale of history) {
    expect(owners.get(sale.copyId)).toBe(sale.sellerId);
    expect(sale.buyerId).not.toBe(sale.sellerId);
    expect(sale.at.getTime()).toBeGreaterThanOrEqual(last);
    expect(sale.at.getTime()).toBeLessThanOrEqual(NOW);
    owners.set(sale.copyId, sale.buyerId);
    last = sale.at.getTime();
  }
  expect(copies.every((copy) => owners.get(copy.id) === copy.ownerId)).toBe(true);
});

test('nobody spends what they do not have, and the same seed gives the same past', () => {
  const { purses, history } = world();
  for (const purse of purses.values()) expect(purse).toBeGreaterThanOrEqual(0n);
  expect(world().history).toEqual(history);
});

test('prices are the ones that people would write', () => {
  expect([0.001, 2.02, 33.3, 333, 4321].map(pricePoint)).toEqual([
    50_000n,
    2_000_000n,
    33_500_000n,
    335_000_000n,
    4_325_000_000n,
  ]);
});
