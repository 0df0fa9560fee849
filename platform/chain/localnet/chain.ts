import { randomBytes } from 'node:crypto';
import { type AccountState, sameAccount } from './account.ts';
import { Blockhashes } from './blockhashes.ts';
import { keyOf, sameBytes, toBase58 } from './bytes.ts';
import { stringifyJson } from './json.ts';
import { type AccountQuery, type AddressedAccount, Ledger } from './ledger.ts';
import { type ResolvedKeys, resolveKeys } from './lookup.ts';
import { tokenBalances, transactionMeta } from './meta.ts';
import { tokenHolding } from './token.ts';
import { RecentVersions } from './versions.ts';
import { type Outcome, type Simulation, Vm } from './vm.ts';
import { isWritable, type WireTransaction } from './wire.ts';

/** How far a state must be from being undone to be seen. */
export type Commitment = 'processed' | 'confirmed' | 'finalized';

/** Slots kept ahead on disk, so that the clock never goes back after a crash. */
const SLOT_RESERVE = 25;
const FAUCET_LAMPORTS = 500_000_000_000_000_000n;
const SYSTEM_PROGRAM = new Uint8Array(32);

/** The chain: its clock, its accounts and the one way to change them. */
export class Chain {
  readonly ledger: Ledger;
  readonly blockhashes: Blockhashes;
  readonly #vm = new Vm();
  readonly #versions = new RecentVersions();
  readonly #finalityLag: number;
  #slot: number;
  #reserved = 0;

  /** Opens the chain of the folder at the slot where it was left, or starts a new one. */
  constructor(dataDir: string | undefined, finalityLag: number) {
    this.ledger = new Ledger(dataDir);
    this.#finalityLag = finalityLag;
    this.blockhashes = new Blockhashes(this.#seed('seed'));
    this.#slot = Number(this.ledger.state('slot') ?? 1);
    for (const { address, state } of this.ledger.allAccounts()) this.#vm.setAccount(address, state);
    for (const version of this.ledger.versions()) this.#versions.record(version);
    this.advance(0);
  }

  #seed(name: string): Uint8Array {
    const stored = this.ledger.state(name);
    if (stored instanceof Uint8Array) return stored;
    const fresh = new Uint8Array(randomBytes(32));
    this.ledger.write(() => this.ledger.setState(name, fresh));
    return fresh;
  }

  /** Private key of the account that airdrops come from; `fund` gives it its lamports. */
  faucetKey(): Uint8Array {
    return this.#seed('faucet');
  }

  /** Gives a new chain's faucet its lamports; changes nothing when it has some. */
  fund(address: Uint8Array): void {
    if (this.#vm.account(address) !== null) return;
    const state = {
      lamports: FAUCET_LAMPORTS,
      data: new Uint8Array(),
      owner: SYSTEM_PROGRAM,
      executable: false,
    };
    this.#vm.setAccount(address, state);
    this.ledger.write(() => this.ledger.setAccount(address, state));
  }

  /** Moves the clock on by some slots. */
  advance(slots: number): void {
    this.#slot += slots;
    if (this.#slot >= this.#reserved) {
      this.#reserved = this.#slot + SLOT_RESERVE;
      this.ledger.write(() => {
        this.ledger.setState('slot', this.#reserved);
        this.ledger.pruneVersions(this.slot('finalized'));
      });
    }
    this.blockhashes.advance(this.#slot);
    this.#versions.prune(this.slot('finalized'));
    this.#vm.setSlot(this.#slot, unixTime());
    this.#vm.setSlotHashes(this.blockhashes.recent());
  }

  /** The newest slot at the commitment. Every slot has a block, so this is the block height too. */
  slot(commitment: Commitment): number {
    return commitment === 'finalized' ? Math.max(0, this.#slot - this.#finalityLag) : this.#slot;
  }

  /** The account at the commitment. */
  account(address: Uint8Array, commitment: Commitment): AccountState | null {
    const before = this.#versions.at(address, this.slot(commitment));
    return before === undefined ? this.#vm.account(address) : before;
  }

  /** Accounts at the commitment that fit; built-in programs and sysvars are not listed. */
  accounts(query: AccountQuery, commitment: Commitment): AddressedAccount[] {
    const current = this.ledger.accounts(query);
    if (commitment !== 'finalized') return current;
    const changed = this.#versions.changedSince(this.slot(commitment));
    const outdated = new Set(changed.map(({ address }) => keyOf(address)));
    const earlier = changed.flatMap(({ address, state }) =>
      state !== null && fits(state, query) ? [{ address, state }] : [],
    );
    return [...current.filter(({ address }) => !outdated.has(keyOf(address))), ...earlier];
  }

  /**
   * Writes accounts that no transaction has made, as a genesis does; they are final at once. Loading what is
   * there already, as it is there, changes nothing.
   * @returns the first address that holds something else; then nothing is written
   */
  load(accounts: readonly AddressedAccount[]): Uint8Array | undefined {
    const fresh = new Map<string, AddressedAccount>();
    for (const account of accounts) {
      const key = keyOf(account.address);
      const existing = fresh.get(key)?.state ?? this.#vm.account(account.address);
      if (existing === null) fresh.set(key, account);
      else if (!sameAccount(existing, account.state)) return account.address;
    }
    this.ledger.write(() => {
      for (const { address, state } of fresh.values()) {
        this.#vm.setAccount(address, state);
        this.ledger.setAccount(address, state);
      }
    });
    return undefined;
  }

  rentExemption(size: number): bigint {
    return this.#vm.rentExemption(size);
  }

  /**
   * Runs a transaction and, when it takes its place on the chain (also as a failed one that paid its
   * fee), writes it down. With `preflight`, a transaction that fails is refused and undone instead. The
   * effect is on disk once `ledger.durable()` resolves.
   */
  submit(transaction: WireTransaction, preflight: boolean): { landed: boolean; outcome: Outcome } {
    const keys = this.#admit(transaction);
    if ('err' in keys) return { landed: false, outcome: refusal(keys.err) };
    const find = (address: Uint8Array) => this.#vm.account(address);
    const pre = keys.all.map(find);
    const preTokens = tokenBalances(pre, find);
    const outcome = this.#vm.execute(transaction.bytes);
    const writable = keys.all.map((_, index) => isWritable(transaction.message, index));
    if (preflight && outcome.err !== null) {
      // Cheaper than a simulation before each transaction: a failure has changed the fee payer at the most.
      keys.all.forEach((address, index) => {
        if (writable[index] && !sameAccount(pre[index]!, find(address)))
          this.#vm.restore(address, pre[index]!);
      });
      return { landed: false, outcome };
    }
    const post = keys.all.map((address, index) => (writable[index] ? find(address) : (pre[index] ?? null)));
    const total = (states: typeof pre) => states.reduce((sum, state) => sum + (state?.lamports ?? 0n), 0n);
    const fee = total(pre) - total(post);
    if (outcome.err !== null && fee === 0n) return { landed: false, outcome };
    const postTokens = tokenBalances(post, find);
    const meta = transactionMeta(outcome, fee, keys, { pre, post, preTokens, postTokens });
    this.#record(transaction, outcome, keys, pre, post, stringifyJson(meta));
    return { landed: true, outcome };
  }

  /** Runs a transaction without an effect. */
  simulate(
    transaction: WireTransaction,
    options: { verifySignatures: boolean; anyBlockhash: boolean },
  ): Simulation {
    const known = options.anyBlockhash || this.#isRecent(transaction);
    if (!known) return { ...refusal('BlockhashNotFound'), accounts: () => [] };
    return this.#vm.simulate(transaction.bytes, options.verifySignatures);
  }

  /** Writes down where the clock stands and releases the files. */
  async close(): Promise<void> {
    try {
      this.ledger.write(() => this.ledger.setState('slot', this.#slot));
    } finally {
      await this.ledger.close();
    }
  }

  #isRecent(transaction: WireTransaction): boolean {
    return this.blockhashes.slotOf(toBase58(transaction.message.blockhash)) !== undefined;
  }

  #admit(transaction: WireTransaction): ResolvedKeys | { err: string } {
    const [signature] = transaction.signatures;
    if (signature === undefined) return { err: 'SanitizeFailure' };
    if (this.ledger.status(signature) !== undefined) return { err: 'AlreadyProcessed' };
    if (!this.#isRecent(transaction)) return { err: 'BlockhashNotFound' };
    return resolveKeys(transaction.message, this.#vm);
  }

  #record(
    transaction: WireTransaction,
    outcome: Outcome,
    keys: ResolvedKeys,
    pre: (AccountState | null)[],
    post: (AccountState | null)[],
    meta: string,
  ): void {
    const slot = this.#slot;
    const err = outcome.err === null ? null : stringifyJson(outcome.err);
    const signature = transaction.signatures[0] ?? new Uint8Array();
    this.ledger.write(() => {
      keys.all.forEach((address, index) => {
        const [before, after] = [pre[index] ?? null, post[index] ?? null];
        if (sameAccount(before, after)) return;
        const version = { slot, address: address.slice(), before };
        if (this.#versions.record(version)) this.ledger.addVersion(version);
        this.ledger.setAccount(address, after);
      });
      const stored = { signature, slot, blockTime: unixTime(), err, wire: transaction.bytes, meta };
      this.ledger.addTransaction(stored, keys.all);
    });
  }
}

function fits(state: AccountState, query: AccountQuery): boolean {
  const token = tokenHolding(state);
  const same = (wanted: Uint8Array | undefined, found: Uint8Array | undefined) =>
    wanted === undefined || (found !== undefined && sameBytes(wanted, found));
  return same(query.owner, state.owner) && same(query.holder, token?.holder) && same(query.mint, token?.mint);
}

function refusal(err: string): Outcome {
  return { err, logs: [], innerInstructions: [], computeUnits: 0n, returnData: null };
}

function unixTime(): number {
  return Math.floor(Date.now() / 1000);
}
