import { transaction } from '@ece/platform/db/database';
import { snapshotsOf } from '@ece/platform/invariants';
import { readTopic } from '@ece/platform/outbox/publish';
import {
  freezeAccount,
  haltTrading,
  readBalance,
  readCopies,
  resumeTrading,
  unfreezeAccount,
} from '@ece/vault';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, TradingWorld } from '../../tests/support/trading.ts';
import { auctions, DEFAULT_INCREMENTS } from './api.ts';
import { auctionChecks } from './checks.ts';
import { readAuction } from './store.ts';

const USDC = 1_000_000n;
let world: TradingWorld;

beforeAll(async () => {
  world = await TradingWorld.open([
    {
      ...auctions,
      create: (context) =>
        auctions.create({ ...context, shortestAuctionSeconds: 1, increments: DEFAULT_INCREMENTS }),
    },
  ]);
});
afterAll(() => world.close());

const halt = (setId: string | null = null) =>
  transaction(world.db, (tx) => haltTrading(tx, { setId, withdrawals: false, reason: 'a test' }));
const resume = (setId: string | null = null) => transaction(world.db, (tx) => resumeTrading(tx, setId));
const run = async (job: string) => {
  while (await world.jobs.get(`auctions.${job}`)!.run());
};

/** Milliseconds that a halt lasted. */
async function lasted(result: Awaited<ReturnType<typeof resume>>): Promise<number> {
  if (!result.ok) throw new Error(result.error.code);
  return result.value.until!.getTime() - result.value.at.getTime();
}

async function makeAuction(
  terms: object = {},
): Promise<{ seller: Person; id: string; setId: string; copyId: string }> {
  const [seller] = (await world.people(1, 0n)) as [Person];
  const [copyId] = (await world.copies([seller])) as [string];
  const made = await world.call(seller, 'POST', '/auctions', {
    copyIds: [copyId],
    startingPrice: '1',
    endsAt: new Date(Date.now() + 60_000).toISOString(),
    ...terms,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const id = String(made.body.id);
  return { seller, id, copyId, setId: (await readAuction(world.db, id))!.set_ids![0]! };
}

const bid = (who: Person, id: string, maximum = '5') =>
  world.call(who, 'POST', `/auctions/${id}/bids`, { maximum });

async function times(id: string) {
  const row = (await readAuction(world.db, id))!;
  return { startsAt: row.starts_at.getTime(), endsAt: row.ends_at.getTime(), state: row.state };
}

async function broken(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const check of auctionChecks()) {
    const report = await check.run(snapshotsOf(world.db));
    found.push(...report.findings.map((finding) => ({ check: check.title, ...finding })));
  }
  return found;
}

/** Waits until the database's clock has passed a moment by an open halt's own time. */
async function passTime(ms: number): Promise<void> {
  await world.db`select pg_sleep(${ms / 1000})`;
}

describe('while trading is halted', () => {
  test('nothing is auctioned, bid or bought; a cancellation is possible', async () => {
    const [ann] = (await world.people(1, 100n * USDC)) as [Person];
    const live = await makeAuction({ buyNowPrice: '20' });
    const other = await makeAuction();
    await halt();
    const [seller] = (await world.people(1, 0n)) as [Person];
    const [copyId] = (await world.copies([seller])) as [string];
    const refused = await Promise.all([
      bid(ann, live.id),
      world.call(ann, 'POST', `/auctions/${live.id}/purchase`, { price: '20' }),
      world.call(seller, 'POST', '/auctions', {
        copyIds: [copyId],
        startingPrice: '1',
        endsAt: new Date(Date.now() + 60_000).toISOString(),
      }),
    ]);
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
      Array(3).fill([409, 'trading_halted']),
    );
    expect((await world.call(other.seller, 'DELETE', `/auctions/${other.id}`)).status).toBe(200);
    await resume();
    expect((await bid(ann, live.id)).status).toBe(201);
    expect(await broken()).toEqual([]);
  });

  test('no auction closes, and its end moves by the length of the halt', async () => {
    const [ann, ben] = (await world.people(2, 100n * USDC)) as [Person, Person];
    const one = await makeAuction({ endsAt: new Date(Date.now() + 2_500).toISOString() });
    await bid(ann, one.id);
    const before = await times(one.id);
    await halt();
    await passTime(2_600);
    await run('close');
    expect(await times(one.id)).toEqual(before);
    const lost = await lasted(await resume());
    expect(lost).toBeGreaterThan(2_500);
    await run('close');
    expect((await times(one.id)).state).toBe('open');
    await run('halts');
    expect(await times(one.id)).toEqual({ ...before, endsAt: before.endsAt + lost });
    const told = (await readTopic(world.db, `auction:${one.id}`, 0n, 10)).at(-1)!;
    expect(told).toMatchObject({
      type: 'auction.extended',
      data: { auctionId: one.id, endsAt: new Date(before.endsAt + lost).toISOString() },
    });
    expect((await bid(ben, one.id, '9')).status).toBe(201);
    expect(await broken()).toEqual([]);
    await expect
      .poll(
        async () => {
          await run('close');
          return (await times(one.id)).state;
        },
        { timeout: 30_000 },
      )
      .toBe('sold');
    expect(await readCopies(world.db, [one.copyId])).toMatchObject([{ ownerId: ben.id }]);
    expect(await broken()).toEqual([]);
  });

  test('a bid right after it counts the lost time itself, and tells so first', async () => {
    const [ann] = (await world.people(1, 100n * USDC)) as [Person];
    const one = await makeAuction();
    const before = await times(one.id);
    await halt();
    await passTime(20);
    const lost = await lasted(await resume());
    const answer = await bid(ann, one.id);
    expect(answer.body).toMatchObject({ endsAt: new Date(before.endsAt + lost).toISOString() });
    const types = (await readTopic(world.db, `auction:${one.id}`, 0n, 10)).map(({ type }) => type);
    expect(types).toEqual(['auction.created', 'auction.extended', 'auction.bid']);
    expect(answer.body.sequence).toBe(3);
    expect(await broken()).toEqual([]);
  });

  test('a halt of a set stops its auctions alone; with one of everything it counts once', async () => {
    const [ann] = (await world.people(1, 100n * USDC)) as [Person];
    const [one, two] = [await makeAuction(), await makeAuction()];
    const [before, beside] = [await times(one.id), await times(two.id)];
    const first = await halt(one.setId);
    expect((await bid(ann, one.id)).body.code).toBe('trading_halted');
    expect((await bid(ann, two.id)).status).toBe(201);
    await halt();
    await passTime(20);
    const all = await lasted(await resume());
    const last = await resume(one.setId);
    if (!first.ok || !last.ok) throw new Error('the set was not halted');
    await run('halts');
    const whole = last.value.until!.getTime() - first.value.at.getTime();
    expect((await times(one.id)).endsAt).toBe(before.endsAt + whole);
    expect((await times(two.id)).endsAt).toBe(beside.endsAt + all);
    expect(whole).toBeGreaterThanOrEqual(all);
    expect(await broken()).toEqual([]);
  });

  test('an auction whose start falls into it begins after it, with its length', async () => {
    const startsAt = new Date(Date.now() + 1_500).toISOString();
    const one = await makeAuction({ startsAt });
    const before = await times(one.id);
    await halt();
    await passTime(1_600);
    await run('open');
    expect((await times(one.id)).state).toBe('scheduled');
    const resumed = await resume();
    if (!resumed.ok) throw new Error(resumed.error.code);
    await run('halts');
    await run('open');
    const after = await times(one.id);
    expect(after.state).toBe('open');
    expect(after.startsAt).toBe(resumed.value.until!.getTime());
    expect(after.endsAt - after.startsAt).toBe(before.endsAt - before.startsAt);
    expect(await broken()).toEqual([]);
  });
});

describe('a frozen account', () => {
  test('neither bids nor auctions; what it has running goes on and settles', async () => {
    const [ann, ben] = (await world.people(2, 100n * USDC)) as [Person, Person];
    const one = await makeAuction({ endsAt: new Date(Date.now() + 2_500).toISOString(), buyNowPrice: '50' });
    const two = await makeAuction();
    await bid(ann, one.id);
    await bid(ann, two.id);
    for (const { id } of [ann, one.seller]) {
      await transaction(world.db, (tx) => freezeAccount(tx, id, 'a test'));
    }
    expect((await bid(ann, one.id, '9')).body.code).toBe('account_frozen');
    const bought = await world.call(ben, 'POST', `/auctions/${one.id}/purchase`, { price: '50' });
    expect(bought.body).toMatchObject({ code: 'account_frozen', data: { accountId: one.seller.id } });
    expect((await bid(ben, two.id, '9')).status).toBe(201);
    await expect
      .poll(
        async () => {
          await run('close');
          return (await times(one.id)).state;
        },
        { timeout: 30_000 },
      )
      .toBe('sold');
    expect((await readBalance(world.db, one.seller.id))!.available).toBeGreaterThan(0n);
    expect(await readCopies(world.db, [one.copyId])).toMatchObject([{ ownerId: ann.id }]);
    for (const { id } of [ann, one.seller]) await transaction(world.db, (tx) => unfreezeAccount(tx, id));
    expect((await bid(ann, two.id, '12')).status).toBe(201);
    expect(await broken()).toEqual([]);
  });
});

test('bids, closes, halts and resumptions at once keep every rule', async () => {
  const people = await world.people(6, 10_000n * USDC);
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, index) => {
      const start = index % 3 === 0 ? Date.now() + 200 + 90 * index : Date.now();
      return makeAuction({
        ...(index % 3 === 0 && { startsAt: new Date(start).toISOString() }),
        endsAt: new Date(start + 2_000 + 60 * index).toISOString(),
        softClose: { window: 1, extension: 1 },
      });
    }),
  );
  let over = false;
  let accepted = 0;
  let refused = 0;
  const bidder = async (person: Person, offset: number) => {
    for (let n = 0; !over; n++) {
      const { body } = await bid(person, made[(n + offset) % made.length]!.id, String(2 + n));
      if (body.code === 'trading_halted') refused++;
      if (body.bidId) accepted++;
    }
  };
  const timer = async () => {
    while (!over) for (const job of ['halts', 'open', 'close']) await run(job);
  };
  const work = [...people.map(bidder), timer(), timer()];
  for (let round = 0; round < 40; round++) {
    const setId = round % 3 === 0 ? null : made[round % made.length]!.setId;
    await halt(setId);
    if (round % 5 === 0) await halt(made[0]!.setId);
    await passTime(5 + (round % 7) * 5);
    await resume(setId);
    if (round % 5 === 0) await resume(made[0]!.setId);
    await passTime(5);
  }
  await resume(made[0]!.setId);
  over = true;
  await Promise.all(work);
  expect(accepted).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(10);
  expect(await broken()).toEqual([]);
  await run('halts');
  await expect
    .poll(
      async () => {
        for (const job of ['open', 'close']) await run(job);
        return (await Promise.all(made.map(({ id }) => times(id)))).filter(({ state }) => state === 'open')
          .length;
      },
      { timeout: 60_000 },
    )
    .toBe(0);
  expect(await broken()).toEqual([]);
}, 120_000);
