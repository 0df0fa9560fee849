import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { type LoadResult, loadNotes, p99, startLoad } from '../support/load.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * Whether a hot auction takes the time of others: p99 of bids on a quiet auction, 20 a second at a fixed pace,
 * while 64 connections bid on a hot one as fast as they are answered; by the p99 of the same bids alone. Counted
 * in milliseconds from when each bid should have been sent.
 *
 * It measures one process on a machine that the load generators share: the hot auction also takes CPU from the
 * quiet one, as it would from anything. It does not measure reads.
 */
const goal: Goal = {
  name: 'fairness',
  ratio: 'p99 of a quiet auction beside a hot one ÷ alone',
  target: 2,
  better: 'lower',
};

export const fairness: Bench = {
  name: 'fairness',
  about: 'a quiet auction beside a hot one',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 400, auctions: 2 }, run.progress, async (exchange) => {
      // Bidders of their own, so that the two auctions share nothing but the exchange.
      const half = exchange.tokens.length / 2;
      const [quiet, hot] = [
        startLoad({ ...exchange, tokens: exchange.tokens.slice(0, half) }),
        startLoad({ ...exchange, tokens: exchange.tokens.slice(half) }),
      ];
      const seconds = run.quick ? 2 : 6;
      const results: LoadResult[] = [];
      const bidQuietly = async () => {
        const auctions = { from: 0, count: 1 };
        const result = await quiet.run({ connections: 8, seconds, auctions, perSecond: 20 });
        results.push(result);
        return p99(result);
      };
      try {
        const pairs = await measurePairs(run, 'A quiet auction', {
          async ours() {
            await exchange.settled();
            const crowd = hot.run({ connections: 64, seconds: seconds + 1, auctions: { from: 1, count: 1 } });
            const figure = await bidQuietly();
            await crowd;
            return figure;
          },
          async reference() {
            await exchange.settled();
            return await bidQuietly();
          },
        });
        return [toRow(goal, pairs, loadNotes(results))];
      } finally {
        quiet.stop();
        hot.stop();
      }
    }),
};
