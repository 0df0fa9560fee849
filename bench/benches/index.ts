import type { Bench } from '../bench.ts';
import { bidToScreen } from './bid-to-screen.ts';
import { checker } from './checker.ts';
import { closing } from './closing.ts';
import { crash } from './crash.ts';
import { fairness } from './fairness.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { hotAuction } from './hot-auction.ts';
import { hotScaling } from './hot-scaling.ts';
import { listCold } from './list-cold.ts';
import { listHot } from './list-hot.ts';
import { overload } from './overload.ts';
import { resumeStorm } from './resume-storm.ts';
import { slowReaders } from './slow-readers.ts';
import { socketMemory, sockets } from './socket-memory.ts';
import { spreadBids } from './spread-bids.ts';
import { web } from './web.ts';

/** Every bench, in the order of the list. */
export const benches: readonly Bench[] = [
  hotAuction,
  spreadBids,
  hotScaling,
  overload,
  fairness,
  bidToScreen,
  fanOut,
  socketMemory,
  sockets,
  slowReaders,
  resumeStorm,
  web,
  closing,
  listHot,
  listCold,
  growth,
  crash,
  checker,
];
