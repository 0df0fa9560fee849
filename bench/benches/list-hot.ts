import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Bench, Goal } from '../bench.ts';
import { withExchange } from '../support/exchange.ts';
import { getMany } from '../support/get-load.ts';
import { costOf, measurePairs, toRow } from '../support/measure.ts';

/*
 * What it costs to send a list that many ask for: fifty copies, over HTTP from 32 connections, to people who are
 * not signed in. The figure is CPU of a request, of the exchange with its PostgreSQL, its chain and its jobs, which
 * run all the time: the slower the machine, the more of them is in it. The reference is node:http in a process of
 * its own that sends the same bytes and does nothing else.
 *
 * It does not measure answers to people who are signed in, which are made anew each time (`list-cold`), nor pages
 * that events empty all the time. The page is kept for a second, so one request in some thousands makes it.
 */
const CONNECTIONS = 32;
/** Milliseconds without a call. */
const IDLE_MS = 15_000;
const PATH = '/api/v1/copies?limit=50&cardId=';

const goal: Goal = {
  name: 'list-hot',
  ratio: 'CPU of a request for a kept page ÷ node:http that sends the same bytes',
  target: 1.5,
  better: 'lower',
};

export const listHot: Bench = {
  name: 'list-hot',
  about: 'a list that is kept',
  goals: [goal],
  run: (run) =>
    withExchange({ people: 2, auctions: 60 }, run.progress, async ({ url, port, pid }) => {
      const cards = (await (await fetch(`${url}/api/v1/cards`)).json()) as { items: { id: string }[] };
      const path = PATH + cards.items[0]!.id;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const raw = fork(fileURLToPath(new URL('../support/raw-server-process.ts', import.meta.url)));
      try {
        raw.send({ body: bytes.toString('base64'), type: answer.headers.get('content-type') });
        const [{ port: rawPort }] = (await once(raw, 'message')) as [{ port: number }];
        const requests = run.quick ? 15_000 : 60_000;
        run.progress.step('Looking what it uses without a call');
        const idle = await costOf([pid], () => new Promise((done) => setTimeout(done, IDLE_MS)));
        const side = (root: number, at: { port: number; path: string }) => async () => {
          const { cpu, value } = await costOf([root], () =>
            getMany(at, { connections: CONNECTIONS, requests }),
          );
          if (value.answers[200] !== requests) throw new Error(`answers: ${JSON.stringify(value.answers)}`);
          return (cpu / requests) * 1e6;
        };
        const pairs = await measurePairs(run, 'Sending a list', {
          ours: side(pid, { port, path }),
          reference: side(raw.pid!, { port: rawPort, path: '/' }),
        });
        return [
          toRow(goal, pairs, [
            `microseconds of CPU for each of ${requests.toLocaleString('en')} requests; ${bytes.length.toLocaleString('en')} bytes`,
            `without a call the exchange uses ${((100 * idle.cpu) / idle.seconds).toFixed(1)} % of a core`,
          ]),
        ];
      } finally {
        raw.kill();
      }
    }),
};
