import { readCopies } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evenContest, RACE_ROUNDS, rounds } from '../../tests/support/rounds.ts';
import { type Answer, type Person, TradingWorld } from '../../tests/support/trading.ts';
import { type MarketApi, market } from './api.ts';

const WIDTH = 8;
/** Far more than it takes, for machines that do other work besides. */
const PATIENCE_MS = 300_000;
const USDC = 1_000_000n;
const START = 10n * USDC;
/** What is left of 4 USDC after a fee of 250 basis points. */
const EARNED = 3_900_000n;

let world: TradingWorld;
beforeAll(async () => {
  world = await TradingWorld.open([market]);
});
afterAll(() => world.close());

interface Round {
  seller: Person;
  /** Who makes the offer. */
  one: Person;
  two: Person;
  copyId: string;
  /** A second copy of the same card, which `two` has. */
  second: string;
  cardId: string;
}

/** Rounds with people and cards of their own: what each has left can be checked when all are over. */
async function prepare(): Promise<Round[]> {
  const people = await world.people(3 * RACE_ROUNDS, START);
  return await rounds(RACE_ROUNDS, WIDTH, async (round) => {
    const [seller, one, two] = people.slice(3 * round, 3 * round + 3) as [Person, Person, Person];
    const [copyId, second] = (await world.copies([seller, two])) as [string, string];
    const [copy] = await readCopies(world.db, [copyId]);
    return { seller, one, two, copyId, second, cardId: copy!.cardId };
  });
}

const won = (answer: Answer) => answer.status < 300;
const offer = async (round: Round, body: object) => {
  const answer = await world.call(round.one, 'POST', '/offers', { amount: '4', ...body });
  if (!won(answer)) throw new Error(JSON.stringify(answer.body));
  return String(answer.body.id);
};
const accept = (person: Person, id: string, copyId: string) => () =>
  world.call(person, 'POST', `/offers/${id}/accept`, { copyId, amount: '4' });
const withdraw = (round: Round, id: string) => () => world.call(round.one, 'DELETE', `/offers/${id}`);

/** What a round must have left: the owners of both copies, and what the three people have, with nothing held. */
interface Outcome {
  kind: string;
  owner: Person;
  secondOwner: Person;
  money: [bigint, bigint, bigint];
}

const untouched = (round: Round, kind: string): Outcome => ({
  ...{ kind, owner: round.seller, secondOwner: round.two, money: [START, START, START] },
});
const soldTo = (round: Round, kind: string, buyer: 'one' | 'two'): Outcome => ({
  kind,
  owner: round[buyer],
  secondOwner: round.two,
  money: [
    START + EARNED,
    START - (buyer === 'one' ? 4n * USDC : 0n),
    START - (buyer === 'two' ? 4n * USDC : 0n),
  ],
});

async function check(prepared: Round[], outcomes: Outcome[]): Promise<void> {
  const copies = new Map(
    (
      await readCopies(
        world.db,
        prepared.flatMap((round) => [round.copyId, round.second]),
      )
    ).map((copy) => [copy.id, copy]),
  );
  const balances = await world.balances(prepared.flatMap(({ seller, one, two }) => [seller, one, two]));
  for (const [number, round] of prepared.entries()) {
    const { owner, secondOwner, money, kind } = outcomes[number]!;
    expect(copies.get(round.copyId), kind).toMatchObject({ ownerId: owner.id, commitment: null });
    expect(copies.get(round.second), kind).toMatchObject({ ownerId: secondOwner.id, commitment: null });
    expect(balances.slice(3 * number, 3 * number + 3), kind).toEqual(
      money.map((available) => ({ available, held: 0n })),
    );
  }
  const [open] = await world.db<{ n: number }[]>`
    select count(*)::int as n from market.offers where state = 'open'`;
  expect(open!.n).toBe(0);
  // A deadlock would have been tried again unseen: it tells of locks that are taken in two orders.
  const [statistics] = await world.db<{ deadlocks: bigint }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  expect(statistics!.deadlocks).toBe(0n);
  // Both ways of ending occurred, so the rounds were races.
  expect(new Set(outcomes.map((outcome) => outcome.kind)).size).toBeGreaterThan(1);
}

test('accept against withdraw: exactly one happens', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round, { copyId: round.copyId });
    const [accepted, withdrawn] = await race(accept(round.seller, id, round.copyId), withdraw(round, id));
    expect([accepted, withdrawn].filter(won)).toHaveLength(1);
    expect((won(accepted) ? withdrawn : accepted).body.code).toBe('offer_closed');
    return won(accepted) ? soldTo(round, 'accepted', 'one') : untouched(round, 'withdrawn');
  });
  await check(prepared, outcomes);
});

test('two owners accept one offer: exactly one sells', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number): Promise<Outcome> => {
    const round = prepared[number]!;
    const id = await offer(round, { cardId: round.cardId });
    const [first, second] = await race(
      accept(round.seller, id, round.copyId),
      accept(round.two, id, round.second),
    );
    expect([first, second].filter(won)).toHaveLength(1);
    expect((won(first) ? second : first).body.code).toBe('offer_closed');
    if (won(first)) return soldTo(round, 'seller', 'one');
    const money: Outcome['money'] = [START, START - 4n * USDC, START + EARNED];
    return { kind: 'two', owner: round.seller, secondOwner: round.one, money };
  });
  await check(prepared, outcomes);
});

test('accept against the purchase of the same listed copy: exactly one sells it', {
  timeout: PATIENCE_MS,
}, async () => {
  const prepared = await prepare();
  const api = world.apis.get('market') as MarketApi;
  const ids: string[] = [];
  const race = evenContest(won);
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round, { cardId: round.cardId });
    const listed = await api.list([{ sellerId: round.seller.id, copyId: round.copyId, price: 4n * USDC }]);
    if (!listed.ok) throw new Error(listed.error.code);
    const [listingId] = listed.value;
    ids.push(listingId!);
    const [accepted, bought] = await race(accept(round.seller, id, round.copyId), () =>
      world.call(round.two, 'POST', `/listings/${listingId}/purchase`, { price: '4' }),
    );
    expect([accepted, bought].filter(won)).toHaveLength(1);
    if (won(accepted)) {
      expect(bought.body.code).toBe('listing_closed');
      return soldTo(round, 'accepted', 'one');
    }
    expect(['copy_not_owned', 'copy_committed']).toContain(accepted.body.code);
    expect(won(await withdraw(round, id)())).toBe(true);
    return soldTo(round, 'bought', 'two');
  });
  await check(prepared, outcomes);
  const states = await world.db<{ state: string }[]>`
    select distinct state from market.listings where id = any(${ids}::uuid[]) order by state`;
  expect(states.map((row) => row.state)).toEqual(['sold', 'void']);
});

test('accept against expiry: exactly one happens', { timeout: PATIENCE_MS }, async () => {
  const prepared = await prepare();
  const expire = world.jobs.get('market.offers.expire')!;
  // How long an offer has left in milliseconds: longer after each that was late, shorter after each in time,
  // so that it comes to the time that this machine takes, whatever that is.
  let left = 10;
  const outcomes = await rounds(RACE_ROUNDS, WIDTH, async (number) => {
    const round = prepared[number]!;
    const id = await offer(round, { copyId: round.copyId });
    await world.db`
      update market.offers set expires_at = clock_timestamp() + ${`${left} milliseconds`}::interval
      where id = ${id}`;
    const [accepted] = await Promise.all([accept(round.seller, id, round.copyId)(), expire.run()]);
    left *= won(accepted) ? 0.9 : 1.1;
    if (won(accepted)) return soldTo(round, 'accepted', 'one');
    expect(['offer_expired', 'offer_closed']).toContain(accepted.body.code);
    return untouched(round, 'expired');
  });
  const due = async () =>
    (await world.db`select 1 from market.offers where state = 'open' limit 1`).length > 0;
  while (await due()) await expire.run();
  await check(prepared, outcomes);
});
