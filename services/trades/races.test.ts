import { market } from '@ece/market';
import { readCopies } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evenContest, RACE_ROUNDS, rounds } from '../../tests/support/rounds.ts';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { trades } from './api.ts';

const WIDTH = 8;
/** Far more than it takes, for machines that do other work besides. */
const PATIENCE_MS = 180_000;
const USDC = 1_000_000n;
const START = 10n * USDC;
/** What Ann's two USDC cost her, with their fee of 250 basis points. */
const GIVEN = 2n * USDC;
const COST = GIVEN + 50_000n;

let world: TradingWorld;
beforeAll(async () => {
  world = await TradingWorld.open([market, trades]);
});
afterAll(() => world.close());

interface Round {
  ann: Person;
  ben: Person;
  eve: Person;
  annsCopy: string;
  bensCopy: string;
}

/** Rounds with people and copies of their own: what a round has left can be checked when all are over. */
async function prepare(): Promise<Round[]> {
  const people = await world.people(3 * RACE_ROUNDS, START);
  const numbers = Array.from({ length: RACE_ROUNDS }, (_, round) => round);
  const anns = await world.copies(numbers.map((round) => people[3 * round]!));
  const bens = await world.copies(numbers.map((round) => people[3 * round + 1]!));
  return numbers.map((round) => {
    const [ann, ben, eve] = people.slice(3 * round, 3 * round + 3) as [Person, Person, Person];
    return { ann, ben, eve, annsCopy: anns[round]!, bensCopy: bens[round]! };
  });
}

async function offer(round: Round): Promise<string> {
  const answer = await world.call(round.ann, 'POST', '/trade-offers', {
    toHandle: round.ben.handle,
    give: { copyIds: [round.annsCopy], cash: '2' },
    receive: { copyIds: [round.bensCopy] },
  });
  return String(answer.body.id);
}

const won = (answer: Answer) => answer.status < 300;

/** What a round must have left. */
interface Outcome {
  id: string;
  state: string;
  annsCopy: { ownerId: string; epoch: bigint; commitment: object | null };
  bensCopy: { ownerId: string; epoch: bigint; commitment: object | null };
  /** Available and held of Ann, Ben and Eve. */
  money: [bigint, bigint][];
}

const untouched = (round: Round, id: string, state: string): Outcome => ({
  id,
  state,
  annsCopy: { ownerId: round.ann.id, epoch: 0n, commitment: null },
  bensCopy: { ownerId: round.ben.id, epoch: 0n, commitment: null },
  money: [
    [START, 0n],
    [START, 0n],
    [START, 0n],
  ],
});

const traded = (round: Round, id: string): Outcome => ({
  id,
  state: 'accepted',
  annsCopy: { ownerId: round.ben.id, epoch: 1n, commitment: null },
  bensCopy: { ownerId: round.ann.id, epoch: 1n, commitment: null },
  money: [
    [START - COST, 0n],
    [START + GIVEN, 0n],
    [START, 0n],
  ],
});

/** Compares offers, ownership, commitments and balances of every round with what it must have left. */
async function check(prepared: Round[], outcomes: Outcome[]): Promise<void> {
  const copies = new Map(
    (
      await readCopies(
        world.db,
        prepared.flatMap((round) => [round.annsCopy, round.bensCopy]),
      )
    ).map(({ id, ownerId, epoch, commitment }) => [id, { ownerId, epoch, commitment }]),
  );
  const states = new Map(
    (await world.db<{ id: string; state: string }[]>`select id, state from trades.offers`).map((row) => [
      row.id,
      row.state,
    ]),
  );
  const balances = await world.balances(prepared.flatMap(({ ann, ben, eve }) => [ann, ben, eve]));
  for (const [number, round] of prepared.entries()) {
    const left: Outcome = {
      id: outcomes[number]!.id,
      state: states.get(outcomes[number]!.id)!,
      annsCopy: copies.get(round.annsCopy)!,
      bensCopy: copies.get(round.bensCopy)!,
      money: balances.slice(3 * number, 3 * number + 3).map((one) => [one.available, one.held]),
    };
    expect(left).toEqual(outcomes[number]);
  }
  // Both ways of ending occurred, so the rounds were races.
  expect(new Set(outcomes.map((outcome) => outcome.state)).size).toBeGreaterThan(1);
}

test('accept against withdraw: exactly one happens', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round);
    const [accepted, withdrawn] = await race(
      () => world.call(round.ben, 'POST', `/trade-offers/${id}/accept`),
      () => world.call(round.ann, 'DELETE', `/trade-offers/${id}`),
    );
    expect([accepted, withdrawn].filter(won)).toHaveLength(1);
    expect((won(accepted) ? withdrawn : accepted).body.code).toBe('trade_offer_closed');
    return won(accepted) ? traded(round, id) : untouched(round, id, 'withdrawn');
  });
  await check(prepared, outcomes);
});

test('accept against the sale of a wanted copy: exactly one moves it', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round);
    const sell = async () => {
      const listing = { copyId: round.bensCopy, price: '4' };
      const listed = await world.call(round.ben, 'POST', '/listings', listing);
      if (!won(listed)) return listed;
      return await world.call(round.eve, 'POST', `/listings/${listed.body.id}/purchase`, { price: '4' });
    };
    const accept = () => world.call(round.ben, 'POST', `/trade-offers/${id}/accept`);
    const [accepted, sold] = await race(accept, sell);
    expect([accepted, sold].filter(won)).toHaveLength(1);
    if (won(accepted)) {
      expect(['copy_not_owned', 'copy_committed']).toContain(sold.body.code);
      return traded(round, id);
    }
    expect(['copy_committed', 'copy_stale']).toContain(accepted.body.code);
    return { sold: round, id };
  });
  // Offers that were refused while the copy was only listed are still open: the sweep ends them.
  const sweep = world.jobs.get('trades.void')!;
  while (await sweep.run());
  const expected = outcomes.map((outcome): Outcome => {
    if (!('sold' in outcome)) return outcome;
    const round = outcome.sold;
    return {
      ...untouched(round, outcome.id, 'void'),
      bensCopy: { ownerId: round.eve.id, epoch: 1n, commitment: null },
      money: [
        [START, 0n],
        [START + 3_900_000n, 0n],
        [START - 4n * USDC, 0n],
      ],
    };
  });
  await check(prepared, expected);
});

test('counter against withdraw: exactly one happens', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round);
    const [countered, withdrawn] = await race(
      () =>
        world.call(round.ben, 'POST', `/trade-offers/${id}/counter`, {
          give: { copyIds: [round.bensCopy], cash: '2' },
          receive: { copyIds: [round.annsCopy] },
        }),
      () => world.call(round.ann, 'DELETE', `/trade-offers/${id}`),
    );
    expect([countered, withdrawn].filter(won)).toHaveLength(1);
    expect((won(countered) ? withdrawn : countered).body.code).toBe('trade_offer_closed');
    if (won(withdrawn)) return untouched(round, id, 'withdrawn');
    const left = untouched(round, id, 'countered');
    const commitment = { kind: 'trade', id: countered.body.id };
    const money: Outcome['money'] = [left.money[0]!, [START - COST, COST], left.money[2]!];
    return { ...left, bensCopy: { ...left.bensCopy, commitment }, money };
  });
  await check(prepared, outcomes);
});
