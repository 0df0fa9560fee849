import {
  Account,
  Clock,
  FailedTransactionMetadata,
  LiteSvm,
  type TransactionMetadata,
} from 'litesvm/dist/internal.js';
import type { AccountState } from './account.ts';
import { type TransactionError, transactionError } from './vm-errors.ts';

/** Slots in an epoch, as on mainnet. */
export const SLOTS_PER_EPOCH = 432_000;

/** An instruction that a program called while it ran. */
export interface InnerInstruction {
  programIndex: number;
  accounts: Uint8Array;
  data: Uint8Array;
  stackHeight: number;
}

/** What running a transaction gave. */
export interface Outcome {
  err: TransactionError | null;
  logs: string[];
  /** By index of the outer instruction. */
  innerInstructions: InnerInstruction[][];
  computeUnits: bigint;
  returnData: { programId: Uint8Array; data: Uint8Array } | null;
}

/** A simulated run and the accounts it would have left. */
export interface Simulation extends Outcome {
  accounts(): { address: Uint8Array; state: AccountState }[];
}

/**
 * The virtual machine: programs and accounts in memory. Blockhashes and repeated signatures are the
 * caller's to check; signatures are verified here.
 */
export class Vm {
  readonly #svm = new LiteSvm();

  constructor() {
    this.#svm.setBlockhashCheck(false);
    this.#svm.setTransactionHistory(0n);
  }

  /** Moves the clock that programs see; the time is in seconds since 1970. */
  setSlot(slot: number, unixTime: number): void {
    const epoch = BigInt(Math.floor(slot / SLOTS_PER_EPOCH));
    this.#svm.setClock(new Clock(BigInt(slot), BigInt(unixTime), epoch, epoch + 1n, BigInt(unixTime)));
  }

  /** The recent slots that programs see, newest first. */
  setSlotHashes(hashes: { slot: number; hash: string }[]): void {
    this.#svm.setSlotHashes(hashes.map(({ slot, hash }) => ({ slot: BigInt(slot), hash })));
  }

  account(address: Uint8Array): AccountState | null {
    const found = this.#svm.getAccount(address);
    return found === null || found.lamports() === 0n ? null : stateOf(found);
  }

  setAccount(address: Uint8Array, state: AccountState): void {
    const { lamports, data, owner, executable } = state;
    this.#svm.setAccount(address, new Account(lamports, data, owner, executable, 0n));
  }

  /** Puts an account back to an earlier state; null removes it. */
  restore(address: Uint8Array, state: AccountState | null): void {
    this.setAccount(
      address,
      state ?? { lamports: 0n, data: new Uint8Array(), owner: new Uint8Array(32), executable: false },
    );
  }

  /** Lamports that make an account of the given data size exempt from rent. */
  rentExemption(size: number): bigint {
    return this.#svm.minimumBalanceForRentExemption(BigInt(size));
  }

  /** Runs a transaction that `parseTransaction` accepted and keeps its effect. */
  execute(bytes: Uint8Array): Outcome {
    return outcomeOf(this.#svm.sendVersionedTransaction(bytes));
  }

  /** Runs a transaction that `parseTransaction` accepted and drops its effect. */
  simulate(bytes: Uint8Array, verifySignatures: boolean): Simulation {
    this.#svm.setSigverify(verifySignatures);
    try {
      const result = this.#svm.simulateVersionedTransaction(bytes);
      if (result instanceof FailedTransactionMetadata) return { ...outcomeOf(result), accounts: () => [] };
      const accounts = () =>
        result.postAccounts().map((entry) => ({ address: entry.address, state: stateOf(entry.account()) }));
      return { ...outcomeOf(result.meta()), accounts };
    } finally {
      this.#svm.setSigverify(true);
    }
  }
}

function stateOf(account: Account): AccountState {
  return {
    lamports: account.lamports(),
    data: account.data(),
    owner: account.owner(),
    executable: account.executable(),
  };
}

function outcomeOf(result: TransactionMetadata | FailedTransactionMetadata): Outcome {
  const failed = result instanceof FailedTransactionMetadata;
  const meta = failed ? result.meta() : result;
  const returned = meta.returnData();
  const data = returned.data();
  return {
    err: failed ? transactionError(result) : null,
    logs: meta.logs(),
    innerInstructions: meta.innerInstructions().map((calls) =>
      calls.map((call) => {
        const instruction = call.instruction();
        return {
          programIndex: instruction.programIdIndex(),
          accounts: instruction.accounts(),
          data: instruction.data(),
          stackHeight: call.stackHeight(),
        };
      }),
    ),
    computeUnits: meta.computeUnitsConsumed(),
    returnData: data.length > 0 ? { programId: returned.programId(), data } : null,
  };
}
