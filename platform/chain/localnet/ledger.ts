import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { AccountState } from './account.ts';
import { SCHEMA, SCHEMA_VERSION } from './schema.ts';
import { openSqlite } from './sqlite.ts';
import { tokenHolding } from './token.ts';
import type { AccountVersion } from './versions.ts';

/** A transaction that took its place on the chain, whether it succeeded or not. */
export interface StoredTransaction {
  /** Position on the chain, counted from 1. */
  id: number;
  signature: Uint8Array;
  slot: number;
  /** Seconds since 1970. */
  blockTime: number;
  /** The error as JSON, null for success. */
  err: string | null;
  wire: Uint8Array;
  /** The `meta` of getTransaction as JSON. */
  meta: string;
}

/** An account with its address. */
export interface AddressedAccount {
  address: Uint8Array;
  state: AccountState;
}

/** Which accounts to list, by one property at least; what is left out does not matter. */
export interface AccountQuery {
  /** Program that owns the account. */
  owner?: Uint8Array;
  /** For token accounts: who may move the tokens. */
  holder?: Uint8Array;
  /** For token accounts: the mint. */
  mint?: Uint8Array;
}

const BUSY_TIMEOUT_MS = 1000;

type Row = Record<string, SQLOutputValue>;

/**
 * The chain on disk: one SQLite file that belongs to one process at a time. Writes of one turn of the
 * event loop are committed together; `durable` tells when.
 */
export class Ledger {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #group: Promise<void> | undefined;
  #failure: Error | undefined;

  /** Opens the ledger of the folder, or one in memory when there is no folder. */
  constructor(dataDir: string | undefined) {
    if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
    this.#db = openSqlite(
      dataDir === undefined ? ':memory:' : join(dataDir, 'ledger.sqlite'),
      BUSY_TIMEOUT_MS,
    );
    try {
      this.#prepare();
    } catch (cause) {
      this.#db.close();
      const busy = (cause as { errcode?: number }).errcode === 5;
      if (busy) throw new Error(`the chain in ${dataDir} is in use by another process`, { cause });
      throw cause;
    }
  }

  #prepare(): void {
    // The exclusive lock is the operating system's: it ends with the process, however that ends.
    this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#db.exec('BEGIN EXCLUSIVE');
    const version = Number(this.#get('PRAGMA user_version')?.user_version);
    if (version === 0) this.#db.exec(`${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    else if (version !== SCHEMA_VERSION) throw new Error(`unknown ledger version ${version}`);
    this.#db.exec('COMMIT');
  }

  /** Runs writes as part of the current group. A failed write stops the ledger for good. */
  write(work: () => void): void {
    this.#check();
    try {
      if (this.#group === undefined) {
        this.#db.exec('BEGIN');
        this.#group = new Promise((resolve) => {
          setImmediate(() => {
            this.#commit();
            resolve();
          });
        });
      }
      work();
    } catch (cause) {
      this.#failure = new Error('the ledger could not be written', { cause });
      throw this.#failure;
    }
  }

  /** Resolves when everything written so far is on disk; rejects when that failed. */
  async durable(): Promise<void> {
    await this.#group;
    this.#check();
  }

  /** Commits and releases the file. */
  async close(): Promise<void> {
    await this.#group;
    this.#db.close();
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }

  #commit(): void {
    this.#group = undefined;
    try {
      this.#db.exec(this.#failure ? 'ROLLBACK' : 'COMMIT');
    } catch (cause) {
      this.#failure ??= new Error('the ledger could not be written', { cause });
    }
  }

  /** A value kept under a name: a number or bytes. */
  state(name: string): SQLOutputValue | undefined {
    return this.#get('SELECT value FROM state WHERE name = ?', name)?.value;
  }

  setState(name: string, value: number | Uint8Array): void {
    this.#run(
      'INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      typeof value === 'number' ? BigInt(value) : value,
    );
  }

  /** Stores the account's state; null removes it. */
  setAccount(address: Uint8Array, account: AccountState | null): void {
    if (account === null) {
      this.#run('DELETE FROM account WHERE address = ?', address);
      return;
    }
    const token = tokenHolding(account);
    this.#run(
      `INSERT INTO account (address, lamports, owner, executable, data, holder, mint) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (address) DO UPDATE SET lamports = excluded.lamports, owner = excluded.owner,
         executable = excluded.executable, data = excluded.data, holder = excluded.holder, mint = excluded.mint`,
      address,
      ...accountColumns(account),
      token?.holder ?? null,
      token?.mint ?? null,
    );
  }

  /** Every stored account, one by one. */
  *allAccounts(): Generator<AddressedAccount> {
    for (const row of this.#statement('SELECT * FROM account').iterate()) yield addressedOf(row);
  }

  /** All stored accounts that fit. */
  accounts(query: AccountQuery): AddressedAccount[] {
    const wanted = Object.entries(query).filter(
      (entry): entry is [string, Uint8Array] => entry[1] !== undefined,
    );
    const where = wanted.map(([column]) => `${column} = ?`).join(' AND ');
    const values = wanted.map(([, value]) => value);
    return this.#all(`SELECT * FROM account WHERE ${where}`, ...values).map(addressedOf);
  }

  addVersion({ slot, address, before }: AccountVersion): void {
    const columns = before ? accountColumns(before) : ([0n, new Uint8Array(), 0, new Uint8Array()] as const);
    this.#run(
      'INSERT INTO account_version (slot, address, lamports, owner, executable, data) VALUES (?, ?, ?, ?, ?, ?)',
      slot,
      address,
      ...columns,
    );
  }

  /** Stored versions in the order of their slots. */
  versions(): AccountVersion[] {
    return this.#all('SELECT * FROM account_version ORDER BY slot').map((row) => ({
      slot: Number(row.slot),
      address: row.address as Uint8Array,
      before: row.lamports === 0n ? null : accountOf(row),
    }));
  }

  pruneVersions(slot: number): void {
    this.#run('DELETE FROM account_version WHERE slot <= ?', slot);
  }

  /** Appends a transaction and lists it under each address. */
  addTransaction(transaction: Omit<StoredTransaction, 'id'>, addresses: Uint8Array[]): void {
    const { signature, slot, blockTime, err, wire, meta } = transaction;
    const id = this.#run(
      'INSERT INTO processed (signature, slot, block_time, err, wire, meta) VALUES (?, ?, ?, ?, ?, ?)',
      ...[signature, slot, blockTime, err, wire, meta],
    );
    for (const address of addresses) {
      this.#run('INSERT OR IGNORE INTO processed_address (address, id) VALUES (?, ?)', address, id);
    }
  }

  transaction(signature: Uint8Array): StoredTransaction | undefined {
    const row = this.#get('SELECT * FROM processed WHERE signature = ?', signature);
    return row && transactionOf(row);
  }

  /** What became of a transaction; leaves its bytes on disk. */
  status(signature: Uint8Array): Pick<StoredTransaction, 'slot' | 'err'> | undefined {
    const row = this.#get('SELECT slot, err FROM processed WHERE signature = ?', signature);
    return row && { slot: Number(row.slot), err: row.err as string | null };
  }

  transactionCount(): number {
    return Number(this.#get('SELECT max(id) AS count FROM processed')?.count ?? 0);
  }

  /** Transactions that name the address, newest first, with positions between both ends (exclusive). */
  transactionsOf(address: Uint8Array, after: number, before: number, maxSlot: number, limit: number) {
    return this.#all(
      `SELECT processed.* FROM processed_address JOIN processed USING (id)
       WHERE address = ? AND id > ? AND id < ? AND slot <= ? ORDER BY id DESC LIMIT ?`,
      ...[address, after, before, maxSlot, limit],
    ).map(transactionOf);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReadBigInts(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #get(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: SqlValue[]): bigint {
    return BigInt(this.#statement(sql).run(...values).lastInsertRowid);
  }
}

type SqlValue = null | number | bigint | string | Uint8Array;

function accountColumns({ lamports, owner, executable, data }: AccountState) {
  return [lamports, owner, executable ? 1 : 0, data] as const;
}

function accountOf(row: Row): AccountState {
  return {
    lamports: row.lamports as bigint,
    owner: row.owner as Uint8Array,
    executable: row.executable === 1n,
    data: row.data as Uint8Array,
  };
}

function addressedOf(row: Row): AddressedAccount {
  return { address: row.address as Uint8Array, state: accountOf(row) };
}

function transactionOf(row: Row): StoredTransaction {
  return {
    id: Number(row.id),
    signature: row.signature as Uint8Array,
    slot: Number(row.slot),
    blockTime: Number(row.block_time),
    err: row.err as string | null,
    wire: row.wire as Uint8Array,
    meta: row.meta as string,
  };
}
