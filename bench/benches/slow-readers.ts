import type { Bench, Goal, Run } from '../bench.ts';
import { type FeedSide, FILLING, openSockets, startSide, subscribeTo } from '../support/feed.ts';
import { measurePairs, quantile, toRow } from '../support/measure.ts';

/*
 * What clients that stop reading do to the others: milliseconds from the sending of an event to its arrival that
 * 99 of 100 do not exceed, on 1,000 sockets of which 5 in 100 are stalled, beside the same with none stalled.
 * And what such clients cost: bytes by which the process is larger for each of 100 that follow a topic and do not
 * read 6 MB of it. Before each figure the stalled ones are sent so much that the kernel takes no more for them.
 *
 * The kernel's own buffers for a client, some megabytes, are not counted.
 */
const SOCKETS = 1000;
const STALLED_EVERY = 20;
const STALLED = 100;
const MEGABYTES = 6;
const KIB = 1024;
/** More than the feed keeps. */
const RING_MEGABYTES = 48;

const latency: Goal = {
  name: 'slow-readers',
  ratio: 'p99 of healthy sockets with 5 % stalled ÷ with none',
  target: 1.2,
  better: 'lower',
};
const memory: Goal = {
  name: 'slow-readers: memory',
  ratio: 'memory of a stalled client ÷ 64 KiB',
  target: 1,
  better: 'lower',
};

export const slowReaders: Bench = {
  name: 'slow-readers',
  about: 'clients that stop reading, and the others',
  goals: [latency, memory],
  async run(run) {
    const pairs = await measurePairs(run, latency.name, {
      ours: () => withAudience(run, true),
      reference: () => withAudience(run, false),
    });
    const stalled = await measurePairs({ ...run, pairs: Math.min(run.pairs, 3) }, memory.name, {
      ours: () => kibOfStalled(),
      reference: async () => 64,
    });
    return [toRow(latency, pairs, ['milliseconds']), toRow(memory, stalled, ['KiB'])];
  },
};

/** Stalls some clients that follow the other topic, and fills them. */
async function stall({ server, clients }: FeedSide, every: number): Promise<void> {
  await clients.do({ do: 'stall', every, say: subscribeTo(undefined, FILLING) });
  const count = (MEGABYTES * KIB) / 8;
  await server.do({ do: 'publish', count, together: 4, size: 8 * KIB, topic: FILLING });
}

async function withAudience(run: Run, stalled: boolean): Promise<number> {
  const side = await startSide('feed');
  try {
    await openSockets(side, run.quick ? 200 : SOCKETS);
    await p99(run, side);
    if (stalled) await stall(side, STALLED_EVERY);
    return await p99(run, side);
  } finally {
    await side.stop();
  }
}

async function p99(run: Run, { server, clients }: FeedSide): Promise<number> {
  const count = run.quick ? 40 : 150;
  await clients.do({ do: 'reset', lookAtEvery: 7 });
  await server.do({ do: 'publish', count, together: 1, size: 350, everyMs: 20 });
  const { latencies } = await clients.do({ do: 'await', frames: count });
  return quantile(latencies, 0.99);
}

async function kibOfStalled(): Promise<number> {
  const side = await startSide('feed');
  try {
    await openSockets(side, STALLED);
    // The frames that are kept for everybody are no matter of stalled clients: they are all there before.
    const count = (RING_MEGABYTES * KIB) / 8;
    await side.server.do({ do: 'publish', count, together: 4, size: 8 * KIB, topic: FILLING });
    const before = await side.server.do({ do: 'collect' });
    await stall(side, 1);
    const after = await side.server.do({ do: 'collect' });
    return (after.rss - before.rss) / STALLED / KIB;
  } finally {
    await side.stop();
  }
}
