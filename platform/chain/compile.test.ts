import {
  AccountRole,
  type Address,
  type Blockhash,
  getAddressDecoder,
  getBase58Decoder,
  getCompiledTransactionMessageDecoder,
  type Instruction,
  isOffCurveAddress,
} from '@solana/kit';
import { findAssociatedTokenPda } from '@solana-program/token-2022';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { programAddress, toAddress, tokenAccountAddress } from './addresses.ts';
import { compileMessage } from './compile.ts';
import { isOnCurve } from './curve.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const someAddress = bytes32.map((bytes) => getAddressDecoder().decode(bytes));

test('what is on the curve is what the library says', () => {
  const edge = [0n, 1n, 2n, 2n ** 255n - 20n, 2n ** 255n - 19n, 2n ** 255n - 18n, 2n ** 255n - 1n];
  const edges = edge.flatMap((y) =>
    [0, 0x80].map((sign) => {
      const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number((y >> BigInt(8 * i)) & 255n));
      bytes[31]! |= sign;
      return bytes;
    }),
  );
  const agree = (bytes: Uint8Array) => {
    expect(isOnCurve(bytes)).toBe(!isOffCurveAddress(getAddressDecoder().decode(bytes)));
  };
  for (const bytes of edges) agree(bytes);
  fc.assert(fc.property(bytes32, agree), { numRuns: 400 });
});

test('token accounts are where the library finds them', async () => {
  await fc.assert(
    fc.asyncProperty(
      someAddress,
      someAddress,
      fc.constantFrom('token', 'token-2022'),
      async (owner, mint, program) => {
        const [expected] = await findAssociatedTokenPda({
          owner,
          mint,
          tokenProgram: programAddress(program),
        });
        expect(await tokenAccountAddress(owner, mint, program)).toBe(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('a compiled message says what was put in', () => {
  const pool = fc.uniqueArray(someAddress, { minLength: 4, maxLength: 12 });
  const role = fc.constantFrom(
    AccountRole.READONLY,
    AccountRole.WRITABLE,
    AccountRole.READONLY_SIGNER,
    AccountRole.WRITABLE_SIGNER,
  );
  const account = fc.record({ at: fc.nat(100), role });
  const instruction = fc.record({
    program: fc.nat(100),
    accounts: fc.array(account, { maxLength: 6 }),
    data: fc.uint8Array({ maxLength: 200 }),
  });
  fc.assert(
    fc.property(pool, fc.array(instruction, { maxLength: 5 }), bytes32, (addresses, drafts, hash) => {
      const [feePayer, ...others] = addresses as [Address, ...Address[]];
      const pick = (at: number) => others[at % others.length]!;
      const instructions: Instruction[] = drafts.map(({ program, accounts, data }) => ({
        programAddress: pick(program),
        accounts: accounts.map((each) => ({ address: pick(each.at), role: each.role })),
        data,
      }));
      const blockhash = getBase58Decoder().decode(hash) as Blockhash;
      const { bytes, signers } = compileMessage(feePayer, instructions, blockhash);
      const read = getCompiledTransactionMessageDecoder().decode(bytes);
      if (read.version !== 0) throw new Error('not version 0');
      const keys = read.staticAccounts;
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys[0]).toBe(feePayer);
      expect(read.lifetimeToken).toBe(blockhash);
      expect(keys.slice(0, read.header.numSignerAccounts)).toEqual(signers);
      expect(read.instructions).toHaveLength(instructions.length);
      for (const [index, given] of instructions.entries()) {
        const found = read.instructions[index]!;
        expect(keys[found.programAddressIndex]).toBe(given.programAddress);
        expect((found.accountIndices ?? []).map((at) => keys[at])).toEqual(
          given.accounts!.map((each) => each.address),
        );
        expect([...(found.data ?? [])]).toEqual([...given.data!]);
      }
      const { numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts } = read.header;
      for (const [at, key] of keys.entries()) {
        const asked = instructions.flatMap((each) => each.accounts!.filter(({ address }) => address === key));
        const signs = at === 0 || asked.some((each) => each.role >= AccountRole.READONLY_SIGNER);
        const writes = at === 0 || asked.some((each) => (each.role & AccountRole.WRITABLE) !== 0);
        expect(at < numSignerAccounts).toBe(signs);
        const writable = signs
          ? at < numSignerAccounts - numReadonlySignerAccounts
          : at < keys.length - numReadonlyNonSignerAccounts;
        expect(writable).toBe(writes);
      }
    }),
    { numRuns: 100 },
  );
});

test('a text that is no address is refused', () => {
  expect(() => toAddress('nowhere')).toThrow(TypeError);
});
