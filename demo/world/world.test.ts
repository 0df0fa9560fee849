import { expect, test } from 'vitest';
import { playHistory } from './history.ts';
import { makeWorld, WORLD_SIZES, type WorldSize } from './index.ts';
import { openMarket } from './market.ts';

const NOW = Date.UTC(2030, 5, 1);
const SIZE: WorldSize = { ...WORLD_SIZES.small, people: 40, copies: 2_000, cards: 90, sets: 5, sales: 8_000 };

function play(size: WorldSize = SIZE, seed = 7) {
  const world = makeWorld(size, seed, NOW);
  const dealt = [...world.ownerOf];
  const purses = [...world.purses];
  const sales = [...playHistory(world)];
  return { world, dealt, purses, sales, market: openMarket(world) };
}

test('a world has exactly what its size says, with unique names', () => {
  for (const size of [SIZE, WORLD_SIZES.small, WORLD_SIZES.large]) {
    const { people, cards, cardOf } = makeWorld(size, 1, NOW);
    expect([people.length, cards.length, cardOf.length]).toEqual([size.people, size.cards, size.copies]);
    for (const names of [
      people.map((person) => person.handle),
      people.map((person) => person.email),
      cards.map((card) => card.artwork),
    ])
      expect(new Set(names).size).toBe(names.length);
    expect(new Set(cards.map((card) => card.setCode)).size).toBe(size.sets);
    for (const { setCode } of cards) expect(setCode).toMatch(/^[A-Z0-9]{2,8}$/);
    for (const { handle } of people) expect(handle).toMatch(/^[a-z0-9][a-z0-9_]{1,28}[a-z0-9]$/);
  }
});

test('the same seed gives the same world, another seed another one', () => {
  const essence = ({ world, sales, market }: ReturnType<typeof play>) => ({
    handles: world.people.map((person) => person.handle),
    cards: world.cards.map((card) => [card.name, card.editionSize]),
    ...{ sales, market },
  });
  expect(essence(play())).toEqual(essence(play()));
  expect(essence(play(SIZE, 8)).sales).not.toEqual(essence(play()).sales);
});

test('each sale is by who owned the copy then, to somebody else who could pay, in the order of time', () => {
  const { world, dealt, purses, sales } = play();
  expect(sales).toHaveLength(SIZE.sales);
  let last = 0;
  for (const { copy, seller, buyer, price, at } of sales) {
    expect(dealt[copy]).toBe(seller);
    expect(buyer).not.toBe(seller);
    expect(at.getTime()).toBeGreaterThanOrEqual(last);
    purses[buyer]! -= Number(price);
    purses[seller]! += Math.floor(Number(price) * 0.9);
    expect(purses[buyer]).toBeGreaterThanOrEqual(0);
    dealt[copy] = buyer;
    last = at.getTime();
  }
  expect(last).toBeLessThan(NOW);
  expect([...world.ownerOf]).toEqual(dealt);
});

test('a few people have much, and some cards are traded far more than others', () => {
  const { world, sales } = play();
  const count = (positions: Iterable<number>, size: number) => {
    const counts = new Array<number>(size).fill(0);
    for (const position of positions) counts[position]!++;
    return counts.sort((a, b) => b - a);
  };
  const held = count(world.ownerOf, SIZE.people);
  expect(held[0]).toBeGreaterThan(SIZE.copies / 8);
  expect(held[0]).toBeGreaterThan(8 * held[SIZE.people / 2]!);
  const traded = count(
    sales.map((sale) => world.cardOf[sale.copy]!),
    SIZE.cards,
  );
  expect(traded[0]).toBeGreaterThan(5 * traded[SIZE.cards / 2]!);
});

test('offers are for other people’s copies, cards and sets, and can be paid', () => {
  const { world, market } = play();
  expect(market.offers).toHaveLength(SIZE.offers);
  for (const { buyer, copy, amount } of market.offers) {
    expect(world.ownerOf[copy]).not.toBe(buyer);
    expect(amount).toBeGreaterThan(0n);
  }
  const wide = play({ ...SIZE, offers: 200 }).market.offers.map(({ scope }) => scope);
  expect(new Set(wide)).toEqual(new Set(['copy', 'card', 'set']));
});

test('the open market names each copy once, by its owner, and auctions are under way', () => {
  const { world, market } = play();
  expect([market.auctions.length, market.listings.length, market.trades.length]).toEqual([
    SIZE.auctions,
    SIZE.listings,
    SIZE.trades,
  ]);
  const named = [
    ...market.auctions.flatMap(({ copies, seller }) => copies.map((copy) => [copy, seller] as const)),
    ...market.listings.map(({ copy, seller }) => [copy, seller] as const),
    ...market.trades.flatMap(({ from, to, give, receive }) => [
      ...give.copies.map((copy) => [copy, from] as const),
      ...receive.copies.map((copy) => [copy, to] as const),
    ]),
  ];
  expect(new Set(named.map(([copy]) => copy)).size).toBe(named.length);
  for (const [copy, owner] of named) expect(world.ownerOf[copy]).toBe(owner);
  for (const { startsAt, endsAt, bids, seller } of market.auctions) {
    expect(startsAt).toBeLessThan(NOW);
    expect(endsAt).toBeGreaterThan(NOW + 3_600_000);
    for (const { bidder, at } of bids) {
      expect(bidder).not.toBe(seller);
      expect(at).toBeGreaterThan(startsAt);
      expect(at).toBeLessThan(NOW);
    }
  }
  expect(Math.min(...world.purses)).toBeGreaterThanOrEqual(0);
});
