import { FEES, readBalance, readCopies } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RACE_ROUNDS, rounds } from '../../tests/support/rounds.ts';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type MarketApi, market } from './api.ts';

const WIDTH = 8;
/** Far more than it takes, for machines that do other work besides. */
const PATIENCE_MS = 400_000;
const USDC = 1_000_000n;
const START = 10n * USDC;
const PRICE = 4n * USDC;
/** What is left of the price after a fee of 250 basis points. */
const EARNED = 3_900_000n;

let world: TradingWorld;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
});
afterAll(() => world.close());

interface Round {
  /** Each sells, and each buys from the others. */
  people: [Person, Person, Person];
  /** Two of the first, one of the second. */
  copies: [string, string, string];
  listings: [string, string, string];
}

const OWNERS = [0, 0, 1] as const;

async function prepare(): Promise<Round[]> {
  const people = await world.people(3 * RACE_ROUNDS, START);
  const api = world.apis.get('market') as MarketApi;
  return await rounds(RACE_ROUNDS, WIDTH, async (round) => {
    const own = people.slice(3 * round, 3 * round + 3) as Round['people'];
    const copies = (await world.copies(OWNERS.map((owner) => own[owner]))) as Round['copies'];
    const listed = await api.list(
      copies.map((copyId, index) => ({ sellerId: own[OWNERS[index]!].id, copyId, price: PRICE })),
    );
    if (!listed.ok) throw new Error(listed.error.code);
    return { people: own, copies, listings: listed.value as Round['listings'] };
  });
}

const buyMany = (person: Person, mode: string, ids: string[]) =>
  world.call(person, 'POST', '/listings/bulk/purchase', {
    mode,
    items: ids.map((listingId) => ({ listingId, price: '4' })),
  });

/** The listings that a purchase of many has bought. */
function boughtBy(answer: Answer): string[] {
  if (answer.status !== 200) {
    expect(['bulk_refused', 'insufficient_funds']).toContain(answer.body.code);
    return [];
  }
  return (answer.body.results as { listingId: string; sale: object | null }[]).flatMap((item) =>
    item.sale ? [item.listingId] : [],
  );
}

/** Each round's three people buy from each other at once, in both modes, while one copy is taken back. */
async function run(number: number, { people: [ann, ben, cat], listings: [a, b, c] }: Round) {
  const calls = [
    () => buyMany(cat, number % 2 ? 'all' : 'possible', [c, b, a]),
    () => buyMany(ben, 'possible', [a, b]),
    () => world.call(ann, 'POST', `/listings/${c}/purchase`, { price: '4' }),
    () => world.call(ann, 'DELETE', `/listings/${b}`),
  ];
  // Another call is the first in each round, and the others come from nought to some turns behind it.
  const order = calls.map((_, index) => (index + number) % calls.length);
  const answers: Promise<Answer>[] = [];
  for (const index of order) {
    answers[index] = calls[index]!();
    for (let turn = 0; turn < (number % 8) * 3; turn++) await new Promise(setImmediate);
  }
  const [cats, bens, anns, cancelled] = (await Promise.all(answers)) as [Answer, Answer, Answer, Answer];
  const buyers = new Map<string, Person>();
  const buy = (person: Person, ids: string[]) => {
    for (const id of ids) {
      expect(buyers.has(id), 'a listing was sold twice').toBe(false);
      buyers.set(id, person);
    }
  };
  buy(cat, boughtBy(cats));
  buy(ben, boughtBy(bens));
  if (anns.status === 200) buy(ann, [c]);
  expect(cancelled.status === 200).toBe(!buyers.has(b));
  return {
    buyers,
    all: boughtBy(cats).length,
    single: anns.status === 200,
    cancelled: cancelled.status === 200,
  };
}

test('purchases of many, of one, and a cancellation: each copy goes once, and money is where it should be', {
  timeout: PATIENCE_MS,
}, async () => {
  const prepared = await prepare();
  const fees = (await readBalance(world.db, FEES))!.available;
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, (number) => run(number, prepared[number]!));

  const copies = new Map(
    (
      await readCopies(
        world.db,
        prepared.flatMap((round) => round.copies),
      )
    ).map((copy) => [copy.id, copy]),
  );
  const states = new Map(
    (await world.db<{ id: string; state: string }[]>`select id, state from market.listings`).map((row) => [
      row.id,
      row.state,
    ]),
  );
  const balances = await world.balances(prepared.flatMap((round) => round.people));
  let sales = 0n;
  for (const [number, { people, copies: ids, listings }] of prepared.entries()) {
    const { buyers, cancelled } = outcomes[number]!;
    const left = people.map(() => START);
    for (const [index, id] of listings.entries()) {
      const buyer = buyers.get(id);
      const owner = buyer ?? people[OWNERS[index]!];
      const isCancelled = index === 1 && cancelled;
      expect(states.get(id)).toBe(buyer ? 'sold' : isCancelled ? 'cancelled' : 'open');
      expect(copies.get(ids[index]!)).toMatchObject({
        ownerId: owner.id,
        epoch: buyer ? 1n : 0n,
        commitment: buyer || isCancelled ? null : { kind: 'listing', id },
      });
      if (!buyer) continue;
      sales++;
      left[people.indexOf(buyer)]! -= PRICE;
      left[OWNERS[index]!]! += EARNED;
    }
    expect(balances.slice(3 * number, 3 * number + 3)).toEqual(
      left.map((available) => ({ available, held: 0n })),
    );
  }
  expect((await readBalance(world.db, FEES))!.available - fees).toBe(sales * (PRICE - EARNED));
  // A deadlock would have been tried again unseen: it tells of locks that are taken in two orders.
  const [statistics] = await world.db<{ deadlocks: bigint }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  expect(statistics!.deadlocks).toBe(0n);
  // Everybody has won and lost, so the rounds were races.
  for (const what of ['single', 'cancelled'] as const) {
    expect(new Set(outcomes.map((outcome) => outcome[what])).size, what).toBe(2);
  }
  expect(new Set(outcomes.map((outcome) => outcome.all)).size).toBeGreaterThan(1);
});
