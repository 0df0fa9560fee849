import { fromBase58, keyOf } from './bytes.ts';
import type { WireMessage } from './wire.ts';

const LAMPORTS_PER_SIGNATURE = 5000n;
const MICROLAMPORTS_PER_LAMPORT = 1_000_000n;
const MAX_COMPUTE_UNITS = 1_400_000;
const PROGRAM_UNITS = 200_000;
const BUILTIN_UNITS = 3_000;
const SET_UNIT_LIMIT = 2;
const SET_UNIT_PRICE = 3;

const computeBudget = keyOf(fromBase58('ComputeBudget111111111111111111111111111111')!);
const builtins = new Set([
  computeBudget,
  ...[
    '11111111111111111111111111111111',
    'Vote111111111111111111111111111111111111111',
    'BPFLoader1111111111111111111111111111111111',
    'BPFLoader2111111111111111111111111111111111',
    'BPFLoaderUpgradeab1e11111111111111111111111',
  ].map((each) => keyOf(fromBase58(each)!)),
]);

/**
 * Fee of a message in lamports: one rate per signature, plus the price per compute unit times the
 * unit limit, which is 3,000 for each built-in and 200,000 for each other instruction unless set.
 */
export function messageFee(message: WireMessage): bigint {
  let price = 0n;
  let explicitLimit: number | undefined;
  let defaultLimit = 0;
  for (const { programIndex, data } of message.instructions) {
    const program = keyOf(message.keys[programIndex] ?? new Uint8Array());
    defaultLimit += builtins.has(program) ? BUILTIN_UNITS : PROGRAM_UNITS;
    if (program !== computeBudget) continue;
    const fields = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (data[0] === SET_UNIT_LIMIT && data.length === 5) explicitLimit = fields.getUint32(1, true);
    if (data[0] === SET_UNIT_PRICE && data.length === 9) price = fields.getBigUint64(1, true);
  }
  const units = BigInt(Math.min(explicitLimit ?? defaultLimit, MAX_COMPUTE_UNITS));
  const priority = (price * units + MICROLAMPORTS_PER_LAMPORT - 1n) / MICROLAMPORTS_PER_LAMPORT;
  return LAMPORTS_PER_SIGNATURE * BigInt(message.signers) + priority;
}
