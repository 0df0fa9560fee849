import type { Sql } from '@ece/platform/db/database';

/** Ids of each kind that are drawn. */
const MANY = 30;

/** Somebody whose own reads are measured. */
export interface Person {
  id: string;
  handle: string;
  role: 'collector' | 'admin';
}

/** What the reads are about: real ids of the data. The same data gives the same ids. */
export interface Subjects {
  sets: { id: string; code: string }[];
  /** The first one is the one with the most sales. */
  cards: { id: string; name: string; setId: string }[];
  /** The first one is the one with the most moves. */
  copies: string[];
  /** The first one is the one with the most bids. */
  auctions: string[];
  listings: string[];
  offers: string[];
  /** Who holds the most copies, and who holds as many as the median. */
  most: Person | undefined;
  typical: Person | undefined;
  admin: Person | undefined;
}

const ids = (rows: { id: string }[]) => rows.map((row) => row.id);

/** Draws the subjects. By a hash of the id, so that they lie everywhere in the tables. */
export async function drawSubjects(sql: Sql): Promise<Subjects> {
  const holders = await sql<Person[]>`
    select u.id, u.handle, 'collector' as role from (
      select owner_id, count(*) as n from vault.copies group by owner_id
    ) c join users.users u on u.id = c.owner_id order by c.n desc, u.id`;
  const [admin] = await sql<Person[]>`
    select id, handle, role from users.users where role = 'admin' and state = 'active' order by id limit 1`;
  return {
    sets: await sql<Subjects['sets']>`select id, code from nfts.sets order by md5(id::text) limit ${MANY}`,
    cards: await sql<Subjects['cards']>`
      (select c.id, c.name, c.set_id as "setId" from nfts.cards c
        join (select card_id, count(*) as n from vault.sales group by card_id order by n desc limit 1) s
          on s.card_id = c.id)
      union all
      (select id, name, set_id from nfts.cards order by md5(id::text) limit ${MANY})`,
    copies: ids(
      await sql<{ id: string }[]>`
        (select id from vault.copies order by epoch desc limit 1)
        union all (select id from vault.copies order by md5(id::text) limit ${MANY})`,
    ),
    auctions: ids(
      await sql<{ id: string }[]>`
        (select id from auctions.auctions order by bid_count desc limit 1)
        union all (select id from auctions.auctions order by md5(id::text) limit ${MANY})`,
    ),
    listings: ids(
      await sql<{ id: string }[]>`
        select id from market.listings where state = 'open' order by md5(id::text) limit ${MANY}`,
    ),
    offers: ids(
      await sql<{ id: string }[]>`
        select id from market.offers where state = 'open' order by md5(id::text) limit ${MANY}`,
    ),
    most: holders[0],
    typical: holders[Math.floor(holders.length / 2)],
    admin,
  };
}
