import type { CardFacts } from '@ece/nfts';
import { snapshotsOf } from '@ece/platform/invariants';
import { createLogger } from '@ece/platform/log/log';
import { readTopic } from '@ece/platform/outbox/publish';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { readBalance, readCopies, vaultChecks } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copiesOf, fundedAccount, nftsFixture, usersFixture } from '../../tests/support/neighbours.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { type AuctionsApi, auctions, DEFAULT_INCREMENTS } from './api.ts';
import { auctionChecks } from './checks.ts';
import type { OpenAuction } from './history.ts';
import { listBids, readAuction } from './store.ts';

let database: ServiceDatabase;
let api: AuctionsApi;
let jobs: Record<string, () => Promise<boolean>>;
const USDC = 1_000_000n;
const HOUR = 3_600_000;

beforeAll(async () => {
  database = await serviceDatabase([auctions.migrations]);
  const instance = auctions.create({
    db: database.db,
    database: { address: database.connection },
    users: usersFixture(),
    nfts: {
      ...nftsFixture(await fundedAccount(database.db, 0n)),
      // Each card is a set of its own, with its id.
      cardFacts: async (ids) => Object.fromEntries(ids.map((id) => [id, { setId: id } as CardFacts])),
    },
    log: createLogger({ level: 'error', format: 'json' }),
    metrics: createMetrics(),
    hint: () => {},
    feeBasisPoints: 250,
    shortestAuctionSeconds: 1,
    increments: DEFAULT_INCREMENTS,
  });
  api = instance.api;
  jobs = Object.fromEntries(instance.jobs.map((job) => [job.name, job.run]));
});
afterAll(() => database.close());

const ago = (hours: number) => Math.floor(Date.now() - hours * HOUR);

async function underWay(change: Partial<OpenAuction> = {}): Promise<OpenAuction> {
  const sellerId = await fundedAccount(database.db, 0n);
  return {
    ...{ sellerId, copyIds: await copiesOf(database.db, sellerId, 1) },
    ...{ startingPrice: USDC, reservePrice: null, buyNowPrice: null, softClose: undefined },
    ...{ startsAt: ago(5), endsAt: ago(-5), bids: [] },
    ...change,
  };
}

async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const check of [...vaultChecks(), ...auctionChecks()]) {
    const report = await check.run(snapshotsOf(database.db));
    found.push(...report.findings.map(({ subject, problem }) => `${subject} ${problem}`));
  }
  return found;
}

async function idOf(auction: OpenAuction): Promise<string> {
  const [copy] = await readCopies(database.db, auction.copyIds);
  return copy!.commitment!.id;
}

test('auctions under way have the bids that the rules accept, the leader’s hold, and end like any other', async () => {
  const [ann, ben] = [
    await fundedAccount(database.db, 100n * USDC),
    await fundedAccount(database.db, 100n * USDC),
  ];
  const bid = (bidderId: string, maximum: bigint, hours: number) => ({ bidderId, maximum, at: ago(hours) });
  const played = await underWay({
    bids: [bid(ann, 20n * USDC, 4), bid(ben, 5n * USDC, 3), bid(ben, 1n, 2), bid(ben, 30n * USDC, 1)],
  });
  const quiet = await underWay();
  const result = await api.importOpen([played, quiet]);
  expect(result).toEqual({ ok: true, value: { auctions: 2, bids: 3 } });

  const id = await idOf(played);
  expect(await readAuction(database.db, id)).toMatchObject({
    ...{ state: 'open', price: 20_500_000n, leader_id: ben, leader_maximum: 30n * USDC, bid_count: 3 },
    ...{ starts_at: new Date(played.startsAt), fee_basis_points: 250 },
  });
  expect((await listBids(database.db, id, undefined, 9)).map((row) => [row.number, row.bidder_id])).toEqual([
    [3, ben],
    [2, ben],
    [1, ann],
  ]);
  expect(await readBalance(database.db, ben)).toEqual({ available: 70n * USDC, held: 30n * USDC });
  expect(await readBalance(database.db, ann)).toEqual({ available: 100n * USDC, held: 0n });
  expect((await readTopic(database.db, `auction:${id}`, 0n, 9)).map((event) => event.type)).toEqual([
    'auction.created',
  ]);
  expect(await findings()).toEqual([]);
  const [row] = await database.db`select set_ids from auctions.auctions where id = ${id}`;
  const [copy] = await readCopies(database.db, played.copyIds);
  expect(row!.set_ids).toEqual([copy!.cardId]);

  await database.db`update auctions.auctions set ends_at = clock_timestamp() where id = ${id}`;
  while (await jobs['auctions.close']!());
  expect((await readAuction(database.db, id))!.state).toBe('sold');
  expect((await readCopies(database.db, played.copyIds))[0]!.ownerId).toBe(ben);
});

test('one purse does not hold for two auctions', async () => {
  const poor = await fundedAccount(database.db, 10n * USDC);
  const bids = [{ bidderId: poor, maximum: 8n * USDC, at: ago(1) }];
  const [first, second] = [await underWay({ bids }), await underWay({ bids })];
  expect(await api.importOpen([first, second])).toEqual({ ok: true, value: { auctions: 2, bids: 1 } });
  expect(await readBalance(database.db, poor)).toEqual({ available: 2n * USDC, held: 8n * USDC });
  expect((await readAuction(database.db, await idOf(second)))!.bid_count).toBe(0);
});

test('what could not be is refused or thrown, and nothing is written', async () => {
  const good = await underWay();
  const stranger = await fundedAccount(database.db, 0n);
  expect(await api.importOpen([good, await underWay({ sellerId: stranger })])).toMatchObject({
    ok: false,
    error: { code: 'copy_not_owned' },
  });
  expect(await api.importOpen([good, good])).toMatchObject({ error: { code: 'copy_committed' } });
  expect(await api.importOpen([await underWay({ startingPrice: 1n })])).toMatchObject({
    error: { code: 'invalid_prices' },
  });
  await expect(api.importOpen([await underWay({ startsAt: ago(-1) })])).rejects.toThrow('not under way');
  await expect(api.importOpen([await underWay({ endsAt: ago(1) })])).rejects.toThrow('not under way');
  const late = [{ bidderId: stranger, maximum: USDC, at: ago(-1) }];
  await expect(api.importOpen([await underWay({ bids: late })])).rejects.toThrow('of the future');
  expect((await readCopies(database.db, good.copyIds))[0]!.commitment).toBeNull();
});
