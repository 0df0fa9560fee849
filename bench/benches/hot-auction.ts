import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { acceptedPerSecond, type LoadResult, loadNotes, startLoad } from '../support/load.ts';
import { measurePairs, toRow } from '../support/measure.ts';
import { preparePgbench } from '../support/reference.ts';

/*
 * How many bids a second one auction takes: accepted over HTTP and durable, with authentication, idempotency
 * keys, holds and proxy bidding, from 256 connections that each wait for their answer. The reference is the best
 * of pgbench with 1, 8 and 32 clients, on the same PostgreSQL, with the smallest bid that is one statement.
 *
 * It does not measure what waits until the crowd is gone (search documents, notifications), bids that are refused,
 * the delivery of events to sockets, or several processes of the
 * exchange. The load generator shares the machine with the exchange; pgbench shares it with PostgreSQL alone.
 */
const CONNECTIONS = 256;
const CLIENTS = [1, 8, 32];

const goal: Goal = {
  name: 'hot-auction',
  ratio: 'durable bids/s on one auction over HTTP ÷ best pgbench of the smallest bid in one statement',
  target: 3,
  better: 'higher',
};

export const hotAuction: Bench = {
  name: 'hot-auction',
  about: 'bids on one auction that everybody wants',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 400, auctions: 1 }, run.progress, async (exchange) => {
      const load = startLoad(exchange);
      const pgbench = await preparePgbench(exchange.database, { auctions: 1 });
      const seconds = run.quick ? 1 : 3;
      const results: LoadResult[] = [];
      try {
        const pairs = await measurePairs(run, 'Bids on one auction', {
          async ours() {
            const auctions = { from: 0, count: 1 };
            const result = await load.run({ connections: CONNECTIONS, seconds, auctions });
            results.push(result);
            // What follows from the bids must not take the reference's time.
            await exchange.settled();
            return acceptedPerSecond(result);
          },
          async reference() {
            let best = 0;
            for (const clients of CLIENTS) {
              best = Math.max(
                best,
                (await pgbench.run({ clients, seconds: Math.ceil(seconds / 2) })).perSecond,
              );
            }
            return best;
          },
        });
        return [toRow(goal, pairs, loadNotes(results))];
      } finally {
        load.stop();
        await pgbench.close();
      }
    }),
};
