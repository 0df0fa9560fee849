/** A threshold of a price alert. Prices in micro-USDC. */
export interface Threshold {
  direction: 'below' | 'above';
  price: bigint;
}

/** Whether a price reaches an alert: the threshold itself counts. */
export function reaches({ direction, price }: Threshold, found: bigint): boolean {
  return direction === 'below' ? found <= price : found >= price;
}
