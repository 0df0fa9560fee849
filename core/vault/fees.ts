/** Basis points in a whole. */
const WHOLE = 10_000n;

/**
 * A share of an amount in basis points, rounded down: whoever pays the share gets the fraction.
 * @param amount micro-USDC, not negative
 */
export function shareOf(amount: bigint, basisPoints: number): bigint {
  return (amount * BigInt(basisPoints)) / WHOLE;
}

/** How the price of a sale is divided; the parts always add up to the price. */
export interface Split {
  price: bigint;
  fee: bigint;
  royalty: bigint;
  sellerReceives: bigint;
}

/** Divides a price into fee, royalty and what the seller receives. Fee and royalty are rounded down. */
export function splitPrice(price: bigint, feeBasisPoints: number, royaltyBasisPoints: number): Split {
  const fee = shareOf(price, feeBasisPoints);
  const royalty = shareOf(price, Math.min(royaltyBasisPoints, 10_000 - feeBasisPoints));
  return { price, fee, royalty, sellerReceives: price - fee - royalty };
}

/** Divides a lot's price over its copies as evenly as whole micro-USDC allow; the first ones get the rest. */
export function splitLot(price: bigint, copies: number): bigint[] {
  const each = price / BigInt(copies);
  const rest = Number(price % BigInt(copies));
  return Array.from({ length: copies }, (_, index) => each + (index < rest ? 1n : 0n));
}
