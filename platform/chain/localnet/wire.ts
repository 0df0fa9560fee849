/** The largest transaction that fits one network packet, in bytes. */
export const MAX_TRANSACTION_SIZE = 1232;

/** One instruction; accounts are indexes into the transaction's keys. */
export interface WireInstruction {
  programIndex: number;
  accounts: Uint8Array;
  data: Uint8Array;
}

/** Accounts taken from an address lookup table, by index into the table. */
export interface TableLookup {
  table: Uint8Array;
  writable: Uint8Array;
  readonly: Uint8Array;
}

/** A decoded message. */
export interface WireMessage {
  version: 'legacy' | 0;
  signers: number;
  readonlySigners: number;
  readonlyOthers: number;
  /** Addresses written in the message itself, without those from lookup tables. */
  keys: Uint8Array[];
  blockhash: Uint8Array;
  instructions: WireInstruction[];
  lookups: TableLookup[];
}

/** A decoded transaction. */
export interface WireTransaction {
  bytes: Uint8Array;
  signatures: Uint8Array[];
  message: WireMessage;
}

class WireError extends Error {}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  peek(): number {
    return this.#bytes[this.#at] ?? fail('ends too early');
  }

  byte(): number {
    const value = this.peek();
    this.#at += 1;
    return value;
  }

  take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) fail('ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A length of up to 16 bits, seven bits per byte, in its shortest form. */
  length(): number {
    let value = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if ((byte === 0 && shift > 0) || value > 0xffff) fail('has a malformed length');
        return value;
      }
    }
    return fail('has a malformed length');
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.length() }, read);
  }

  sized(): Uint8Array {
    return this.take(this.length());
  }
}

function fail(reason: string): never {
  throw new WireError(reason);
}

/**
 * Decodes a transaction's wire form (legacy and version 0) and checks its structure as a validator
 * does before it looks at any account. The virtual machine aborts the process on bytes it cannot
 * decode, so nothing may reach it that has not passed here.
 */
export function parseTransaction(bytes: Uint8Array): WireTransaction | { reason: string } {
  return guarded(() => {
    if (bytes.length > MAX_TRANSACTION_SIZE) fail(`is too large: ${bytes.length} bytes`);
    const reader = new Reader(bytes);
    const signatures = reader.list(() => reader.take(64));
    const message = readMessage(reader.rest);
    if (signatures.length !== message.signers) fail('carries the wrong number of signatures');
    return { bytes, signatures, message };
  });
}

/** Decodes and checks a message alone. */
export function parseMessage(bytes: Uint8Array): WireMessage | { reason: string } {
  return guarded(() => readMessage(bytes));
}

function guarded<T>(work: () => T): T | { reason: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof WireError) return { reason: error.message };
    throw error;
  }
}

function readMessage(bytes: Uint8Array): WireMessage {
  const reader = new Reader(bytes);
  const versioned = reader.peek() >= 0x80;
  if (versioned && reader.byte() !== 0x80) fail('has an unsupported version');
  const [signers, readonlySigners, readonlyOthers] = [reader.byte(), reader.byte(), reader.byte()];
  const keys = reader.list(() => reader.take(32));
  const blockhash = reader.take(32);
  const instructions = reader.list(() => ({
    programIndex: reader.byte(),
    accounts: reader.sized(),
    data: reader.sized(),
  }));
  const lookups = versioned
    ? reader.list(() => ({ table: reader.take(32), writable: reader.sized(), readonly: reader.sized() }))
    : [];
  if (!reader.done) fail('has bytes left over');
  const version = versioned ? 0 : 'legacy';
  const message: WireMessage = {
    version,
    signers,
    readonlySigners,
    readonlyOthers,
    keys,
    blockhash,
    instructions,
    lookups,
  };
  checkMessage(message);
  return message;
}

function checkMessage(message: WireMessage): void {
  const { signers, readonlySigners, readonlyOthers, keys, lookups } = message;
  if (signers + readonlyOthers > keys.length || readonlySigners >= signers) fail('has a malformed header');
  if (lookups.some((lookup) => lookup.writable.length + lookup.readonly.length === 0)) {
    fail('has an empty table lookup');
  }
  const total = lookups.reduce((sum, each) => sum + each.writable.length + each.readonly.length, keys.length);
  if (total > 256) fail('names too many accounts');
  for (const { programIndex, accounts } of message.instructions) {
    if (programIndex === 0 || programIndex >= keys.length) fail('has a program index out of range');
    if (accounts.some((index) => index >= total)) fail('has an account index out of range');
  }
}

/**
 * Whether the transaction may write to the account at the index, where loaded addresses follow the
 * message's own: first all writable ones, then all read-only ones.
 */
export function isWritable(message: WireMessage, index: number): boolean {
  const { signers, readonlySigners, readonlyOthers, keys, lookups } = message;
  if (index >= keys.length) {
    return index - keys.length < lookups.reduce((sum, each) => sum + each.writable.length, 0);
  }
  return index < signers ? index < signers - readonlySigners : index < keys.length - readonlyOthers;
}
