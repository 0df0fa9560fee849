import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from '@ece/contract';
import type Postgres from 'postgres';
import { seeTruth } from '../telemetry/call-context.ts';
import { record } from '../telemetry/spans.ts';
import { type ConnectionParts, readAddress } from './address.ts';
import { postgres } from './driver.ts';

export type { ConnectionParts };

const types = {
  bigint: postgres.BigInt,
  /** xid8 travels as text; JavaScript never does arithmetic on it. */
};

/** Runs SQL, on the pool or inside a transaction: `sql\`select …\``. int8 comes as bigint, timestamptz as Date. */
export type Sql = Postgres.ISql<{ bigint: bigint }>;

/** SQL inside a transaction. Functions that must be atomic with their caller take this, never the pool. */
export type Tx = Postgres.TransactionSql<{ bigint: bigint }>;

/** The connection pool. */
export type Database = Postgres.Sql<{ bigint: bigint }>;

export interface DatabaseOptions {
  /** Most connections that this process opens. */
  max?: number;
  /** Shown by the server in pg_stat_activity. */
  name?: string;
  /** Milliseconds that one statement may take; behind a pooler the settings of the role say so. */
  statementTimeoutMs?: number;
  /** The address is that of a pooler which lends a connection for one transaction at a time (PgBouncer). */
  pooler?: boolean;
}

/** What a thread needs to open connections of its own. */
export interface DatabasePlace {
  address: string | ConnectionParts;
  /** As in the options of `openDatabase`. */
  pooler?: boolean;
}

/** Seconds after which a server that does not greet counts as not there. */
const CONNECT_PATIENCE_SECONDS = 10;
/** Milliseconds that a server has to come up, and between two looks. */
const REACH_PATIENCE_MS = 60_000;
const REACH_PAUSE_MS = 250;
/** Longest pause before a connection is tried again; the driver's own grows to 20 s. */
const LONGEST_PAUSE_SECONDS = 1;

/** Seconds until a connection is tried again after so many failures in a row, spread so that not all come at once. */
function backoff(failures: number): number {
  return Math.min(LONGEST_PAUSE_SECONDS, 3 ** failures / 100) * (0.5 + Math.random() / 2);
}

/**
 * Opens a pool. `target` is a postgres:// address or, for a unix socket, its parts.
 * Connections are made when first needed; use `ping` to see whether the server answers.
 */
export function openDatabase(target: string | ConnectionParts, options: DatabaseOptions = {}): Database {
  const settings: Postgres.Options<{ bigint: typeof postgres.BigInt }> = {
    max: options.max ?? 10,
    types,
    backoff,
    connect_timeout: CONNECT_PATIENCE_SECONDS,
    onnotice: () => {},
    // A statement that was prepared on a lent connection is not there on the next one, and a pooler refuses settings
    // that it cannot make anew for each client.
    prepare: !options.pooler,
    connection: {
      application_name: options.name ?? 'ece',
      TimeZone: 'UTC',
      ...(!options.pooler && {
        statement_timeout: options.statementTimeoutMs ?? 30_000,
        idle_in_transaction_session_timeout: 30_000,
      }),
    },
  };
  if (typeof target !== 'string') return postgres({ ...settings, ...target });
  const address = readAddress(target);
  if ('parts' in address) return postgres({ ...settings, ...address.parts });
  return postgres(address.url, { ...settings, ...(address.ssl && { ssl: address.ssl }) });
}

class Rollback extends Error {
  readonly result: Result<never>;
  constructor(result: Result<never>) {
    super('rolled back');
    this.result = result;
  }
}

const inside = new AsyncLocalStorage<true>();

/** SQLSTATEs of a transaction that lost against another one and may be run again from its start. */
const RETRYABLE = new Set(['40001', '40P01']);
const ATTEMPTS = 4;

/**
 * Runs `work` in one READ COMMITTED transaction. A refusal rolls it back and is given on; an exception rolls
 * it back and is thrown on. A deadlock or serialization failure is tried again, four times at the most.
 * Opening a transaction inside another one is a bug and throws: what must be atomic takes the caller's `tx`.
 */
export async function transaction<T>(db: Database, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  return await record('transaction', { attributes: { 'db.system.name': 'postgresql' } }, () =>
    attempts(db, work),
  );
}

async function attempts<T>(db: Database, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
  seeTruth();
  if (inside.getStore()) throw new Error('a transaction was opened inside a transaction; pass tx on instead');
  for (let attempt = 1; ; attempt++) {
    try {
      return (await inside.run(true, () =>
        db.begin(async (tx) => {
          const result = await work(tx);
          if (!result.ok) throw new Rollback(result);
          return result;
        }),
      )) as Result<T>;
    } catch (error) {
      if (error instanceof Rollback) return error.result;
      if (attempt < ATTEMPTS && RETRYABLE.has((error as { code?: string }).code ?? '')) continue;
      throw error;
    }
  }
}

/** Like `transaction`, for work that nobody refuses. */
export async function atomically<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const result = await transaction(db, async (tx) => ({ ok: true, value: await work(tx) }));
  if (!result.ok) throw new Error('unreachable: this work is never refused');
  return result.value;
}

/**
 * What of the limits that a session has without a pooler the settings of the role do not give: a statement or an idle
 * transaction without one could hold its locks for ever.
 */
export async function limitsMissing(db: Database): Promise<string[]> {
  const missing = await db<{ name: string }[]>`
    select name from pg_settings
    where name in ('statement_timeout', 'idle_in_transaction_session_timeout') and setting = '0' order by name`;
  return missing.map(({ name }) => name);
}

/** True when the server answers within its statement timeout. */
export async function ping(db: Database): Promise<boolean> {
  try {
    await db`select 1`;
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits for a server that is not there yet: processes and their database come up in any order.
 * @throws its last error when the time is over, and any other error at once
 */
export async function reach(db: Database, patienceMs = REACH_PATIENCE_MS): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await db`select 1`;
      return;
    } catch (error) {
      if (!isDatabaseDown(error) || performance.now() > deadline) throw error;
      await sleep(REACH_PAUSE_MS);
    }
  }
}

/** True for the error of a unique constraint; with `name`, of that constraint. */
export function isUniqueViolation(error: unknown, name?: string): boolean {
  const e = error as { code?: string; constraint_name?: string };
  return e?.code === '23505' && (name === undefined || e.constraint_name === name);
}

/** The driver's words for a connection that is not there, and the system's. */
const NO_CONNECTION = new Set([
  ...['CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE'],
]);
/** The system's words that mean this only where a connection was wanted. */
const NOT_CONNECTED = new Set(['ENOENT', 'EAGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);
const NO_ADDRESS = new Set(['ENOTFOUND', 'EAI_AGAIN']);
/** SQLSTATE: broken connections, too few resources (a full disk among them), a server that stops or starts. */
const NO_SERVICE = /^(08...|53...|57P0[1-4])$/;

/** True for an error that says nothing about the work: the database cannot be reached, or cannot work just now. */
export function isDatabaseDown(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  if (typeof code !== 'string') return false;
  if (syscall === 'connect' && NOT_CONNECTED.has(code)) return true;
  if (syscall === 'getaddrinfo' && NO_ADDRESS.has(code)) return true;
  return NO_CONNECTION.has(code) || NO_SERVICE.test(code);
}
