import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Goal, Row, Run } from '../bench.ts';
import { type GrownExchange, type Operation, openGrown, type Statement } from '../support/growth.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * What an exchange costs that has grown: pages of 8 KiB that PostgreSQL touches for a call with 1,000,000 rows in
 * each table that grows, by the same with 1,000. Both are filled by SQL into the tables of the real migrations, and
 * asked through the API; pages are counted by `pg_stat_statements` over all statements that calls cause, with
 * foreign keys and triggers. The plans that were run are kept in the JSON, and in a file that the notes name.
 *
 *   bid     a bid on one of the open auctions, drawn from all of them
 *   list    first pages: newest listings, cheapest listings, auctions that end soonest, in turn
 *   set     the cards of a set
 *   card    the cheapest listings of a card, of ten that are asked for again and again
 *   close   a look for auctions whose end has come, which is made five times a second
 *
 * It does not measure time, nor whether pages were in memory. What the process keeps in memory (facts of cards and
 * copies, handles) it need not ask for: the first calls, in which it learns them, do not count.
 */
const MANY = 1_000_000;
const FEW = 1_000;
const CALLS = 20;

const goal = (name: string, what: string): Goal => ({
  name: `growth: ${name}`,
  ratio: `pages touched with ${MANY.toLocaleString('en')} rows ÷ with ${FEW.toLocaleString('en')}: ${what}`,
  target: 1.2,
  better: 'lower',
});
const operations: [Operation, Goal][] = [
  ['bid', goal('bid', 'a bid')],
  ['list', goal('list', 'listings and auctions')],
  ['set', goal('set', 'the cards of a set')],
  ['card', goal('card', 'the listings of a card')],
  ['close', goal('close', 'the look for auctions that are over')],
];

export const growth: Bench = {
  name: 'growth',
  about: 'what calls touch in large tables and in small ones',
  goals: operations.map(([, each]) => each),
  async run(run) {
    const few = await openGrown(FEW, run.progress);
    try {
      const many = await openGrown(run.quick ? 20 * FEW : MANY, run.progress);
      try {
        return await measureAll(run, many, few);
      } finally {
        await many.stop();
      }
    } finally {
      await few.stop();
    }
  },
};

async function measureAll(run: Run, many: GrownExchange, few: GrownExchange): Promise<Row[]> {
  const rows: Row[] = [];
  const file = join(tmpdir(), 'ece-bench-growth-plans.json');
  for (const [operation, each] of operations) {
    const last = new Map<GrownExchange, Statement[]>();
    const touched = (exchange: GrownExchange) => async () => {
      const statements = await exchange.measure(operation, CALLS);
      last.set(exchange, statements);
      return statements.reduce((sum, { buffers }) => sum + buffers, 0);
    };
    const pairs = await measurePairs(run, each.name, { ours: touched(many), reference: touched(few) });
    rows.push({
      ...toRow(each, pairs, [
        'pages by call; the statements that touch the most, with many rows and with few:',
        ...compare(last.get(many)!, last.get(few)!),
      ]),
      plans: { many: await many.plans(operation), few: await few.plans(operation) },
    });
    writeFileSync(
      file,
      JSON.stringify(
        rows.map(({ name, plans }) => ({ name, plans })),
        null,
        2,
      ),
    );
  }
  rows.at(-1)!.notes!.push(`the plans are in ${file}`);
  return rows;
}

const SHOWN = 4;

function compare(many: Statement[], few: Statement[]): string[] {
  const fewBy = new Map(few.map((each) => [each.query, each.buffers]));
  return many.slice(0, SHOWN).map(({ query, buffers }) => {
    const pages = `${buffers.toFixed(1)} and ${(fewBy.get(query) ?? 0).toFixed(1)}`;
    return `${pages}: ${query.slice(0, 90)}${query.length > 90 ? ' …' : ''}`;
  });
}
