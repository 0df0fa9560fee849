import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWritable, parseMessage, parseTransaction } from './wire.ts';

const key = (fill: number) => new Uint8Array(32).fill(fill);

function message(parts: {
  signers?: number;
  program?: number;
  accounts?: number[];
  tail?: number[];
  v0?: boolean;
}) {
  const { signers = 1, program = 2, accounts = [0, 1], tail = [], v0 = true } = parts;
  return Uint8Array.from([
    ...(v0 ? [0x80] : []),
    ...[signers, 0, 1],
    ...[3, ...key(1), ...key(2), ...key(3)],
    ...key(9),
    ...[1, program, accounts.length, ...accounts, 2, 7, 7],
    ...(v0 ? [0] : []),
    ...tail,
  ]);
}

function transaction(body: Uint8Array, signatures = 1) {
  return Uint8Array.from([signatures, ...new Array(64 * signatures).fill(5), ...body]);
}

test('a legacy and a versioned transaction are decoded', () => {
  for (const v0 of [true, false]) {
    const parsed = parseTransaction(transaction(message({ v0 })));
    if ('reason' in parsed) throw new Error(parsed.reason);
    expect(parsed.message.version).toBe(v0 ? 0 : 'legacy');
    expect(parsed.message.keys).toEqual([key(1), key(2), key(3)]);
    expect(parsed.message.blockhash).toEqual(key(9));
    expect(parsed.message.instructions).toEqual([
      { programIndex: 2, accounts: Uint8Array.of(0, 1), data: Uint8Array.of(7, 7) },
    ]);
    expect([0, 1, 2].map((index) => isWritable(parsed.message, index))).toEqual([true, true, false]);
  }
});

test.each([
  ['a byte left over', transaction(message({ tail: [0] })), /left over/],
  ['the payer as program', transaction(message({ program: 0 })), /program index/],
  ['a program out of range', transaction(message({ program: 3 })), /program index/],
  ['an account out of range', transaction(message({ accounts: [0, 3] })), /account index/],
  ['more signers than keys', transaction(message({ signers: 3 }), 3), /header/],
  ['no signer', transaction(message({ signers: 0 }), 0), /header/],
  ['a signature too few', transaction(message({ signers: 2 })), /signatures/],
  ['an unknown version', transaction(Uint8Array.from([0x81, ...message({ v0: false })])), /version/],
  ['a length that is not in its shortest form', Uint8Array.from([0x81, 0x00]), /length/],
  ['too many bytes', new Uint8Array(1233), /too large/],
  ['nothing', new Uint8Array(), /too early/],
])('%s is refused', (_name, bytes, reason) => {
  const parsed = parseTransaction(bytes);
  expect('reason' in parsed ? parsed.reason : 'accepted').toMatch(reason);
});

test('any bytes are decoded or refused, never thrown at', () => {
  const valid = transaction(message({}));
  const damaged = fc
    .tuple(fc.nat(valid.length - 1), fc.nat(255))
    .map(([at, value]) => Uint8Array.from(valid, (byte, index) => (index === at ? value : byte)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), (bytes) => {
      const parsed = parseTransaction(bytes);
      if ('reason' in parsed) return;
      const { keys, instructions, signers } = parsed.message;
      expect(parsed.signatures).toHaveLength(signers);
      for (const each of instructions) expect(each.programIndex).toBeLessThan(keys.length);
      expect(parseMessage(bytes.subarray(1 + 64 * signers))).toEqual(parsed.message);
    }),
    { numRuns: 2000 },
  );
});
