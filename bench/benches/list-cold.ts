import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@ece/platform/db/database';
import { parentOf } from '@ece/platform/telemetry/process-cpu';
import type { Bench, Goal, Row, Run } from '../bench.ts';
import { type BenchExchange, withExchange } from '../support/exchange.ts';
import { getMany } from '../support/get-load.ts';
import { costOf, measurePairs, toRow } from '../support/measure.ts';

/*
 * What a list costs that is made anew for each call, as it is for everybody who is signed in: fifty copies of a card,
 * and the fifty auctions that end soonest, over HTTP from 16 connections. The figure is CPU of a request, of the
 * exchange with its PostgreSQL, its chain and its jobs. The reference is a process of node:http that reads the same
 * page in one statement, by the same driver from the same PostgreSQL, and sends the same answer; that it is the same
 * is looked at first. What the exchange does without a call is in its figure, the more of it the slower the machine.
 *
 * It does not measure pages further down, which cost the same, nor the search.
 */
const CONNECTIONS = 16;
/** Milliseconds without a call. */
const IDLE_MS = 10_000;

const goals: [Goal, Goal] = [
  {
    name: 'list-cold',
    ratio: 'CPU of a list of copies made anew ÷ a minimal handler with one query and the same bytes',
    target: 1.3,
    better: 'lower',
  },
  {
    name: 'list-cold: auctions',
    ratio: 'the same of open auctions, with what I have bid in each',
    target: 1.3,
    better: 'lower',
  },
];

export const listCold: Bench = {
  name: 'list-cold',
  about: 'lists that are made anew for each call',
  goals,
  run: (run) =>
    withExchange({ people: 50, auctions: 1000, withBids: true }, run.progress, (exchange) =>
      measure(run, exchange),
    ),
};

async function measure(run: Run, exchange: BenchExchange): Promise<Row[]> {
  const { url, port, pid, tokens, people, database } = exchange;
  const headers = { authorization: `Bearer ${tokens[0]}` };
  const cards = (await (await fetch(`${url}/api/v1/cards`)).json()) as { items: { id: string }[] };
  const cardId = cards.items[0]!.id;
  const spec = { database, cardId, viewerId: people[0], publicUrl: await publicUrlOf(url) };
  const file = fileURLToPath(new URL('../support/cold-server-process.ts', import.meta.url));
  const bare = fork(file, [JSON.stringify(spec)]);
  try {
    const [{ port: barePort }] = (await once(bare, 'message')) as [{ port: number }];
    const roots = [bare.pid!, await postmasterOf(exchange)];
    const rows: Row[] = [];
    run.progress.step('Letting it come to rest');
    await exchange.settled();
    run.progress.step('Looking what it uses without a call');
    const idle = await costOf([pid], () => new Promise((done) => setTimeout(done, IDLE_MS)));
    const idleText = `without a call the exchange uses ${((100 * idle.cpu) / idle.seconds).toFixed(1)} % of a core`;
    for (const [index, [path, barePath]] of (
      [
        [`/api/v1/copies?limit=50&cardId=${cardId}`, '/copies'],
        ['/api/v1/auctions?state=open&limit=50', '/auctions'],
      ] as const
    ).entries()) {
      const ours = { port, path, headers };
      const reference = { port: barePort, path: barePath };
      const bytes = await expectSame(ours, reference);
      const requests = run.quick ? 300 : 3000;
      const side = (of: readonly number[], at: Address) => async () => {
        const { cpu, value } = await costOf(of, () => getMany(at, { connections: CONNECTIONS, requests }));
        if (value.answers[200] !== requests) throw new Error(`answers: ${JSON.stringify(value.answers)}`);
        return (cpu / requests) * 1e6;
      };
      const goal = goals[index]!;
      const pairs = await measurePairs(run, goal.name, {
        ours: side([pid], ours),
        reference: side(roots, reference),
      });
      const size = bytes.toLocaleString('en');
      rows.push(toRow(goal, pairs, [`microseconds of CPU for a request; ${size} bytes`, idleText]));
    }
    return rows;
  } finally {
    bare.kill();
  }
}

/** Where the exchange says that it is: what addresses of pictures begin with. */
async function publicUrlOf(url: string): Promise<string> {
  const page = (await (await fetch(`${url}/api/v1/auctions?state=open&limit=1`)).json()) as {
    items: { lot: { artworkUrl: string }[] }[];
  };
  return page.items[0]!.lot[0]!.artworkUrl.replace(/\/content\/.*$/, '');
}

/** PostgreSQL's first process, of which all its others are children. */
async function postmasterOf({ database }: BenchExchange): Promise<number> {
  const db = openDatabase(database, { max: 1, name: 'bench' });
  try {
    const [row] = await db<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return parentOf(row!.pid);
  } finally {
    await db.end();
  }
}

interface Address {
  port: number;
  path: string;
  headers?: Record<string, string>;
}

/** Asks both sides once; gives the length of the answer, which must be the same but for the time of the answer. */
async function expectSame(ours: Address, reference: Address): Promise<number> {
  const [a, b] = await Promise.all(
    [ours, reference].map(async ({ port, path, headers = {} }) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      return (await answer.text()).replaceAll(/"serverTime":"[^"]*"/g, '');
    }),
  );
  if (a !== b)
    throw new Error(`the reference answers something else:\n${a!.slice(0, 900)}\n${b!.slice(0, 900)}`);
  return Buffer.byteLength(a!);
}
