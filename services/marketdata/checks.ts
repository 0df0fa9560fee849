import type { Sql } from '@ece/platform/db/database';
import {
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  type Relation,
  sqlCheck,
} from '@ece/platform/invariants';
import { unreadBy } from '@ece/platform/outbox/reader';
import { CHAIN, copiesByOwner, salesAmong, tradersByDay } from '@ece/vault';
import type { MarketdataContext } from './api.ts';
import { days, hoursOfCards, hoursOfMarket, hoursOfSets } from './buckets.ts';
import { allFloors, type FloorRow, floorRows } from './floors.ts';
import { CONSUMER } from './marks.ts';

/** Cards of one question to the market. */
const STEP = 1000;

/**
 * What is derived must be what it is derived from. Cards that are marked, or that unread events concern, are
 * left out: a snapshot shows a sale, its event and what was made of them at one moment.
 */
export function marketdataChecks({ market }: Pick<MarketdataContext, 'market'>): InvariantCheck[] {
  return [
    sqlCheck('I10', 'hours and days of the market data are what the sales come to', (sql) => ({
      count: sql`select count(*) as n from marketdata.buckets`,
      findings: [
        differences(sql, 'card', bucketsOf(sql, 'hour', 'card'), placed(sql, hoursOfCards(sql))),
        differences(sql, 'set', bucketsOf(sql, 'hour', 'set'), placed(sql, hoursOfSets(sql))),
        differences(sql, 'market', bucketsOf(sql, 'hour', 'market'), placed(sql, hoursOfMarket(sql))),
        differences(sql, 'subject', bucketsOf(sql, 'day'), placed(sql, days(sql))),
      ],
    })),
    sqlCheck('I10', 'holders and supply of the market data are those of the vault', (sql) => ({
      count: sql`select count(*) as n from marketdata.holdings`,
      findings: [
        differences(sql, 'card', holdings(sql), owned(sql)),
        differences(sql, 'card', supplies(sql), copies(sql)),
        differences(sql, 'set', partsOf(sql, 'set'), sums(sql)),
      ],
    })),
    sqlCheck('I10', 'totals of the market data are those of its days', (sql) => ({
      count: sql`select count(*) as n from marketdata.summaries`,
      findings: [differences(sql, 'subject', totals(sql), totalsOfDays(sql))],
    })),
    sqlCheck('I10', 'traders of each day of the market data are those of its sales', (sql) => ({
      count: sql`select count(*) as n from marketdata.days`,
      findings: [
        sql`
          select 'day ' || coalesce(d.day, t.day) as subject, 'has other traders than its sales' as problem,
            coalesce(d.traders::text, 'none') || ' instead of ' || coalesce(t.traders::text, 'none') as detail
          from marketdata.days d
          full join (select day, count(*) as traders from (${tradersByDay(sql)}) t group by day) t using (day)
          where d.traders is distinct from t.traders and not exists (${pending(sql)})`,
      ],
    })),
    {
      invariant: 'I10',
      title: 'floors and listings of the market data are those of the market',
      acrossSystems: true,
      run: async (snapshot) => {
        const rows = await snapshot(
          (sql) => sql<{ id: string; floor: bigint | null; listed: bigint }[]>`
            select subject as id, floor, listed from marketdata.summaries
            where kind = 'card' and subject not in (${pending(sql)})`,
        );
        const findings: Finding[] = [];
        for (let from = 0; from < rows.length; from += STEP) {
          const step = rows.slice(from, from + STEP);
          const listings = await market.cardListings(step.map((row) => row.id));
          const listingsOf = new Map(listings.map((each) => [each.cardId, each]));
          for (const row of step) {
            const { lowest = null, listings: listed = 0 } = listingsOf.get(row.id) ?? {};
            if (row.floor === lowest && Number(row.listed) === listed) continue;
            findings.push({
              subject: `card ${row.id}`,
              problem: 'has another floor or number of listings than the market says',
              detail: `${row.floor} of ${row.listed} instead of ${lowest} of ${listed}`,
            });
          }
        }
        return { checked: rows.length, findings: findings.slice(0, MOST_FINDINGS), total: findings.length };
      },
    },
    {
      invariant: 'I10',
      title: 'floors over time of the market data are those of the listings',
      acrossSystems: true,
      run: async (snapshot) => {
        const ids = (
          await snapshot(
            (sql) => sql<{ id: string }[]>`
              select subject as id from marketdata.summaries
              where kind = 'card' and subject not in (${pending(sql)}) order by subject`,
          )
        ).map(({ id }) => id);
        const findings: Finding[] = [];
        let checked = 0;
        for (let from = 0; from < ids.length; from += STEP) {
          const step = ids.slice(from, from + STEP);
          const kept = await snapshot((sql) => allFloors(sql, step));
          const spans = await market.priceSpans(step, null);
          checked += kept.length;
          findings.push(...floorFindings(kept, floorRows(step, spans, null)));
        }
        return { checked, findings: findings.slice(0, MOST_FINDINGS), total: findings.length };
      },
    },
  ];
}

/** Hours of which another floor is kept than the listings say. */
function floorFindings(kept: FloorRow[], expected: FloorRow[]): Finding[] {
  const place = ({ subject, start }: FloorRow) => `${subject} ${start.toISOString()}`;
  const say = (row: FloorRow | undefined) => (row ? `${row.floor}` : 'nothing');
  const keptAt = new Map(kept.map((row) => [place(row), row]));
  const expectedAt = new Map(expected.map((row) => [place(row), row]));
  return [...new Map([...keptAt, ...expectedAt])].flatMap(([key, { subject, start }]) => {
    const [is, should] = [keptAt.get(key), expectedAt.get(key)];
    if (is && should && is.floor === should.floor) return [];
    return [
      {
        subject: `card ${subject}`,
        problem: 'has another floor over time than its listings',
        detail: `${start.toISOString()} is ${say(is)} instead of ${say(should)}`,
      },
    ];
  });
}

/** Cards whose figures are about to be computed again. */
const pending = (sql: Sql): Relation => sql`
  select id as subject from marketdata.marks where kind = 'card'
  union all
  select substr(topic, 6)::uuid from (${unreadBy(sql, CONSUMER)}) e where topic like 'card:%'
  union all
  select card_id from (${salesAmong(sql, sql`select id from marketdata.marks where kind = 'sale'`)}) s`;

/**
 * Rows that differ from what they should be. Both relations have `subject`, `place` and `value`, which is null
 * or absent for nothing.
 */
const differences = (sql: Sql, kind: string, actual: Relation, expected: Relation): Relation => sql`
  select ${kind}::text || ' ' || subject as subject, 'differs from what it is derived from' as problem,
    place || ' is ' || coalesce(a.value, 'nothing') || ' instead of ' || coalesce(e.value, 'nothing') as detail
  from (${actual}) a full join (${expected}) e using (subject, place)
  where a.value is distinct from e.value and subject not in (${pending(sql)})`;

const value = (sql: Sql) => sql`
  concat_ws(' ', open, opened_at, opened_by, high, low, close, closed_at, closed_by, volume, sales) as value`;

const placed = (sql: Sql, rows: Relation): Relation => sql`
  select subject, start::text as place, ${value(sql)} from (${rows}) r`;

const bucketsOf = (sql: Sql, width: 'hour' | 'day', kind?: 'card' | 'set' | 'market'): Relation => sql`
  select b.subject, b.start::text as place, ${value(sql)} from marketdata.buckets b
  where b.width = ${width}
    ${kind ? sql`and b.subject in (select subject from marketdata.summaries where kind = ${kind})` : sql``}`;

const holdings = (sql: Sql): Relation => sql`
  select h.subject, h.owner_id::text as place, h.copies::text as value
  from marketdata.holdings h join marketdata.summaries s on s.subject = h.subject and s.kind = 'card'`;

const owned = (sql: Sql): Relation => sql`
  select card_id as subject, owner_id::text as place, copies::text as value
  from (${copiesByOwner(sql)}) c where owner_id <> ${CHAIN}`;

const supplies = (sql: Sql): Relation => sql`
  select subject, 'supply' as place, concat_ws(' ', supply, outside, holders) as value
  from marketdata.summaries where kind = 'card'`;

const copies = (sql: Sql): Relation => sql`
  select card_id as subject, 'supply' as place,
    concat_ws(' ', sum(copies), coalesce(sum(copies) filter (where owner_id = ${CHAIN}), 0),
      count(*) filter (where owner_id <> ${CHAIN})) as value
  from (${copiesByOwner(sql)}) c group by card_id`;

/** What sets come to, as it is kept. */
const partsOf = (sql: Sql, kind: 'set'): Relation => sql`
  select subject, 'parts' as place, concat_ws(' ', supply, outside, listed, floor, holders) as value
  from marketdata.summaries where kind = ${kind}`;

/** What sets come to by their cards, and by those who own copies of them. */
const sums = (sql: Sql): Relation => sql`
  select c.set_id as subject, 'parts' as place,
    concat_ws(' ', sum(c.supply), sum(c.outside), sum(c.listed), min(c.floor), (
      select count(distinct h.owner_id) from marketdata.holdings h
      join marketdata.summaries m on m.subject = h.subject and m.set_id = c.set_id)) as value
  from marketdata.summaries c where c.kind = 'card' group by c.set_id`;

const totals = (sql: Sql): Relation => sql`
  select subject, 'totals' as place,
    concat_ws(' ', sales, volume, first_price, last_price, last_at, last_sale) as value
  from marketdata.summaries`;

const totalsOfDays = (sql: Sql): Relation => sql`
  select s.subject, 'totals' as place,
    concat_ws(' ', coalesce(sum(b.sales), 0), coalesce(sum(b.volume), 0),
      (array_agg(b.open order by b.start))[1], (array_agg(b.close order by b.start desc nulls last))[1],
      max(b.closed_at), (array_agg(b.closed_by order by b.start desc nulls last))[1]) as value
  from marketdata.summaries s left join marketdata.buckets b on b.subject = s.subject and b.width = 'day'
  group by s.subject`;
