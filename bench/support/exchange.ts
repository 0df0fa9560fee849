import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ConnectionParts, openDatabase } from '@ece/platform/db/database';
import { signAccessToken } from '@ece/platform/http/access-token';
import { newId } from '@ece/platform/ids/index';
import { consumerLag } from '@ece/platform/outbox/reader';
import { findRunningPostgres, removePostgres } from '../../server/embedded/postgres.ts';
import type { Progress } from '../../server/progress.ts';

/** What an exchange is filled with before a bench. */
export interface Filling {
  /** Accounts with 50,000 USDC each; the seller of the auctions is one more. */
  people: number;
  /** Open auctions of one copy, without a bid, which start at 1 USDC and end in a week. */
  auctions: number;
  /** Whether each auction has a bid of one of the people, who so leads it. */
  withBids?: boolean;
}

export interface Seeded {
  sellerId: string;
  people: string[];
  auctions: string[];
}

/** A running exchange. */
export interface BenchExchange extends Seeded {
  url: string;
  port: number;
  /** Access tokens of the people, in their order; good for a day. */
  tokens: string[];
  /** The seller's access token. */
  sellerToken: string;
  /** How to reach its PostgreSQL. */
  database: ConnectionParts;
  /** The process; PostgreSQL and the local chain are its descendants. */
  pid: number;
  /** Waits until everything that follows from what was done is done: read models, notifications, mails. */
  settled(): Promise<void>;
  /** The settings that it runs with, for commands that run beside it. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const DAY_SECONDS = 86_400;
const SETTLING_MS = 120_000;
const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Benches' exchanges that run: none outlives this process. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A folder that was filled for an exchange. */
export interface FilledFolder extends Seeded {
  data: string;
  /** The settings to open it with. */
  env: NodeJS.ProcessEnv;
  /** Signs an access token of an account, good for a day. */
  sign(accountId: string): Promise<string>;
  remove(): Promise<void>;
}

/** Fills a temporary folder, as `ece seed` does. Nothing runs on it afterwards. */
export async function fillFolder(
  filling: Filling,
  progress: Progress,
  settings: Record<string, string> = {},
): Promise<FilledFolder> {
  const data = mkdtempSync(join(tmpdir(), 'ece-bench-'));
  // PostgreSQL runs as somebody else when this runs as root.
  chmodSync(data, 0o711);
  const tokenSecret = randomBytes(32).toString('base64url');
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir() },
    ...{ ECE_DATA_DIR: data, ECE_PORT: '0', ECE_TOKEN_SECRET: tokenSecret },
    ECE_REQUESTS_PER_MINUTE: '1000000',
    ...settings,
  };
  try {
    progress.step(`Filling an exchange: ${filling.people} people, ${filling.auctions} auctions`);
    const seeded = await seed(filling, data, env);
    const key = new TextEncoder().encode(tokenSecret);
    return {
      ...{ ...seeded, data, env },
      sign: (accountId) =>
        signAccessToken(key, { accountId, role: 'collector', sessionId: newId() }, DAY_SECONDS),
      remove: () => remove(data),
    };
  } catch (error) {
    await remove(data);
    throw error;
  }
}

/**
 * Fills a temporary folder and opens a real exchange on it, in a process of its own: every role but the pages,
 * with its own PostgreSQL, which writes durably, and its own local chain. Only the limit of calls of one account
 * is raised, as a few accounts of a bench stand for many, and the chain is looked at once a minute.
 */
export async function openExchange(
  filling: Filling,
  progress: Progress,
  settings: Record<string, string> = {},
): Promise<BenchExchange> {
  const folder = await fillFolder(filling, progress, settings);
  const { data, env, sign } = folder;
  // What the local chain does by itself, and asking it for deposits, has nothing to do with any bench.
  const quietChain = { ECE_SOLANA_POLL_MS: '60000', ECE_LOCALNET_SLOT_MS: '10000' };
  try {
    progress.step('Opening it');
    const log = join(data, 'exchange.log');
    const child = start('./exchange-process.ts', [], { ...quietChain, ...env }, log);
    const { url } = (await answerOf(child, 'the exchange', log)) as { url: string };
    return {
      ...folder,
      url,
      port: Number(new URL(url).port),
      tokens: await Promise.all(folder.people.map(sign)),
      sellerToken: await sign(folder.sellerId),
      database: findRunningPostgres(join(data, 'postgres'))!,
      pid: child.pid!,
      settled: () => untilSettled(findRunningPostgres(join(data, 'postgres'))!),
      async stop() {
        await end(child);
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function untilSettled(database: ConnectionParts): Promise<void> {
  const db = openDatabase(database, { max: 1, name: 'bench' });
  try {
    const deadline = performance.now() + SETTLING_MS;
    for (;;) {
      const lags = await consumerLag(db);
      const [marks] = await db<{ left: bigint }[]>`
        select (select count(*) from marketdata.marks) + (select count(*) from search.marks)
          + (select count(*) from notifications.mails where state = 'queued') as left`;
      const left = lags.reduce((sum, { events }) => sum + Number(events), Number(marks!.left));
      if (left === 0) return;
      if (performance.now() > deadline) throw new Error(`${left} events or marks were not worked off`);
      await new Promise((done) => setTimeout(done, 100));
    }
  } finally {
    await db.end();
  }
}

/** Opens an exchange for the time of some work. */
export async function withExchange<T>(
  filling: Filling,
  progress: Progress,
  work: (exchange: BenchExchange) => Promise<T>,
  settings?: Record<string, string>,
): Promise<T> {
  const exchange = await openExchange(filling, progress, settings);
  try {
    return await work(exchange);
  } finally {
    await exchange.stop();
  }
}

async function seed(filling: Filling, data: string, env: NodeJS.ProcessEnv): Promise<Seeded> {
  const file = join(data, 'seeded.json');
  const log = join(data, 'seed.log');
  const child = start('./seed-process.ts', [JSON.stringify(filling), file], env, log);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0)
    throw new Error(`the exchange of a bench could not be filled:\n${readFileSync(log, 'utf8')}`);
  return JSON.parse(readFileSync(file, 'utf8')) as Seeded;
}

function start(name: string, args: string[], env: NodeJS.ProcessEnv, log: string): ChildProcess {
  const out = openSync(log, 'a');
  const child = fork(program(name), args, { env, stdio: ['ignore', out, out, 'ipc'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The first message of a child; its log where it ends before. */
async function answerOf(child: ChildProcess, what: string, log: string): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${what} ended:\n${readFileSync(log, 'utf8').slice(-4000)}`);
  });
  ended.catch(() => {});
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function remove(data: string): Promise<void> {
  await removePostgres(join(data, 'postgres')).catch(() => {});
  rmSync(data, { recursive: true, force: true });
}
