import type { Bench, Goal, Run } from '../bench.ts';
import { type FeedSide, withSides } from '../support/feed.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * CPU microseconds of the server for each event that each of 2,000 sockets gets: events one at a time, and in
 * bursts of 20. The reference is a loop over the sockets of a bare `ws` server that sends the same text.
 *
 * It does not measure how events come from PostgreSQL, which each process reads once for all of its sockets,
 * nor the clients, who have a process of their own.
 */
const SOCKETS = 2000;
const SIZE = 350;
const BURST = 20;

const single: Goal = {
  name: 'fan-out',
  ratio: 'CPU per delivery to 2,000 sockets ÷ a send loop of bare ws',
  target: 0.75,
  better: 'lower',
};
const burst: Goal = {
  ...single,
  name: 'fan-out: bursts',
  ratio: `the same in bursts of ${BURST}`,
  target: 0.3,
};

export const fanOut: Bench = {
  name: 'fan-out',
  about: 'one event to many sockets',
  goals: [single, burst],
  run: (run) =>
    withSides(run.quick ? 200 : SOCKETS, async (feed, bare) => {
      const rows = [];
      for (const [goal, together] of [
        [single, 1],
        [burst, BURST],
      ] as const) {
        const pairs = await measurePairs(run, goal.name, {
          ours: () => cpuPerDelivery(run, feed, together),
          reference: () => cpuPerDelivery(run, bare, together),
        });
        rows.push(toRow(goal, pairs, ['microseconds of CPU per delivery']));
      }
      return rows;
    }),
};

async function cpuPerDelivery(run: Run, { server, clients }: FeedSide, together: number): Promise<number> {
  const sockets = run.quick ? 200 : SOCKETS;
  const count = run.quick ? 20 : 60;
  await clients.do({ do: 'reset', lookAtEvery: 0 });
  const before = await server.do({ do: 'read' });
  await server.do({ do: 'publish', count, together, size: SIZE });
  await clients.do({ do: 'await', frames: count });
  const after = await server.do({ do: 'read' });
  return (after.cpu - before.cpu) / (count * sockets);
}
