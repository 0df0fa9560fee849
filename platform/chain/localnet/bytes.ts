import { getBase58Decoder, getBase58Encoder } from '@solana/kit';

const encoder = getBase58Encoder();
const decoder = getBase58Decoder();

/** Base58 text of the bytes. */
export function toBase58(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Bytes of a base58 text, or undefined when the text is not base58. */
export function fromBase58(text: string): Uint8Array | undefined {
  try {
    return new Uint8Array(encoder.encode(text));
  } catch {
    return undefined;
  }
}

/** A string that stands for the bytes in maps and sets. */
export function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
