import {
  AccountRole,
  type Address,
  type Blockhash,
  type Instruction,
  type ReadonlyUint8Array,
} from '@solana/kit';
import { addressBytes, toAddress } from './addresses.ts';

/** A message as it is signed, and who must sign it. */
export interface CompiledMessage {
  bytes: Uint8Array;
  /** In the order of their signatures, the fee payer first. */
  signers: Address[];
}

const VERSION_0 = 0x80;

/** A length of up to 16 bits, seven bits a byte. */
function lengthBytes(length: number): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, ...lengthBytes(length >> 7)];
}

function sized(bytes: ReadonlyUint8Array | readonly number[]): (ReadonlyUint8Array | readonly number[])[] {
  return [lengthBytes(bytes.length), bytes];
}

/** Every account with all that is asked of it, and the programs; a role is two bits, signs and is written to. */
function rolesOf(feePayer: Address, instructions: readonly Instruction[]): Map<Address, AccountRole> {
  const roles = new Map<Address, AccountRole>([[feePayer, AccountRole.WRITABLE_SIGNER]]);
  const add = (address: Address, role: AccountRole) => roles.set(address, (roles.get(address) ?? 0) | role);
  for (const { accounts = [], programAddress } of instructions) {
    for (const { address, role } of accounts) add(address, role);
    add(programAddress, AccountRole.READONLY);
  }
  return roles;
}

/**
 * Compiles a message of version 0 without lookup tables. Within a role accounts stay in the order in which
 * they are named; the library sorts them by text and checks each text again and again, which costs more than
 * all the rest of a mint.
 */
export function compileMessage(
  feePayer: Address,
  instructions: readonly Instruction[],
  blockhash: Blockhash,
): CompiledMessage {
  const roles = rolesOf(feePayer, instructions);
  const withRole = (wanted: AccountRole) =>
    [...roles].filter(([, role]) => role === wanted).map(([key]) => key);
  const writableSigners = withRole(AccountRole.WRITABLE_SIGNER);
  const readonlySigners = withRole(AccountRole.READONLY_SIGNER);
  const readonlyOthers = withRole(AccountRole.READONLY);
  const signers = [...writableSigners, ...readonlySigners];
  const keys = [...signers, ...withRole(AccountRole.WRITABLE), ...readonlyOthers];
  const indexOf = new Map(keys.map((key, index) => [key, index]));
  const header = [signers.length, readonlySigners.length, readonlyOthers.length];
  const parts = [
    [VERSION_0, ...header],
    lengthBytes(keys.length),
    ...keys.map(addressBytes),
    addressBytes(toAddress(blockhash)),
    lengthBytes(instructions.length),
    ...instructions.flatMap(({ programAddress, accounts = [], data = [] }) => [
      [indexOf.get(programAddress)!],
      ...sized(accounts.map(({ address }) => indexOf.get(address)!)),
      ...sized(data),
    ]),
    lengthBytes(0),
  ];
  return { bytes: Buffer.concat(parts.map((part) => Uint8Array.from(part))), signers };
}
