import { type Fault, NOBODY, one } from './fault.ts';

/** Damage to what is derived from sales, copies and listings. */
export const derivedFaults: Fault[] = [
  {
    name: 'a sale is missing in its hour',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`update marketdata.buckets set sales = sales - 1, volume = volume - low
        where subject = ${cardId} and width = 'hour' returning subject`),
  },
  {
    name: 'an hour of a card is lost',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`delete from marketdata.buckets where subject = ${cardId} and width = 'hour' returning subject`),
  },
  {
    name: 'an hour is made up',
    invariant: 'I10',
    async plant(sql, { cardId }) {
      await sql`insert into marketdata.buckets
        select subject, width, '2001-01-01', open, opened_at, opened_by, high, low, close, closed_at, closed_by,
          volume, sales
        from marketdata.buckets where subject = ${cardId} and width = 'hour' limit 1`;
      return '2001-01-01';
    },
  },
  {
    name: 'an hour of a set counts twice',
    invariant: 'I10',
    plant: (sql, { setId }) =>
      one(sql`update marketdata.buckets set volume = volume * 2
        where subject = ${setId} and width = 'hour' returning subject`),
  },
  {
    name: 'a day closes with another price than its last sale',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`update marketdata.buckets set close = close + 1
        where subject = ${cardId} and width = 'day' returning subject`),
  },
  {
    name: 'an hour of the market is lost',
    invariant: 'I10',
    async plant(sql) {
      const market = '00000000-0000-0000-0000-000000000000';
      await sql`delete from marketdata.buckets where subject = ${market} and width = 'hour'`;
      return market;
    },
  },
  {
    name: 'somebody holds a copy too many',
    invariant: 'I10',
    plant: (sql, { cardId, ben }) =>
      one(sql`update marketdata.holdings set copies = copies + 1
        where subject = ${cardId} and owner_id = ${ben.id} returning owner_id`),
  },
  {
    name: 'somebody who owns nothing is a holder',
    invariant: 'I10',
    async plant(sql, { cardId }) {
      await sql`insert into marketdata.holdings (subject, owner_id, copies) values (${cardId}, ${NOBODY}, 1)`;
      return NOBODY;
    },
  },
  {
    name: 'the supply of a card is wrong',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(
        sql`update marketdata.summaries set supply = supply + 1 where subject = ${cardId} returning subject`,
      ),
  },
  {
    name: 'the holders of a set are wrong',
    invariant: 'I10',
    plant: (sql, { setId }) =>
      one(
        sql`update marketdata.summaries set holders = holders + 1 where subject = ${setId} returning subject`,
      ),
  },
  {
    name: 'the last price of a card is wrong',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`update marketdata.summaries set last_price = last_price + 1
        where subject = ${cardId} returning subject`),
  },
  {
    name: 'a day has a trader too many',
    invariant: 'I10',
    plant: (sql) => one(sql`update marketdata.days set traders = traders + 1 returning day::text`),
  },
  {
    name: 'a card has a floor that nobody asks',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`update marketdata.summaries set floor = floor - 1 where subject = ${cardId} returning subject`),
  },
  {
    name: 'a card had another floor than its listings say',
    invariant: 'I10',
    plant: (sql, { cardId }) =>
      one(sql`insert into marketdata.floors (subject, start, floor)
        values (${cardId}, '2020-01-01T10:00:00Z', 77) returning subject`),
  },
];
