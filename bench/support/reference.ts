import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ConnectionParts, openDatabase } from '@ece/platform/db/database';
import { endedChildrenSeconds, parentOf } from '@ece/platform/telemetry/process-cpu';
import { costOf } from './measure.ts';

const SCHEMA = 'bench_reference';
const ACCOUNTS = 400;

/**
 * The smallest bid with a hold that is one statement: the auction's price, the bid, and the bidder's money. It
 * asks nobody who they are, checks no rule, lets no earlier hold go, keeps no idempotency key, writes no event
 * and tells nobody.
 */
const STATEMENT = `
with raised as (
  update ${SCHEMA}.auctions set price = price + 1, leader = :bidder where id = :auction returning id, price
), bid as (
  insert into ${SCHEMA}.bids (auction, bidder, price) select id, :bidder, price from raised
)
update ${SCHEMA}.accounts set available = available - 1, held = held + 1 where id = :bidder;
`;

/** PostgreSQL's own load generator, with the smallest bid that there can be. */
export interface Pgbench {
  /** Transactions in a second, and CPU seconds of one, pgbench's own included. */
  run(options: {
    clients: number;
    seconds: number;
  }): Promise<{ perSecond: number; cpuPerTransaction: number }>;
  close(): Promise<void>;
}

/**
 * Prepares pgbench on a server, in a schema of its own.
 * @param auctions bids are spread evenly over so many auctions; 1 is the hot one
 * @throws when pgbench is not installed
 */
export async function preparePgbench(
  database: ConnectionParts,
  { auctions }: { auctions: number },
): Promise<Pgbench> {
  if (spawnSync('pgbench', ['--version']).status !== 0) {
    throw new Error('the reference of this bench is pgbench; on Debian: apt-get install postgresql-contrib');
  }
  const db = openDatabase(database, { max: 1, name: 'bench reference' });
  await db.unsafe(`
    drop schema if exists ${SCHEMA} cascade;
    create schema ${SCHEMA};
    create table ${SCHEMA}.auctions (id int primary key, price bigint not null, leader int) with (fillfactor = 50);
    create table ${SCHEMA}.accounts (id int primary key, available bigint not null, held bigint not null)
      with (fillfactor = 50);
    create table ${SCHEMA}.bids (id bigint generated always as identity primary key, auction int not null,
      bidder int not null, price bigint not null);
    insert into ${SCHEMA}.auctions select n, 0, null from generate_series(1, ${auctions}) n;
    insert into ${SCHEMA}.accounts select n, 1e15, 0 from generate_series(1, ${ACCOUNTS}) n;
  `);
  await db`vacuum analyze`;
  const folder = mkdtempSync(join(tmpdir(), 'ece-pgbench-'));
  const script = join(folder, 'bid.sql');
  writeFileSync(
    script,
    `\\set auction random(1, ${auctions})\n\\set bidder random(1, ${ACCOUNTS})\n${STATEMENT.replaceAll('\n', ' ').trim()}\n`,
  );
  const [backend] = await db<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const postmaster = parentOf(backend!.pid);
  return {
    async run({ clients, seconds }) {
      const threads = Math.min(clients, cpus().length);
      const args = [
        ...['-n', '-M', 'prepared', '-f', script, '-c', `${clients}`, '-j', `${threads}`, '-T', `${seconds}`],
        ...['-h', database.host, '-p', `${database.port}`, '-U', database.user, database.database],
      ];
      const before = endedChildrenSeconds();
      const { value, cpu } = await costOf([postmaster], () => promisify(execFile)('pgbench', args));
      const own = endedChildrenSeconds() - before;
      const figure = (pattern: RegExp) => Number(pattern.exec(value.stdout)?.[1] ?? Number.NaN);
      const transactions = figure(/transactions actually processed: (\d+)/);
      return { perSecond: figure(/^tps = ([\d.]+)/m), cpuPerTransaction: (cpu + own) / transactions };
    },
    async close() {
      rmSync(folder, { recursive: true, force: true });
      await db.unsafe(`drop schema if exists ${SCHEMA} cascade`);
      await db.end();
    },
  };
}
