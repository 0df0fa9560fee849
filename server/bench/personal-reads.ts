import type { Read } from './measure.ts';
import { each, LIMIT, one, ROWS } from './read-of.ts';
import type { Person, Subjects } from './subjects.ts';

/** What somebody reads of their own, and of themselves. */
export function personalReads({ id, handle }: Person, { sets }: Subjects): Read[] {
  return [
    ...one('profile', `/users/${handle}`, (sql) => sql`select * from users.users where handle = ${handle}`),
    ...one('wallet', '/wallet', (sql) => sql`select * from vault.accounts where id = ${id}`),
    ...one(
      'wallet entries',
      `/wallet/entries?limit=${LIMIT}`,
      (sql) => sql`
        select p.*, t.kind, t.at from vault.postings p join vault.transactions t on t.id = p.transaction_id
        where p.account_id = ${id} and p.asset = 'USDC' order by p.transaction_id desc limit ${ROWS}`,
    ),
    ...one(
      'notifications',
      `/notifications?limit=${LIMIT}`,
      (sql) => sql`
        select * from notifications.notifications where account_id = ${id} order by id desc limit ${ROWS}`,
    ),
    ...one(
      'trade offers',
      `/trade-offers?limit=${LIMIT}`,
      (sql) => sql`
        select * from trades.offers where from_id = ${id} or to_id = ${id} order by id desc limit ${ROWS}`,
    ),
    ...one(
      'sent offers',
      `/offers/sent?limit=${LIMIT}`,
      (sql) => sql`select * from market.offers where buyer_id = ${id} order by id desc limit ${ROWS}`,
    ),
    ...one(
      'received offers',
      `/offers/received?limit=${LIMIT}`,
      (sql) => sql`
        select o.* from market.offers o where o.state = 'open' and o.buyer_id <> ${id} and (o.owner_id = ${id}
          or o.target in (select 'card ' || card_id from vault.copies where owner_id = ${id}))
        order by -o.amount, o.id limit ${ROWS}`,
    ),
    ...one(
      'portfolio',
      `/portfolio?limit=${LIMIT}`,
      (sql) => sql`
        select l.*, c.value from portfolio.lots l join portfolio.cards c on c.card_id = l.card_id
        where l.owner_id = ${id} and l.held_to is null order by c.value desc nulls last, l.copy_id desc limit ${ROWS}`,
    ),
    ...one(
      'portfolio history',
      '/portfolio/history?range=1y',
      (sql) => sql`
        select * from portfolio.account_days where account_id = ${id} and day > now() - interval '1 year' order by day`,
    ),
    ...one(
      'realised gains',
      `/portfolio/gains?limit=${LIMIT}`,
      (sql) => sql`
        select * from portfolio.lots where owner_id = ${id} and proceeds is not null
        order by held_to desc, copy_id desc, epoch desc limit ${ROWS}`,
    ),
    ...each(
      'completion of a set',
      sets,
      (set) => `/sets/${set.id}/completion?limit=${LIMIT}`,
      (sql, set) => sql`
        select c.id, (select count(*) from vault.copies v where v.owner_id = ${id} and v.card_id = c.id)
        from nfts.cards c where c.set_id = ${set.id} order by c.number limit ${ROWS}`,
    ),
    ...one(
      'completions',
      `/completions?handle=${handle}&limit=${LIMIT}`,
      (sql) => sql`
        select c.set_id, count(distinct c.card_id) from portfolio.lots l join portfolio.cards c on c.card_id = l.card_id
        where l.owner_id = ${id} and l.held_to is null group by c.set_id order by c.set_id limit ${ROWS}`,
    ),
  ];
}
