import { createHash } from 'node:crypto';
import type { entities, Static } from '@ece/contract';
import { createApp } from '@ece/platform/http/app';
import type { Principal } from '@ece/platform/http/principal';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { readTopic } from '@ece/platform/outbox/publish';
import { createMetrics, type Metrics } from '@ece/platform/telemetry/metrics';
import { CHAIN, FEES, readBalance, readCopies } from '@ece/vault';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { untilVisible } from '../../tests/support/horizon.ts';
import { copiesOf, fundedAccount, nftsFixture, usersFixture } from '../../tests/support/neighbours.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { auctions, DEFAULT_INCREMENTS } from './api.ts';
import { applyBids } from './domain/bidding.ts';
import { listBids, readAuction, toState } from './store.ts';

type Auction = Static<typeof entities.Auction>;

let database: ServiceDatabase;
let app: FastifyInstance;
let instance: ReturnType<typeof auctions.create>;
let creator: string;
let metrics: Metrics;
let jobs: Record<string, () => Promise<boolean>>;
const USDC = 1_000_000n;

beforeAll(async () => {
  database = await serviceDatabase([auctions.migrations]);
  creator = await fundedAccount(database.db, 0n);
  const log = createLogger({ level: 'error', format: 'json' });
  metrics = createMetrics();
  instance = auctions.create({
    db: database.db,
    database: { address: database.connection },
    users: usersFixture(),
    nfts: nftsFixture(creator),
    log,
    metrics,
    hint: () => {},
    feeBasisPoints: 250,
    shortestAuctionSeconds: 1,
    increments: DEFAULT_INCREMENTS,
  });
  app = createApp({ log, metrics });
  app.addHook('onRequest', async (request) => {
    const accountId = request.headers['x-account'];
    if (accountId) request.principal = { accountId, role: 'collector', sessionId: '' } as Principal;
  });
  instance.routes(app);
  jobs = Object.fromEntries(instance.jobs.map((job) => [job.name, job.run]));
});
afterAll(async () => {
  await app.close();
  await instance.stop!();
  await database.close();
});

async function call<T = Auction>(
  accountId: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
  key = newId(),
) {
  const response = await app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { 'x-account': accountId, 'idempotency-key': key },
    ...(body && { payload: body }),
  });
  return { status: response.statusCode, body: response.json() as T & { code: string } };
}

const soon = (ms: number) => new Date(Date.now() + ms).toISOString();

async function openAuction(terms: object = {}, copies = 1) {
  const seller = await fundedAccount(database.db, 0n);
  return await auctionOf(seller, await copiesOf(database.db, seller, copies), terms);
}

/** Fifty auctions of one seller. */
async function fifty(terms: object = {}) {
  const seller = await fundedAccount(database.db, 0n);
  const copyIds = await copiesOf(database.db, seller, 50);
  return await Promise.all(copyIds.map((id) => auctionOf(seller, [id], terms)));
}

async function auctionOf(seller: string, copyIds: string[], terms: object) {
  const created = await call(seller, 'POST', '/auctions', {
    copyIds,
    startingPrice: '1',
    endsAt: soon(60_000),
    ...terms,
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return { seller, copyIds, id: created.body.id, auction: created.body };
}

const bid = (who: string, id: string, maximum: string, key?: string) =>
  call<Static<typeof entities.BidAnswer>>(who, 'POST', `/auctions/${id}/bids`, { maximum }, key);

/** Brings the end of an auction to now, as if its time had passed. */
async function letEnd(id: string): Promise<void> {
  await database.db`update auctions.auctions set ends_at = clock_timestamp() where id = ${id}`;
}

async function closeAll(): Promise<void> {
  while (await jobs['auctions.close']!());
}

describe('an auction', () => {
  test('goes from rival proxies to its winner, with money, copy, fee and royalty moved at the close', async () => {
    const { seller, id, copyIds } = await openAuction();
    const [ann, ben] = [
      await fundedAccount(database.db, 100n * USDC),
      await fundedAccount(database.db, 100n * USDC),
    ];
    expect((await bid(ann, id, '20')).body).toMatchObject({ leading: true, price: '1', minimumNext: '1.25' });
    expect(await readBalance(database.db, ann)).toEqual({ available: 80n * USDC, held: 20n * USDC });
    expect((await bid(ben, id, '15')).body).toMatchObject({ leading: false, price: '15.5' });
    expect((await bid(ben, id, '40')).body).toMatchObject({ leading: true, price: '20.5' });
    expect(await readBalance(database.db, ann)).toEqual({ available: 100n * USDC, held: 0n });

    await letEnd(id);
    expect((await bid(ann, id, '90')).body.code).toBe('auction_ended');
    await closeAll();
    const { body } = await call(ann, 'GET', `/auctions/${id}`);
    expect(body).toMatchObject({ state: 'sold', price: '20.5', bidCount: 3, myMaximum: '20' });
    expect(await readCopies(database.db, copyIds)).toMatchObject([
      { ownerId: ben, commitment: null, epoch: 1n },
    ]);
    expect(await readBalance(database.db, ben)).toEqual({ available: 79_500_000n, held: 0n });
    expect((await readBalance(database.db, seller))!.available).toBe(20_500_000n - 512_500n - 1_025_000n);
  });

  test('tells those who were outbid and do not lead, once each and with the price as it stands', async () => {
    const { db } = database;
    const { id } = await openAuction();
    const [ann, ben, cat] = await Promise.all([1, 2, 3].map(() => fundedAccount(db, 100n * USDC)));
    const told = async (who: string) => {
      await untilVisible(db);
      while (await jobs['auctions.outbid']!());
      const events = await readTopic(db, `user:${who}`, 0n, 100);
      return events.filter(({ type }) => type === 'bid.outbid').map(({ data }) => data);
    };
    // Ben leads twice and Ann three times; Cat never does.
    for (const [who, maximum] of [
      ...[[ann, '2'] as const, [ben, '3'] as const, [ann, '4'] as const, [ben, '5'] as const],
      ...[[ann, '8'] as const, [cat, '6'] as const, [ann, '9'] as const],
    ]) {
      expect((await bid(who!, id, maximum)).status).toBe(201);
    }
    expect(await told(ben!)).toEqual([{ auctionId: id, price: '6.5' }]);
    expect([await told(ann!), await told(cat!)]).toEqual([[], []]);
    expect((await bid(cat!, id, '20')).status).toBe(201);
    expect(await told(ann!)).toEqual([{ auctionId: id, price: '9.5' }]);
    expect([(await told(ben!)).length, (await told(ann!)).length]).toEqual([1, 1]);
  });

  test('ends unsold below its reserve, and everything is free again', async () => {
    const { id, seller, copyIds } = await openAuction({ reservePrice: '50' });
    const ann = await fundedAccount(database.db, 100n * USDC);
    await bid(ann, id, '30');
    const open = await call(ann, 'GET', `/auctions/${id}`);
    expect(open.body).toMatchObject({ reserve: 'not_met' });
    expect(JSON.stringify(open.body)).not.toContain('"50"');
    await letEnd(id);
    await closeAll();
    expect((await call(ann, 'GET', `/auctions/${id}`)).body.state).toBe('unsold');
    expect(await readBalance(database.db, ann)).toEqual({ available: 100n * USDC, held: 0n });
    expect(await readCopies(database.db, copyIds)).toMatchObject([{ ownerId: seller, commitment: null }]);
  });

  test('that is overdue shows as such until it is closed, and then how late it was', async () => {
    const figure = async (name: string) =>
      Number(new RegExp(`^${name} (.+)$`, 'm').exec(await metrics.registry.metrics())?.[1]);
    await closeAll();
    expect(await figure('ece_auction_overdue_seconds')).toBe(0);
    const [count, sum] = [
      await figure('ece_auction_close_delay_seconds_count'),
      await figure('ece_auction_close_delay_seconds_sum'),
    ];
    const { id } = await openAuction();
    await database.db`update auctions.auctions set ends_at = clock_timestamp() - interval '90 s' where id = ${id}`;
    expect(await figure('ece_auction_overdue_seconds')).toBeGreaterThanOrEqual(90);
    await closeAll();
    expect(await figure('ece_auction_overdue_seconds')).toBe(0);
    expect((await figure('ece_auction_close_delay_seconds_count')) - count).toBe(1);
    expect((await figure('ece_auction_close_delay_seconds_sum')) - sum).toBeGreaterThanOrEqual(90);
  });

  test('is among those in which somebody has bid, for that person alone', async () => {
    const [ann, ben] = [
      await fundedAccount(database.db, 100n * USDC),
      await fundedAccount(database.db, 100n * USDC),
    ];
    const lots = [await openAuction(), await openAuction(), await openAuction()];
    for (const { id } of lots.slice(0, 2)) await bid(ann, id, '5');
    await bid(ann, lots[0]!.id, '7');
    await bid(ben, lots[1]!.id, '9');
    const idsOf = async (who: string, query: string) => {
      type Page = { items: { id: string }[]; nextCursor: string | null };
      const { body } = await call<Page>(who, 'GET', `/auctions?bidding=true${query}`);
      return body.items.map(({ id }) => id);
    };
    expect((await idsOf(ann, '')).toSorted()).toEqual([lots[0]!.id, lots[1]!.id].toSorted());
    expect(await idsOf(ben, '&state=open')).toEqual([lots[1]!.id]);
    expect(await idsOf(newId(), '')).toEqual([]);
  });

  test('can be bought at once; the leader gets the money back, and a leader pays with what is held', async () => {
    const lot = await openAuction({ buyNowPrice: '60' }, 3);
    const [ann, ben] = [
      await fundedAccount(database.db, 70n * USDC),
      await fundedAccount(database.db, 60n * USDC),
    ];
    await bid(ann, lot.id, '40');
    const buy = (who: string, id: string, price: string) =>
      call(who, 'POST', `/auctions/${id}/purchase`, { price });
    expect((await buy(ben, lot.id, '59')).body.code).toBe('price_changed');
    expect((await buy(lot.seller, lot.id, '60')).body.code).toBe('own_auction');
    expect((await buy(ben, lot.id, '60')).body).toMatchObject({ state: 'sold', price: '60' });
    expect(await readBalance(database.db, ann)).toEqual({ available: 70n * USDC, held: 0n });
    expect((await readCopies(database.db, lot.copyIds)).map((copy) => copy.ownerId)).toEqual([ben, ben, ben]);

    const second = await openAuction({ buyNowPrice: '60' });
    await bid(ann, second.id, '40');
    expect((await buy(ann, second.id, '60')).status).toBe(200);
    expect(await readBalance(database.db, ann)).toEqual({ available: 10n * USDC, held: 0n });
  });

  test('is cancelled by its seller only, and only without a bid', async () => {
    const { id, seller, copyIds } = await openAuction();
    const ann = await fundedAccount(database.db, 10n * USDC);
    expect((await call(ann, 'DELETE', `/auctions/${id}`)).body.code).toBe('forbidden');
    expect((await call(seller, 'DELETE', `/auctions/${id}`)).body.state).toBe('cancelled');
    expect(await readCopies(database.db, copyIds)).toMatchObject([{ commitment: null }]);
    const other = await openAuction();
    await bid(ann, other.id, '2');
    expect((await call(other.seller, 'DELETE', `/auctions/${other.id}`)).body.code).toBe('auction_has_bids');
    expect((await bid(ann, id, '2')).body.code).toBe('auction_not_open');
  });

  test('waits for its start, then opens', async () => {
    const { id, auction } = await openAuction({ startsAt: soon(30_000), endsAt: soon(90_000) });
    expect(auction.state).toBe('scheduled');
    const ann = await fundedAccount(database.db, 10n * USDC);
    expect((await bid(ann, id, '2')).body.code).toBe('auction_not_started');
    await database.db`update auctions.auctions set starts_at = clock_timestamp() where id = ${id}`;
    await jobs['auctions.open']!();
    expect((await call(ann, 'GET', `/auctions/${id}`)).body.state).toBe('open');
    expect((await bid(ann, id, '2')).status).toBe(201);
  });

  test('refuses terms that do not fit, copies of others and copies that are committed', async () => {
    const { seller, copyIds } = await openAuction();
    const [free] = await copiesOf(database.db, seller);
    const make = (who: string, terms: object) =>
      call(who, 'POST', '/auctions', { copyIds: [free], startingPrice: '1', endsAt: soon(60_000), ...terms });
    expect((await make(seller, { copyIds })).body.code).toBe('copy_committed');
    expect((await make(await fundedAccount(database.db, 0n), {})).body.code).toBe('copy_not_owned');
    expect((await make(seller, { copyIds: [newId()] })).body.code).toBe('not_found');
    expect((await make(seller, { reservePrice: '0.5' })).body.code).toBe('invalid_prices');
    expect((await make(seller, { buyNowPrice: '1' })).body.code).toBe('invalid_prices');
    expect((await make(seller, { endsAt: soon(500) })).body.code).toBe('invalid_schedule');
    expect((await make(seller, { endsAt: '2026-13-45T99:99:99Z' })).body.code).toBe('validation_failed');
    expect((await make(seller, { startingPrice: '-1' })).body.code).toBe('validation_failed');
    expect((await make(seller, { startingPrice: 1 })).body.code).toBe('validation_failed');
    expect((await make(seller, { surprise: true })).body.code).toBe('validation_failed');
    expect(await readCopies(database.db, [free!])).toMatchObject([{ commitment: null }]);
  });
});

describe('bids', () => {
  test('show a maximum to its bidder, to others only once it is beaten', async () => {
    const { id } = await openAuction();
    const [ann, ben] = [
      await fundedAccount(database.db, 100n * USDC),
      await fundedAccount(database.db, 100n * USDC),
    ];
    await bid(ann, id, '20');
    await bid(ben, id, '40');
    const seen = async (who: string) =>
      (
        await call<{ items: { maximum: string | null }[] }>(who, 'GET', `/auctions/${id}/bids`)
      ).body.items.map((item) => item.maximum);
    expect(await seen(ann)).toEqual([null, '20']);
    expect(await seen(ben)).toEqual(['40', '20']);
  });

  test('a repeated key gives the first answer and bids once; with another amount it is refused', async () => {
    const { id } = await openAuction();
    const ann = await fundedAccount(database.db, 100n * USDC);
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 8 }, () => bid(ann, id, '20', key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect((await bid(ann, id, '30', key)).body.code).toBe('idempotency_key_reused');
    expect((await readAuction(database.db, id))!.bid_count).toBe(1);
  });

  test('the answer’s sequence is the place of the bid’s event in the auction’s topic', async () => {
    const { id } = await openAuction();
    const people = await Promise.all(
      Array.from({ length: 5 }, () => fundedAccount(database.db, 1000n * USDC)),
    );
    const answers = await Promise.all(people.map((who, index) => bid(who, id, `${(index + 1) * 10}`)));
    for (const { status, body } of answers) {
      if (status !== 201) continue;
      const [event] = await database.db`
        select data from platform.events where topic = ${`auction:${id}`} and sequence = ${body.sequence}`;
      expect(event!.data).toMatchObject({ bidId: body.bidId, price: body.price });
    }
  });

  test('many rivals at once: replaying the log gives the stored result, and the holds are the leader’s alone', async () => {
    const { id, auction } = await openAuction({ softClose: { window: 60, extension: 60 } });
    const people = await Promise.all(
      Array.from({ length: 12 }, () => fundedAccount(database.db, 500n * USDC)),
    );
    const random = (n: number) => createHash('sha256').update(String(n)).digest().readUInt32BE() / 2 ** 32;
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        bid(people[index % people.length]!, id, (1 + random(index) * 400).toFixed(2)),
      ),
    );
    const row = (await readAuction(database.db, id))!;
    const bids = (await listBids(database.db, id, undefined, 1000)).reverse();
    expect(bids.length).toBe(row.bid_count);
    const start = {
      ...toState(row),
      endsAt: Date.parse(auction.endsAt),
      price: null,
      leader: null,
      bidCount: 0,
    };
    const rich = new Map(people.map((who) => [who, 10n ** 18n]));
    const replay = applyBids(
      start,
      bids.map((b) => ({ bidderId: b.bidder_id, maximum: b.maximum, at: b.at.getTime() })),
      rich,
    );
    expect(replay.auction).toEqual(toState(row));
    for (const who of people) {
      const balance = (await readBalance(database.db, who))!;
      expect(balance.held).toBe(who === row.leader_id ? row.leader_maximum : 0n);
      expect(balance.available + balance.held).toBe(500n * USDC);
    }
  });
});

describe('bids that come together', () => {
  test('on two auctions by somebody with money for one: one holds it, the other is refused', async () => {
    const [one, two] = [await openAuction(), await openAuction()];
    for (let round = 0; round < 10; round++) {
      const who = await fundedAccount(database.db, 100n * USDC);
      const maximum = String(60 + round);
      const answers = await Promise.all([bid(who, one.id, maximum), bid(who, two.id, maximum)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)!.body.code).toBe('insufficient_funds');
      const held = BigInt(maximum) * USDC;
      expect(await readBalance(database.db, who)).toEqual({ available: 100n * USDC - held, held });
    }
  });

  test('on many auctions: each has its own answer, number and hold', async () => {
    const lots = await fifty();
    const people = await Promise.all([1, 2, 3].map(() => fundedAccount(database.db, 1000n * USDC)));
    const answers = await Promise.all(
      lots.flatMap(({ id }) => people.map((who, index) => bid(who, id, `${2 + index}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    for (const [index, { id }] of lots.entries()) {
      expect(await readAuction(database.db, id)).toMatchObject({
        ...{ bid_count: 3, leader_id: people[2], leader_maximum: 4n * USDC, price: 3_250_000n },
      });
      for (const { body } of answers.slice(index * 3, index * 3 + 3)) {
        const [event] = await database.db`
          select data from platform.events where topic = ${`auction:${id}`} and sequence = ${body.sequence}`;
        expect(event!.data).toMatchObject({ auctionId: id, bidId: body.bidId, price: body.price });
      }
    }
    expect(await readBalance(database.db, people[2]!)).toEqual({ available: 800n * USDC, held: 200n * USDC });
    expect(await readBalance(database.db, people[1]!)).toEqual({ available: 1000n * USDC, held: 0n });
  });

  test('in numbers that no queue takes: some are told at once to come back, the others are answered', async () => {
    const { id } = await openAuction();
    const ann = await fundedAccount(database.db, 10_000n * USDC);
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // Somebody keeps the auction busy.
    const busy = database.db.begin(async (tx) => {
      await tx`select 1 from auctions.auctions where id = ${id} for update`;
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    let refused = 0;
    const bids = Array.from({ length: 1400 }, async (_, index) => {
      const answer = await app.inject({
        method: 'POST',
        url: `/api/v1/auctions/${id}/bids`,
        headers: { 'x-account': ann, 'idempotency-key': newId() },
        payload: { maximum: String(2 + index) },
      });
      if (answer.statusCode === 503) refused++;
      return answer;
    });
    // One transaction and the queue are full: the rest has its answer while the auction is still busy.
    await vi.waitFor(() => expect(refused).toBeGreaterThanOrEqual(150), { timeout: 30_000 });
    release.resolve();
    await busy;
    const answers = await Promise.all(bids);
    const accepted = answers.filter(({ statusCode }) => statusCode === 201).length;
    expect(accepted).toBeGreaterThanOrEqual(1000);
    expect((await readAuction(database.db, id))!.bid_count).toBe(accepted);
    const rest = answers.filter(({ statusCode }) => statusCode !== 201);
    expect(rest.length).toBeGreaterThanOrEqual(150);
    for (const answer of rest) {
      expect(answer.json()).toMatchObject({ status: 503, code: 'overloaded' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
  });
});

describe('races, 1,000 rounds', { timeout: 180_000 }, () => {
  test('bid against close: either the bid counts and wins, or it is refused; never both, never neither', async () => {
    const bidders = await Promise.all(
      Array.from({ length: 10 }, () => fundedAccount(database.db, 1000n * USDC)),
    );
    let late = 0;
    // Shorter or longer by how fast this machine is, so that the end falls among the bids.
    let milliseconds = 25;
    for (let round = 0; round < 20; round++) {
      const lots = await fifty({ softClose: { window: 0, extension: 0 } });
      const ids = lots.map((lot) => lot.id);
      const lateBefore = late;
      await database.db`update auctions.auctions
        set ends_at = clock_timestamp() + ${milliseconds}::float8 * interval '1 ms' where id = any(${ids}::uuid[])`;
      const closing = (async () => {
        for (;;) {
          await jobs['auctions.close']!();
          const [open] = await database.db`
            select count(*)::int as n from auctions.auctions where id = any(${ids}::uuid[]) and state = 'open'`;
          if (open!.n === 0) return;
        }
      })();
      const answers = await Promise.all(ids.map((id, index) => bid(bidders[index % 10]!, id, '1')));
      await closing;
      for (const [index, id] of ids.entries()) {
        const row = (await readAuction(database.db, id))!;
        const ann = bidders[index % 10]!;
        const [copy] = await readCopies(database.db, lots[index]!.copyIds);
        if (answers[index]!.status === 201) {
          expect(row).toMatchObject({ state: 'sold', leader_id: ann });
          expect(copy!.ownerId).toBe(ann);
        } else {
          late++;
          expect(answers[index]!.body.code).toBe('auction_ended');
          expect(row).toMatchObject({ state: 'unsold', bid_count: 0 });
          expect(copy!.ownerId).toBe(lots[index]!.seller);
        }
      }
      milliseconds *= late - lateBefore > ids.length / 2 ? 1.5 : 0.75;
    }
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(1000);
    for (const who of bidders) expect((await readBalance(database.db, who))!.held).toBe(0n);
  });

  test('buy-now by two people: one gets the lot and pays', async () => {
    const buyers = [
      await fundedAccount(database.db, 100_000n * USDC),
      await fundedAccount(database.db, 100_000n * USDC),
    ];
    const total = async () =>
      (await Promise.all(buyers.map((id) => readBalance(database.db, id)))).reduce(
        (sum, b) => sum + b!.available,
        0n,
      );
    const before = await total();
    for (let round = 0; round < 20; round++) {
      const lots = await fifty({ buyNowPrice: '5' });
      await Promise.all(
        lots.map(async (lot) => {
          const results = await Promise.all(
            buyers.map((who) => call(who, 'POST', `/auctions/${lot.id}/purchase`, { price: '5' })),
          );
          expect(results.map((result) => result.status).toSorted()).toEqual([200, 409]);
        }),
      );
    }
    expect(before - (await total())).toBe(1000n * 5n * USDC);
  });
});

test('the books balance over all of the above', async () => {
  const [sum] = await database.db`select sum(amount)::text as sum from vault.postings`;
  expect(sum!.sum).toBe('0');
  const [money] = await database.db`select sum(available + held)::text as sum from vault.accounts`;
  expect(money!.sum).toBe('0');
  expect((await readBalance(database.db, FEES))!.available).toBeGreaterThan(0n);
  expect((await readBalance(database.db, CHAIN))!.available).toBeLessThan(0n);
});
