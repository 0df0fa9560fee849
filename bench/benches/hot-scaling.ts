import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { acceptedPerSecond, type LoadResult, loadNotes, startLoad } from '../support/load.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * Whether a crowd slows an auction down: accepted bids a second on one auction from 256 connections, by those from
 * 8. Row locks alone lose: whoever waits for a lock is woken one after the other.
 *
 * It says nothing of how many bids a second that is; `hot-auction` does.
 */
const goal: Goal = {
  name: 'hot-scaling',
  ratio: 'bids/s on one auction at 256 connections ÷ at 8',
  target: 0.95,
  better: 'higher',
};

export const hotScaling: Bench = {
  name: 'hot-scaling',
  about: 'one auction with a crowd, and with a few',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 400, auctions: 1 }, run.progress, async (exchange) => {
      const load = startLoad(exchange);
      const results: LoadResult[] = [];
      const measure = async (connections: number) => {
        const seconds = run.quick ? 1 : 3;
        await exchange.settled();
        const result = await load.run({ connections, seconds, auctions: { from: 0, count: 1 } });
        results.push(result);
        return acceptedPerSecond(result);
      };
      try {
        const pairs = await measurePairs(run, 'Few and many on one auction', {
          ours: () => measure(256),
          reference: () => measure(8),
        });
        return [toRow(goal, pairs, loadNotes(results))];
      } finally {
        load.stop();
      }
    }),
};
