import type { Bench, Goal } from '../bench.ts';
import { openSockets, startSide } from '../support/feed.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * Bytes by which the process grows for each socket that follows a topic, after a collection of garbage and with
 * one event sent to all. The reference is a bare `ws` server with as many sockets. Each measurement has processes
 * of its own: `socket-memory` opens 3,000 sockets, `sockets` 15,000, which needs `ulimit -n` of 20,000.
 *
 * It does not measure the kernel's buffers, which are the same on both sides.
 */
const SIZE = 350;

function memoryBench(name: string, about: string, sockets: number, most: number): Bench {
  const goal: Goal = {
    name,
    ratio: `bytes per subscribed socket, ${sockets.toLocaleString('en')} on one process ÷ bare ws`,
    target: 1.5,
    better: 'lower',
  };
  return {
    name,
    about,
    goals: [goal],
    async run(run) {
      const count = run.quick ? 500 : sockets;
      const pairs = await measurePairs({ ...run, pairs: Math.min(run.pairs, most) }, name, {
        ours: () => bytesPerSocket('feed', count),
        reference: () => bytesPerSocket('bare', count),
      });
      return [toRow(goal, pairs, ['bytes per socket; every socket got the event that was sent at the end'])];
    },
  };
}

async function bytesPerSocket(kind: 'feed' | 'bare', sockets: number): Promise<number> {
  const side = await startSide(kind);
  try {
    // What a first few sockets load and compile is no matter of sockets.
    await openSockets(side, 100, kind === 'feed');
    await side.clients.do({ do: 'close' });
    const before = await side.server.do({ do: 'collect' });
    await openSockets(side, sockets, kind === 'feed');
    await side.clients.do({ do: 'reset', lookAtEvery: 0 });
    await side.server.do({ do: 'publish', count: 1, together: 1, size: SIZE });
    await side.clients.do({ do: 'await', frames: 1 });
    const after = await side.server.do({ do: 'collect' });
    return (after.rss - before.rss) / sockets;
  } finally {
    await side.stop();
  }
}

export const socketMemory: Bench = memoryBench(
  'socket-memory',
  'memory of a socket',
  3000,
  Number.POSITIVE_INFINITY,
);
export const sockets: Bench = memoryBench('sockets', '15,000 sockets on one process', 15_000, 3);
