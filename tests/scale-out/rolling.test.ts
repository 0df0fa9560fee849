import { openDatabase } from '@ece/platform/db/database';
import { createClient } from '@ece/sdk';
import { afterEach, expect, test } from 'vitest';
import type { RoleName } from '../../server/roles.ts';
import { compare, Ledger } from '../crash/ledger.ts';
import { OPERATOR } from '../crash/site.ts';
import { type Stage, setStage } from '../crash/stage.ts';
import { openWatcher, type Watcher } from '../crash/watcher.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/processes.ts';
import { type ProxyServer, startProxy } from '../support/proxy.ts';
import { type Fleet, startFleet } from './support/fleet.ts';

const ROLES: RoleName[] = ['auctions', 'realtime', 'gateway'];
/** Calls that are answered between two replacements. */
const CALLS_BETWEEN = 40;

let fleet: Fleet | undefined;
let proxy: ProxyServer | undefined;
let watchers: Watcher[] = [];
afterEach(async () => {
  for (const watcher of watchers) watcher.close();
  await proxy?.stop();
  await fleet?.stop();
  [fleet, proxy, watchers] = [undefined, undefined, []];
});

/** Reads public pages without end and without a second try, and keeps what was not answered with 200. */
function openReader(url: string, paths: () => string[]) {
  const failures: string[] = [];
  let reads = 0;
  let going = true;
  const read = async () => {
    while (going) {
      for (const path of paths()) {
        reads++;
        const said = await fetch(`${url}${path}`).then(
          async (answer) => (answer.status === 200 ? void (await answer.arrayBuffer()) : answer.status),
          String,
        );
        if (said !== undefined) failures.push(`${path}: ${said}`);
      }
    }
  };
  const reading = read();
  return {
    failures,
    async end() {
      going = false;
      await reading;
      return reads;
    },
  };
}

test('every process is replaced under load, and no call and no message of the feed is lost', async () => {
  fleet = await startFleet(ROLES, {
    ECE_TRUST_PROXY: 'true',
    ECE_DRAIN_SECONDS: '2',
    ECE_REQUESTS_PER_MINUTE: '1000000',
    ECE_ADMIN_EMAIL: OPERATOR.email,
    ECE_ADMIN_PASSWORD: OPERATOR.password,
  });
  proxy = await startProxy({
    gateway: new URL(fleet.url).host.replace('localhost', '127.0.0.1'),
    httpsPort: await freePort(),
    settings: {
      ECE_NGINX_PLAIN: 'serve',
      ECE_NGINX_CALLS_PER_SECOND: '100000',
      ECE_NGINX_SIGN_INS_PER_SECOND: '1000',
    },
  });
  const url = proxy.plainUrl;
  const ledger = new Ledger();
  const stage: Stage = await setStage({ url }, ledger, { auctions: 2, traders: 4, seed: 7 });
  const auctions = [await stage.openAuction(), await stage.openAuction()];
  watchers = [0, 1, 2].map(() => openWatcher(url));
  for (const watcher of watchers) {
    for (const topic of ['market', ...auctions.map((id) => `auction:${id}`)]) watcher.follow(topic);
  }
  const guest = createClient({ url });
  const cards = await guest.nfts.listCards({ limit: 1 });
  const reader = openReader(url, () => [
    '/api/v1/auctions',
    `/api/v1/auctions/${auctions[0]}`,
    '/api/v1/listings',
    `/api/v1/cards/${cards.items[0]!.id}`,
  ]);
  await Promise.all(stage.traders.map((trader) => trader.signIn()));
  for (const trader of stage.traders) trader.go();
  await ledger.untilAnswered(CALLS_BETWEEN);

  const codes: (number | null)[] = [];
  for (const role of ROLES) {
    for (const which of [0, 1]) {
      codes.push(await fleet.replace(role, which));
      await ledger.untilAnswered(CALLS_BETWEEN);
    }
  }
  await Promise.all(stage.traders.map((trader) => trader.rest()));
  const reads = await reader.end();

  expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
  expect(reader.failures).toEqual([]);
  expect(ledger.attempts, 'calls that needed a second try').toBe(0);
  expect(ledger.faults).toEqual([]);
  const db = openDatabase(fleet.database.connection, { max: 1 });
  const bids = await db<{ id: string }[]>`select id from auctions.bids`;
  expect(compare('bid', ledger.bids, bids)).toEqual([]);
  expect(bids.length).toBeGreaterThan(6 * 10);
  for (const watcher of watchers) {
    for (const topic of watcher.topics()) {
      await eventually(async () => {
        const [row] = await db<{ sequence: bigint }[]>`
          select sequence from platform.topics where topic = ${topic}`;
        const { last, count } = watcher.seen(topic);
        return last === Number(row?.sequence) && count === last;
      });
    }
    expect(watcher.faults).toEqual([]);
  }
  await db.end({ timeout: 1 });
  console.log(`${ledger.answers} calls and ${reads} reads were answered, each at the first try`);
}, 480_000);
