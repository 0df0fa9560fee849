import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { acceptedPerSecond, type LoadResult, loadNotes, p99, startLoad } from '../support/load.ts';
import { measurePairs, median, toRow } from '../support/measure.ts';

/*
 * Whether an exchange that is asked for more than it can do still does what it can: accepted bids a second when
 * five times as many are offered as it took at its best, by those at its best. The best is measured right beside
 * it, from 64 connections that each wait for their answer. The overload comes at a fixed pace from 2,000
 * connections, whether bids are answered or not; a connection that is told to come back later does so, others
 * bid again when their turn comes. Bids for which every connection is busy are given up.
 *
 * It does not measure clients that ignore Retry-After, nor floods of new connections, which are for what stands
 * in front of an exchange.
 */
const TIMES = 5;
const CONNECTIONS = { peak: 64, overload: 2000 };

const goal: Goal = {
  name: 'overload',
  ratio: 'accepted bids/s at 5 times the peak load ÷ at the peak',
  target: 0.9,
  better: 'higher',
};

export const overload: Bench = {
  name: 'overload',
  about: 'five times more bids than one auction can take',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 400, auctions: 1 }, run.progress, async (exchange) => {
      const load = startLoad(exchange);
      const seconds = run.quick ? 2 : 5;
      const auctions = { from: 0, count: 1 };
      const results: LoadResult[] = [];
      let peak = 0;
      const measurePeak = async () => {
        peak = acceptedPerSecond(await load.run({ connections: CONNECTIONS.peak, seconds, auctions }));
        return peak;
      };
      try {
        const pairs = await measurePairs(run, 'One auction, far too many bids', {
          async ours() {
            const perSecond = TIMES * (peak || (await measurePeak()));
            const result = await load.run({
              connections: CONNECTIONS.overload,
              seconds,
              auctions,
              perSecond,
            });
            results.push(result);
            return acceptedPerSecond(result);
          },
          reference: measurePeak,
        });
        const waited = Math.round(median(results.map(p99)));
        const unsent = results.reduce((sum, each) => sum + each.unsent, 0).toLocaleString('en');
        const said = `p99 of accepted bids in the overload ${waited} ms; ${unsent} bids given up by their clients`;
        return [toRow(goal, pairs, [...loadNotes(results), said])];
      } finally {
        load.stop();
      }
    }),
};
