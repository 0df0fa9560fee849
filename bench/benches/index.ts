import type { Bench } from '../bench.ts';
import { hotAuction } from './hot-auction.ts';
import { web } from './web.ts';

/** Every bench, in the order of the list. */
export const benches: readonly Bench[] = [hotAuction, web];
