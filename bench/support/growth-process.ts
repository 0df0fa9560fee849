import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { openDatabase } from '@ece/platform/db/database';
import { migrate } from '@ece/platform/db/migrate';
import { createLogger } from '@ece/platform/log/log';
import { parentOf } from '@ece/platform/telemetry/process-cpu';
import { settings } from '../../server/commands/settings.ts';
import { startStack } from '../../server/embedded/stack.ts';
import { startExchange } from '../../server/exchange.ts';
import { openResources } from '../../server/resources.ts';
import { migrationSources, roleNames } from '../../server/roles.ts';
import type { GrowthOrder, Statement } from './growth.ts';
import { CARDS_OF_SET, growTo } from './growth-fill.ts';

/*
 * An exchange of a size that its parent says, on a folder that has been filled: its services and routes without its
 * jobs and its feed, so that whatever the database does, a call has caused. Tells what calls have touched there.
 */
const config = settings({});
const rows = Number(process.argv[2]);
const tokens: string[] = JSON.parse(process.env.GROWTH_TOKENS!);
const stack = await startStack(config, () => {});
const sql = openDatabase(stack.database, { max: 1, name: 'bench growth', statementTimeoutMs: 600_000 });
await growTo(sql, rows);
const [server] = await sql<{ backend: number; name: string }[]>`
  select pg_backend_pid() as backend, current_database() as name`;
const logFile = readlinkSync(`/proc/${parentOf(server!.backend)}/fd/2`);
await sql`create extension if not exists pg_stat_statements`;
await sql.unsafe(`alter database ${server!.name} set session_preload_libraries = 'auto_explain'`);
const explaining = { log_analyze: 'on', log_buffers: 'on', log_timing: 'off', log_min_duration: '-1' };
for (const [name, value] of Object.entries(explaining)) {
  await sql.unsafe(`alter system set auto_explain.${name} = ${value}`);
}
await sql`select pg_reload_conf()`;
const resources = await openResources({
  ...{ config, database: stack.database, chainUrl: stack.chainUrl, publicUrl: 'http://localhost' },
  log: createLogger({ level: 'warn', format: 'pretty' }),
});
await migrate(resources.db, migrationSources);
const idle = { wake() {}, stop: async () => {} };
const exchange = await startExchange(
  resources,
  roleNames.filter((role) => role !== 'web'),
  () => idle,
);
await resources.relay.stop();

let called = 0;

/** Makes one call of an operation, each time about something else. */
async function call(operation: GrowthOrder['operation']): Promise<void> {
  const n = called++;
  const ask = async (path: string, body?: object) => {
    const answer = await fetch(`${exchange.url}/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${tokens[n % tokens.length]}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': `growth-${process.pid}-${n}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} was answered with ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  const id = (kind: string, number: number) =>
    `01900000-0000-7${kind}-8000-${number.toString(16).padStart(12, '0')}`;
  const cards = rows / 100;
  if (operation === 'bid') {
    // Those with even numbers are open.
    const auction = id('f00', 2 * (1 + ((n * 7919) % (rows / 2))));
    await ask(`/auctions/${auction}/bids`, { maximum: `${10 + n}.0` });
  } else if (operation === 'list') {
    await ask(['/listings', '/listings?sort=cheapest', '/auctions?state=open'][n % 3]!);
  } else if (operation === 'set') {
    await ask(`/cards?setId=${id('b00', 1 + ((n * 7919) % (cards / CARDS_OF_SET)))}`);
  } else if (operation === 'card') {
    // The same ten again and again, spread over all: the small exchange has no more.
    await ask(`/listings?sort=cheapest&cardId=${id('c00', 1 + (n % 10) * (cards / 10))}`);
  } else {
    const jobs = exchange.services.get('auctions')!.jobs;
    await jobs.find(({ name }) => name === 'auctions.close')!.run();
  }
}

/** Buffers of each statement that a number of calls has caused, by one call, the most first. */
async function measure(operation: GrowthOrder['operation'], times: number): Promise<Statement[]> {
  await sql`select pg_stat_statements_reset()`;
  for (let i = 0; i < times; i++) await call(operation);
  const found = await sql<{ query: string; buffers: number; calls: number }[]>`
    select query, sum(shared_blks_hit + shared_blks_read)::float8 / ${times}::float8 as buffers,
      sum(calls)::float8 / ${times}::float8 as calls
    from pg_stat_statements where query not like '%pg_stat_statements%'
    group by query having sum(shared_blks_hit + shared_blks_read) > 0 order by 2 desc`;
  return found.map((each) => ({ ...each, query: oneLine(each.query) }));
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Makes a call and gives the plans that PostgreSQL has run for it, with what they touched. */
async function plans(operation: GrowthOrder['operation']): Promise<string> {
  const explain = async (on: boolean) => {
    await sql.unsafe(`alter system set auto_explain.log_min_duration = ${on ? 0 : -1}`);
    await sql`select pg_reload_conf()`;
    // Sessions hear of it with their next statement.
    await Promise.all(Array.from({ length: 3 }, () => call(operation)));
  };
  await explain(true);
  const from = statSync(logFile).size;
  await call(operation);
  const text = readFileSync(logFile).subarray(from).toString('utf8');
  await explain(false);
  return text.replace(/^.*LOG: {2}duration: [\d.]+ ms {2}plan:$/gm, '');
}

process.on('message', async ({ do: what, operation, times }: GrowthOrder) => {
  if (what === 'measure') process.send!(await measure(operation, times));
  else process.send!(await plans(operation));
});
process.once('disconnect', async () => {
  await exchange.app.close();
  await resources.close();
  await sql.end();
  await stack.stop();
  process.exit(0);
});
process.send!({});
