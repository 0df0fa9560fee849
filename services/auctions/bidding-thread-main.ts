import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase, ping } from '@ece/platform/db/database';
import { keepTrace } from '@ece/platform/telemetry/spans';
import { type BidsAnswer, type BidsMessage, batchesOf, thrownOf } from './bidding-messages.ts';
import type { ThreadOptions } from './bidding-thread.ts';
import { placeBids } from './bids.ts';

/*
 * The thread of bids: takes messages with bids, places them, and answers each with their results. It has its own
 * connections to the database.
 */
const { database, connections } = workerData as ThreadOptions;
const { address, pooler = false } = database;
const db = openDatabase(address, { max: connections, name: 'ece bids', pooler });
// The first bid finds a connection.
void ping(db);
const port = parentPort!;
const underWay = new Set<Promise<void>>();

port.on('message', (message: BidsMessage | 'stop') => {
  if (message === 'stop') return stop();
  const work = answerTo(message).then((answer) => {
    underWay.delete(work);
    port.postMessage(answer);
  });
  underWay.add(work);
});

async function answerTo(message: BidsMessage): Promise<BidsAnswer> {
  const { id, handles, trace } = message;
  try {
    return { id, results: await keepTrace(trace, () => placeBids(db, batchesOf(message), handles)) };
  } catch (error) {
    return { id, thrown: thrownOf(error) };
  }
}

async function stop(): Promise<void> {
  await Promise.all(underWay);
  await db.end({ timeout: 5 });
  port.close();
}
