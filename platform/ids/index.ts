import { randomUUID } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562, method 1): 48 bits of Unix milliseconds, then a 12-bit counter that keeps the ids
 * of one process in order within a millisecond, then 62 random bits.
 */
export function newId(): string {
  // Node draws these in bulk: the counter's start is taken from its first digits, and the variant and the random
  // bits stand where version 4 has them.
  const random = randomUUID();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = Number.parseInt(random.slice(0, 3), 16) & 0x3ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${random.slice(19)}`;
}
