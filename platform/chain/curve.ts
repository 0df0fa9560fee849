/** The prime of the field under Ed25519, and the constant of its curve -x² + y² = 1 + dx²y² (RFC 8032). */
const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** The Jacobi symbol (a/n) for odd n > 0: for a prime n, 1 for a square, -1 for none, 0 for a multiple of n. */
function jacobi(a: bigint, n: bigint): number {
  let [top, bottom, sign] = [a % n, n, 1];
  while (top !== 0n) {
    while ((top & 1n) === 0n) {
      top >>= 1n;
      const rest = bottom & 7n;
      if (rest === 3n || rest === 5n) sign = -sign;
    }
    if ((top & 3n) === 3n && (bottom & 3n) === 3n) sign = -sign;
    [top, bottom] = [bottom % top, top];
  }
  return bottom === 1n ? sign : 0;
}

/**
 * Whether 32 bytes are a point of the Ed25519 curve, as an address of a key is and a program-derived one is
 * not. A point with that y exists where x² = (y² - 1) / (dy² + 1) has a root; multiplying by the square of
 * the divisor does not change that, and the Jacobi symbol tells it without computing the root.
 */
export function isOnCurve(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const littleEndian = Buffer.from(bytes).reverse();
  const signBit = littleEndian[0]! >> 7;
  littleEndian[0]! &= 0x7f;
  const y = BigInt(`0x${littleEndian.toString('hex')}`);
  const square = (y * y) % P;
  const symbol = jacobi((((square + P - 1n) % P) * ((D * square + 1n) % P)) % P, P);
  return symbol === 1 || (symbol === 0 && signBit === 0);
}
