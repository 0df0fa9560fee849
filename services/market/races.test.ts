import { FEES, readBalance, readCopies } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evenContest, RACE_ROUNDS, rounds } from '../../tests/support/rounds.ts';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type MarketApi, market } from './api.ts';

const WIDTH = 8;
/** Far more than it takes, for machines that do other work besides. */
const PATIENCE_MS = 180_000;
const USDC = 1_000_000n;
const START = 10n * USDC;

let world: TradingWorld;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
});
afterAll(() => world.close());

interface Round {
  seller: Person;
  one: Person;
  two: Person;
  copyId: string;
  listingId: string;
}

/** Rounds with people of their own, so that what each has left can be checked when all are over. */
async function prepare(): Promise<Round[]> {
  const people = await world.people(3 * RACE_ROUNDS, START);
  const of = (round: number) => people.slice(3 * round, 3 * round + 3) as [Person, Person, Person];
  const numbers = Array.from({ length: RACE_ROUNDS }, (_, round) => round);
  const copies = await world.copies(numbers.map((round) => of(round)[0]));
  const api = world.apis.get('market') as MarketApi;
  return await rounds(RACE_ROUNDS, WIDTH, async (round) => {
    const [seller, one, two] = of(round);
    const copyId = copies[round]!;
    const listed = await api.list([{ sellerId: seller.id, copyId, price: 4n * USDC }]);
    if (!listed.ok) throw new Error(listed.error.code);
    return { seller, one, two, copyId, listingId: listed.value[0]! };
  });
}

const buy = (round: Round, buyer: Person) =>
  world.call(buyer, 'POST', `/listings/${round.listingId}/purchase`, { price: '4' });

/** Compares money, ownership, commitments and states of every round with who has bought, or nobody. */
async function check(prepared: Round[], buyers: (Person | undefined)[]): Promise<void> {
  const copies = new Map(
    (
      await readCopies(
        world.db,
        prepared.map((round) => round.copyId),
      )
    ).map((copy) => [copy.id, copy]),
  );
  const states = new Map(
    (await world.db<{ id: string; state: string }[]>`select id, state from market.listings`).map((row) => [
      row.id,
      row.state,
    ]),
  );
  const balances = await world.balances(prepared.flatMap(({ seller, one, two }) => [seller, one, two]));
  for (const [number, round] of prepared.entries()) {
    const buyer = buyers[number];
    expect(copies.get(round.copyId)).toMatchObject({
      ownerId: (buyer ?? round.seller).id,
      epoch: buyer ? 1n : 0n,
      commitment: null,
    });
    const after = (available: bigint) => ({ available, held: 0n });
    const paid = (person: Person) => after(START - (person === buyer ? 4n * USDC : 0n));
    expect(balances.slice(3 * number, 3 * number + 3)).toEqual([
      after(START + (buyer ? 3_900_000n : 0n)),
      paid(round.one),
      paid(round.two),
    ]);
    expect(states.get(round.listingId)).toBe(buyer ? 'sold' : 'cancelled');
  }
}

const won = (answer: Answer) => answer.status === 200;

test('two buyers of one listing: exactly one gets it', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const fees = (await readBalance(world.db, FEES))!.available;
  const buyers = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const [first, second] = number % 2 ? [round.one, round.two] : [round.two, round.one];
    const answers = await Promise.all([buy(round, first), buy(round, second)]);
    expect(answers.filter(won)).toHaveLength(1);
    expect(answers.find((answer) => !won(answer))).toMatchObject({
      status: 409,
      body: { code: 'listing_closed' },
    });
    return won(answers[0]) ? first : second;
  });
  await check(prepared, buyers);
  expect((await readBalance(world.db, FEES))!.available - fees).toBe(100_000n * BigInt(RACE_ROUNDS));
});

test('purchase against cancellation: exactly one happens', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const buyers = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const cancel = () => world.call(round.seller, 'DELETE', `/listings/${round.listingId}`);
    const [bought, cancelled] = await race(() => buy(round, round.one), cancel);
    expect([won(bought), won(cancelled)].filter(Boolean)).toHaveLength(1);
    expect((won(bought) ? cancelled : bought).body.code).toBe('listing_closed');
    return won(bought) ? round.one : undefined;
  });
  await check(prepared, buyers);
  // Both ways of ending occurred, so the rounds were races.
  expect(buyers).toContain(undefined);
  expect(buyers.some(Boolean)).toBe(true);
});
