import type { CardFacts } from '@ece/nfts';
import { snapshotsOf } from '@ece/platform/invariants';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { vaultChecks } from '@ece/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copiesOf, fundedAccount, nftsFixture, usersFixture } from '../../tests/support/neighbours.ts';
import { type ServiceDatabase, serviceDatabase } from '../../tests/support/service-database.ts';
import { type AuctionsApi, auctions, DEFAULT_INCREMENTS } from './api.ts';
import { auctionChecks } from './checks.ts';

/*
 * Many auctions that end in the same moment, closed by several workers at once.
 */
const USDC = 1_000_000n;
const HOUR = 3_600_000;
const AUCTIONS = 1_200;
const WORKERS = 4;

let database: ServiceDatabase;
let api: AuctionsApi;
let closers: (() => Promise<boolean>)[];

beforeAll(async () => {
  database = await serviceDatabase([auctions.migrations]);
  const creator = await fundedAccount(database.db, 0n);
  const instances = Array.from({ length: WORKERS }, () =>
    auctions.create({
      db: database.db,
      database: { address: database.connection },
      users: usersFixture(),
      nfts: {
        ...nftsFixture(creator),
        cardFacts: async (ids) => Object.fromEntries(ids.map((id) => [id, { setId: id } as CardFacts])),
      },
      log: createLogger({ level: 'error', format: 'json' }),
      metrics: createMetrics(),
      hint: () => {},
      feeBasisPoints: 250,
      shortestAuctionSeconds: 1,
      increments: DEFAULT_INCREMENTS,
    }),
  );
  api = instances[0]!.api;
  closers = instances.map(({ jobs }) => jobs.find((job) => job.name === 'auctions.close')!.run);
});
afterAll(() => database.close());

/** Auctions with a bid each but for every fifth, all of which end now. */
async function endingTogether(): Promise<void> {
  const { db } = database;
  const sellers = await Promise.all(Array.from({ length: 6 }, () => fundedAccount(db, 0n)));
  const bidders = await Promise.all(Array.from({ length: 6 }, () => fundedAccount(db, 10_000n * USDC)));
  const copies = await Promise.all(sellers.map((id) => copiesOf(db, id, AUCTIONS / sellers.length)));
  const now = Date.now();
  const opened = copies.flat().map((copyId, index) => ({
    ...{ sellerId: sellers[Math.floor(index / copies[0]!.length)]!, copyIds: [copyId] },
    ...{ startingPrice: USDC, reservePrice: null, buyNowPrice: null, softClose: undefined },
    ...{ startsAt: now - HOUR, endsAt: now + HOUR },
    bids:
      index % 5 === 0
        ? []
        : [{ bidderId: bidders[index % bidders.length]!, maximum: 2n * USDC, at: now - HOUR / 2 }],
  }));
  const imported = await api.importOpen(opened);
  expect(imported.ok).toBe(true);
  await db`
    with ended as (
      update auctions.auctions a set ends_at = n.at, first_ends_at = n.at
      from (select date_trunc('milliseconds', clock_timestamp()) as at) n returning a.id, n.at
    )
    update auctions.bids b set ends_at = e.at from ended e where b.auction_id = e.id`;
}

async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const check of [...vaultChecks(), ...auctionChecks()]) {
    const report = await check.run(snapshotsOf(database.db));
    found.push(...report.findings.map(({ subject, problem }) => `${subject} ${problem}`));
  }
  return found;
}

test('workers share auctions that end together, and each one is settled once', async () => {
  await endingTogether();
  const { db } = database;
  const open = async () =>
    (await db<{ n: number }[]>`select count(*)::int as n from auctions.auctions where state = 'open'`)[0]!.n;
  await Promise.all(
    closers.map(async (close) => {
      while ((await open()) > 0) await close();
    }),
  );
  const states = await db`select state, count(*)::int as n from auctions.auctions group by 1 order by 1`;
  expect([...states]).toEqual([
    { state: 'sold', n: (AUCTIONS * 4) / 5 },
    { state: 'unsold', n: AUCTIONS / 5 },
  ]);
  const told = await db`
    select type, count(*)::int as n, count(distinct topic)::int as topics from platform.events
    where topic like 'auction:%' and type in ('auction.sold', 'auction.unsold') group by 1 order by 1`;
  expect([...told]).toEqual([
    { type: 'auction.sold', n: (AUCTIONS * 4) / 5, topics: (AUCTIONS * 4) / 5 },
    { type: 'auction.unsold', n: AUCTIONS / 5, topics: AUCTIONS / 5 },
  ]);
  const sales =
    await db`select count(*)::int as n, count(distinct reference)::int as auctions from vault.sales`;
  expect([...sales]).toEqual([{ n: (AUCTIONS * 4) / 5, auctions: (AUCTIONS * 4) / 5 }]);
  expect(await findings()).toEqual([]);
});
