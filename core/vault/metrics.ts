import { MICRO } from '@ece/contract';
import type { Metrics } from '@ece/platform/telemetry/metrics';
import type { SaleRow } from './sales.ts';

/** Counts settled sales and their volume in USDC. Call it after the commit. */
export function countSales(metrics: Metrics, sales: Pick<SaleRow, 'venue' | 'price'>[]): void {
  const labels = ['venue'] as const;
  const total = metrics.counter('ece_sales_total', 'Copies sold, by venue', labels);
  const volume = metrics.counter('ece_sales_volume', 'USDC paid for copies, by venue', labels);
  for (const { venue, price } of sales) {
    total.inc({ venue });
    volume.inc({ venue }, Number(price) / Number(MICRO));
  }
}
