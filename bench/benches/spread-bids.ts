import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { type LoadResult, loadNotes, startLoad } from '../support/load.ts';
import { costOf, measurePairs, toRow } from '../support/measure.ts';
import { preparePgbench } from '../support/reference.ts';

/*
 * What a bid costs when bids go to ten thousand auctions: CPU microseconds of the exchange's whole process tree
 * (jobs, chain and PostgreSQL included) for each accepted bid, from 64 connections, until everything that follows
 * from the bids is done: search documents, notifications, mails. The reference is the CPU of
 * PostgreSQL and pgbench for each transaction of the smallest bid that is one statement, over as many auctions,
 * with 1, 8 or 32 clients, whichever is cheapest.
 *
 * It does not measure time, nor the load generator, which stands for the bidders. Both sides are charged with what
 * PostgreSQL does in the background meanwhile.
 */
const AUCTIONS = 10_000;
const CONNECTIONS = 64;
const CLIENTS = [1, 8, 32];

const goal: Goal = {
  name: 'spread-bids',
  ratio: 'CPU of a bid over 10,000 auctions ÷ CPU of a pgbench transaction',
  target: 2,
  better: 'lower',
};

export const spreadBids: Bench = {
  name: 'spread-bids',
  about: 'what a bid costs when every auction has a few',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 400, auctions: AUCTIONS }, run.progress, async (exchange) => {
      const load = startLoad(exchange);
      const pgbench = await preparePgbench(exchange.database, { auctions: AUCTIONS });
      const seconds = run.quick ? 1 : 4;
      const auctions = { from: 0, count: AUCTIONS };
      const results: LoadResult[] = [];
      try {
        const pairs = await measurePairs(run, 'Bids on ten thousand auctions', {
          async ours() {
            const cost = await costOf([exchange.pid], async () => {
              const result = await load.run({ connections: CONNECTIONS, seconds, auctions });
              await exchange.settled();
              return result;
            });
            results.push(cost.value);
            return (cost.cpu / cost.value.accepted) * 1e6;
          },
          async reference() {
            const costs: number[] = [];
            for (const clients of CLIENTS) {
              const figures = await pgbench.run({ clients, seconds: Math.ceil(seconds / 2) });
              costs.push(figures.cpuPerTransaction * 1e6);
            }
            return Math.min(...costs);
          },
        });
        return [toRow(goal, pairs, loadNotes(results))];
      } finally {
        load.stop();
        await pgbench.close();
      }
    }),
};
