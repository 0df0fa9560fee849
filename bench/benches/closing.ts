import type { ConnectionParts } from '@ece/platform/db/database';
import { type Database, openDatabase } from '@ece/platform/db/database';
import type { Bench, Goal, Run } from '../bench.ts';
import { type BenchExchange, withExchange } from '../support/exchange.ts';
import { measurePairs, quantile, toRow } from '../support/measure.ts';

/*
 * How long it takes until ten thousand auctions that end in the same millisecond are settled: each with a winner
 * whose hold pays, a copy that moves, fee and royalty, the ledger's postings, and events for everybody concerned.
 * The exchange does it by its own job; counted is the time from the end to the last close, which includes that the
 * job must notice. The reference is one statement that writes the same rows into tables of the same shape with the
 * same indexes, and asks no rule, no gate and nobody's handle.
 *
 * It does not measure several processes that share the work, bids that come meanwhile, or what follows from the
 * events: each time begins when all that followed from the time before is done.
 */
const AUCTIONS = 10_000;
const FEW = 500;
const PATIENCE_MS = 300_000;
const LOOK_MS = 50;
/** Milliseconds from the last preparation to the end of the auctions. */
const AHEAD_MS = 1_000;

const goals: [Goal, Goal] = [
  {
    name: 'closing',
    ratio: 'time to settle auctions that end together ÷ one statement that writes the same rows',
    target: 2,
    better: 'lower',
  },
  {
    name: 'closing: double settlements',
    ratio: 'auctions that were settled twice, or not at all',
    target: 0,
    better: 'lower',
  },
];

export const closing: Bench = {
  name: 'closing',
  about: 'thousands of auctions that end in the same moment',
  goals,
  async run(run) {
    const count = run.quick ? FEW : AUCTIONS;
    // One batch for each pair, and one to warm up.
    const filling = { people: 50, auctions: count * (run.pairs + 1), withBids: true };
    return await withExchange(filling, run.progress, (exchange) => measure(run, exchange, count));
  },
};

async function measure(run: Run, { auctions, database, settled }: BenchExchange, count: number) {
  const db = openDatabase(database as ConnectionParts, {
    max: 2,
    name: 'bench closing',
    statementTimeoutMs: 300_000,
  });
  const left = [...auctions];
  let batch: string[] = [];
  let prepared = false;
  const late: number[] = [];
  let wrong = 0;
  /** Both sides of a pair have the same auctions; whoever is first leaves them as they are for the other. */
  const next = async () => {
    if (!prepared) {
      batch = left.splice(0, count);
      await copyTables(db, batch);
    }
    prepared = !prepared;
  };
  try {
    await makeTables(db);
    const pairs = await measurePairs(run, `Closing ${count.toLocaleString('en')} auctions`, {
      async ours() {
        await next();
        await settled();
        const delays = await closeAll(db, batch);
        late.push(...delays);
        wrong += await settledWrongly(db, batch);
        return quantile(delays, 1) / 1000;
      },
      async reference() {
        await next();
        const began = performance.now();
        const [row] = await db.unsafe<{ n: number }[]>(STATEMENT);
        if (row!.n !== batch.length) throw new Error(`the reference settled ${row!.n} auctions`);
        return (performance.now() - began) / 1000;
      },
    });
    const ms = (share: number) => `${Math.round(quantile(late, share)).toLocaleString('en')} ms`;
    const notes = [
      `seconds for ${count.toLocaleString('en')} auctions; lateness of one: median ${ms(0.5)}, p99 ${ms(0.99)}, at most ${ms(1)}`,
    ];
    const [time, twice] = goals;
    return [toRow(time, pairs, notes), { ...toRow(twice, [{ ours: wrong, reference: 1 }]), ratio: wrong }];
  } finally {
    await db.unsafe('drop schema if exists bench_closing cascade');
    await db.end();
  }
}

/** Lets auctions end at one moment and waits until all are closed. Gives how late each was, in milliseconds. */
async function closeAll(db: Database, ids: string[]): Promise<number[]> {
  const [end] = await db<{ at: Date }[]>`
    with moved as (
      update auctions.auctions set ends_at = n.at, first_ends_at = n.at
      from (select date_trunc('milliseconds', clock_timestamp()) + ${AHEAD_MS} * interval '1 ms' as at) n
      where id = any(${ids}::uuid[]) returning id, n.at
    ), told as (
      update auctions.bids b set ends_at = m.at from moved m where b.auction_id = m.id
    )
    select at from moved limit 1`;
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const [open] = await db<{ id: string }[]>`
      select id from auctions.auctions where state = 'open' and ends_at <= ${end!.at} limit 1`;
    if (!open) break;
    if (performance.now() > deadline) throw new Error(`the auction ${open.id} was not closed`);
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  const rows = await db<{ late: number }[]>`
    select extract(epoch from closed_at - ends_at)::float8 * 1000 as late from auctions.auctions
    where id = any(${ids}::uuid[])`;
  return rows.map(({ late }) => late);
}

/** How many of the auctions have not exactly one sale and one event that tells of it. */
async function settledWrongly(db: Database, ids: string[]): Promise<number> {
  const [row] = await db<{ n: number }[]>`
    select count(*)::int as n from unnest(${ids}::uuid[]) a(id)
    where (select count(*) from vault.sales s join vault.transactions t on t.id = s.transaction_id
        where t.reference = a.id) <> 1
      or (select count(*) from platform.events e where e.topic = 'auction:' || a.id and e.type = 'auction.sold') <> 1`;
  return row!.n;
}

/** What the statement writes to, and where the rows that it begins with come from. */
const TABLES: Record<string, string> = {
  auctions: 'auctions.auctions',
  copies: 'vault.copies',
  accounts: 'vault.accounts',
  holds: 'vault.holds',
  transactions: 'vault.transactions',
  postings: 'vault.postings',
  moves: 'vault.moves',
  sales: 'vault.sales',
  topics: 'platform.topics',
  events: 'platform.events',
};

async function makeTables(db: Database): Promise<void> {
  await db.unsafe(`
    drop schema if exists bench_closing cascade;
    create schema bench_closing;
    ${Object.entries(TABLES)
      .map(([name, like]) => `create table bench_closing.${name} (like ${like} including all);`)
      .join('\n')}`);
}

/** Gives the reference the rows of a batch. */
async function copyTables(db: Database, ids: string[]): Promise<void> {
  await db.unsafe(
    `truncate ${Object.keys(TABLES)
      .map((name) => `bench_closing.${name}`)
      .join(', ')}`,
  );
  await db`insert into bench_closing.auctions select * from auctions.auctions where id = any(${ids}::uuid[])`;
  await db`update bench_closing.auctions set ends_at = clock_timestamp(), first_ends_at = clock_timestamp()`;
  await db`insert into bench_closing.copies select * from vault.copies where commitment_id = any(${ids}::uuid[])`;
  await db`insert into bench_closing.accounts select * from vault.accounts`;
  await db`insert into bench_closing.holds select * from vault.holds where reference = any(${ids}::uuid[])`;
  await db`analyze`;
}

const FEES = '00000000-0000-7000-8000-000000000001';

/** Settles every auction whose end has come, in one statement. */
const STATEMENT = `
with due as (
  update bench_closing.auctions set state = 'sold', sold_by = 'close', closed_at = clock_timestamp()
  where state = 'open' and ends_at <= clock_timestamp()
  returning id, seller_id, leader_id, price, price * fee_basis_points / 10000 as fee, uuidv7() as tx
), lots as (
  select d.*, c.id as copy_id, c.card_id, c.epoch from due d join bench_closing.copies c on c.commitment_id = d.id
), opened as (
  insert into bench_closing.transactions (id, kind, reference) select tx, 'sale', id from due
), released as (
  delete from bench_closing.holds h using due d where h.kind = 'auction' and h.reference = d.id
  returning h.account_id, h.amount
), moved as (
  update bench_closing.copies c
  set owner_id = l.leader_id, epoch = c.epoch + 1, commitment_kind = null, commitment_id = null
  from lots l where c.id = l.copy_id
), gone as (
  insert into bench_closing.moves (copy_id, epoch, from_id, to_id, transaction_id)
  select copy_id, epoch + 1, seller_id, leader_id, tx from lots
), sold as (
  insert into bench_closing.sales
    (id, transaction_id, copy_id, card_id, epoch, seller_id, buyer_id, price, fee, royalty, venue, reference)
  select uuidv7(), tx, copy_id, card_id, epoch + 1, seller_id, leader_id, price, fee, 0, 'auction', id from lots
), parts as (
  select d.tx, p.account, p.amount from due d
  cross join lateral (values (d.leader_id, -d.price), (d.seller_id, d.price - d.fee), ('${FEES}'::uuid, d.fee))
    as p(account, amount)
), posted as (
  insert into bench_closing.postings (transaction_id, account_id, amount, balance) select tx, account, amount, 0 from parts
), changes as (
  select account, sum(available) as available, sum(held) as held from (
    select account, amount as available, 0 as held from parts
    union all select account_id, amount, -amount from released
  ) c group by account
), paid as (
  update bench_closing.accounts a set available = a.available + c.available, held = a.held + c.held
  from changes c where a.id = c.account
), told as (
  select t.topic, t.type, t.data, row_number() over (partition by t.topic) as sequence from lots l
  cross join lateral (values
    ('auction:' || l.id, 'auction.sold', jsonb_build_object('auctionId', l.id, 'price', l.price)),
    ('card:' || l.card_id, 'sale.completed', jsonb_build_object('copyId', l.copy_id, 'cardId', l.card_id, 'price', l.price)),
    ('user:' || l.leader_id, 'auction.won', jsonb_build_object('auctionId', l.id, 'price', l.price)),
    ('user:' || l.seller_id, 'auction.ended', jsonb_build_object('auctionId', l.id, 'sold', true, 'price', l.price))
  ) as t(topic, type, data)
), numbered as (
  insert into bench_closing.topics (topic, sequence) select topic, max(sequence) from told group by topic
), written as (
  insert into bench_closing.events (topic, sequence, type, data) select topic, sequence, type, data from told
)
select count(*)::int as n from due`;
