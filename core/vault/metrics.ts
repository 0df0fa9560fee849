import { MICRO } from '@ece/contract';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { SaleRow } from './sales.ts';

/** Bounds of prices in USDC. */
const PRICES = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 125, 250, 500, 1000, 2500, 5000, 10_000];

/** Registers the counters of sales, so that they are there before the first sale. */
export function registerSales(metrics: Metrics) {
  const labels = ['venue'] as const;
  return {
    total: metrics.counter('ece_sales_total', 'Copies sold, by venue', labels),
    volume: metrics.counter('ece_sales_usdc_total', 'USDC paid for copies, by venue', labels),
    fees: metrics.counter('ece_sale_fees_usdc_total', 'USDC of fees on sales, by venue', labels),
    prices: metrics.histogram('ece_sale_price_usdc', 'Prices of copies in USDC, by venue', labels, PRICES),
    royalties: metrics.counter('ece_sale_royalties_usdc_total', 'USDC of royalties, by venue', labels),
  };
}

/** Counts settled sales and their money in USDC. Call it after the commit. */
export function countSales(
  metrics: Metrics,
  sales: Pick<SaleRow, 'venue' | 'price' | 'fee' | 'royalty'>[],
): void {
  const { total, volume, fees, royalties, prices } = registerSales(metrics);
  for (const { venue, price, fee, royalty } of sales) {
    total.inc({ venue });
    volume.inc({ venue }, toUsdc(price));
    prices.observe({ venue }, toUsdc(price));
    fees.inc({ venue }, toUsdc(fee));
    royalties.inc({ venue }, toUsdc(royalty));
  }
}

const toUsdc = (amount: bigint) => Number(amount) / Number(MICRO);
