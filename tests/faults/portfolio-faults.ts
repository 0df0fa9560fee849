import { type Fault, NOBODY, one } from './fault.ts';

/** Damage to what is derived of the vault for portfolios. */
export const portfolioFaults: Fault[] = [
  {
    name: 'a lot is lost',
    invariant: 'I4',
    async plant(sql, { boughtCopy }) {
      await sql`delete from portfolio.lots where copy_id = ${boughtCopy} and epoch = 0`;
      return boughtCopy;
    },
  },
  {
    name: 'a lot is somebody else’s',
    invariant: 'I4',
    async plant(sql, { soldCopy }) {
      await sql`update portfolio.lots set owner_id = ${NOBODY} where copy_id = ${soldCopy} and held_to is null`;
      return soldCopy;
    },
  },
  {
    name: 'a sold copy still counts as held',
    invariant: 'I4',
    async plant(sql, { acceptedCopy }) {
      await sql`drop index portfolio.lots_one_open`;
      await sql`update portfolio.lots set held_to = null, ended_by = null where copy_id = ${acceptedCopy} and epoch = 0`;
      return acceptedCopy;
    },
  },
  {
    name: 'a copy is said to have cost more than was paid',
    invariant: 'I4',
    plant: (sql, { boughtCopy }) =>
      one(sql`update portfolio.lots set cost = cost + 1 where copy_id = ${boughtCopy} and acquired_by = 'sale'
        returning copy_id`),
  },
  {
    name: 'a gain forgets the fee',
    invariant: 'I4',
    plant: (sql, { boughtCopy }) =>
      one(sql`update portfolio.lots set proceeds = proceeds + 1, realised = realised + 1
        where copy_id = ${boughtCopy} and ended_by = 'sale' returning copy_id`),
  },
  {
    name: 'a gain is lost',
    invariant: 'I4',
    plant: (sql, { boughtCopy }) =>
      one(sql`update portfolio.lots set realised = null where copy_id = ${boughtCopy} and ended_by = 'sale'
        returning copy_id`),
  },
  {
    name: 'a closed day says another value than its copies had',
    invariant: 'I4',
    async plant(sql, { ben }) {
      await sql`update portfolio.books set closed_day = current_date, replay = false`;
      await sql`
        insert into portfolio.account_days (account_id, day, value, cost, copies)
        select owner_id, current_date, 1, coalesce(sum(cost), 0), count(*) from portfolio.lots
        where held_to is null group by owner_id`;
      return ben.id;
    },
  },
];
