import type { Bench } from '../bench.ts';
import { closing } from './closing.ts';
import { fanOut } from './fan-out.ts';
import { hotAuction } from './hot-auction.ts';
import { listHot } from './list-hot.ts';
import { resumeStorm } from './resume-storm.ts';
import { slowReaders } from './slow-readers.ts';
import { socketMemory, sockets } from './socket-memory.ts';
import { web } from './web.ts';

/** Every bench, in the order of the list. */
export const benches: readonly Bench[] = [
  hotAuction,
  fanOut,
  socketMemory,
  sockets,
  slowReaders,
  resumeStorm,
  web,
  closing,
  listHot,
];
