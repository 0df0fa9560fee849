import { cpus } from 'node:os';
import type { Bench, Goal, Run } from '../bench.ts';
import { type BenchExchange, withExchange } from '../support/exchange.ts';
import { measurePairs, quantile, toRow } from '../support/measure.ts';
import { openRoom, type Room, type RoomResult, startBareRoom } from '../support/room.ts';

/*
 * How long after a bid everybody sees it: milliseconds from when a bid should have been sent until its event is at
 * the socket of a watcher, that 99 of 100 deliveries do not exceed. 200 sockets watch an auction on which 50 bids a
 * second are made at an even pace. The reference is a bare process of node:http and `ws` that takes the same
 * requests, writes nothing down, and sends a frame of the same size to as many sockets.
 *
 * It does not measure networks or browsers (`web` does), nor a crowd that bids as fast as it can (`hot-auction`).
 * Watchers and bidders share the machine with the server, on both sides.
 */
const WATCHERS = 200;
const PER_SECOND = 50;

const goal: Goal = {
  name: 'bid-to-screen',
  ratio: 'p99 from a bid to its event at a watcher’s socket ÷ the same path without a database',
  target: 2,
  better: 'lower',
};

export const bidToScreen: Bench = {
  name: 'bid-to-screen',
  about: 'how soon everybody sees a bid',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 100, auctions: 1 }, run.progress, (exchange) => measure(run, exchange)),
};

async function measure(run: Run, { port, tokens, auctions }: BenchExchange) {
  const spec = { auctionId: auctions[0]!, people: tokens, watchers: run.quick ? 50 : WATCHERS };
  const bids = { perSecond: PER_SECOND, seconds: run.quick ? 2 : 10 };
  const room = await openRoom({ ...spec, port });
  const stops = [() => room.stop()];
  try {
    const { sample } = await room.bid({ ...bids, seconds: 1 });
    const bareServer = await startBareRoom(sample);
    stops.push(() => bareServer.stop());
    const bareRoom = await openRoom({ ...spec, port: bareServer.port });
    stops.push(() => bareRoom.stop());
    const results: RoomResult[][] = [[], []];
    const p99 = (side: Room, kept: RoomResult[]) => async () => {
      const result = await side.bid(bids);
      kept.push(result);
      return quantile(result.delays, 0.99);
    };
    const [ours, reference] = results as [RoomResult[], RoomResult[]];
    const pairs = await measurePairs(run, 'Bids until they are seen', {
      ours: p99(room, ours),
      reference: p99(bareRoom, reference),
    });
    return [toRow(goal, pairs, notesOf(ours, reference))];
  } finally {
    for (const stop of stops.reverse()) stop();
  }
}

function notesOf(ours: RoomResult[], reference: RoomResult[]): string[] {
  const middle = (results: RoomResult[]) =>
    quantile(
      results.flatMap(({ delays }) => delays),
      0.5,
    ).toFixed(1);
  const sum = (of: (result: RoomResult) => number) =>
    [...ours, ...reference].reduce((total, each) => total + of(each), 0);
  const share = sum((each) => each.cpuSeconds) / (sum((each) => each.seconds) * cpus().length);
  return [
    `milliseconds; medians ${middle(ours)} and ${middle(reference)}`,
    `watchers and bidders took ${Math.round(share * 100)} % of the machine`,
  ];
}
