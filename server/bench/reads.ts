import type { Sql } from '@ece/platform/db/database';
import type { Read } from './measure.ts';
import { personalReads } from './personal-reads.ts';
import { each, LIMIT, one, ROWS } from './read-of.ts';
import type { Person, Subjects } from './subjects.ts';

/** Every read of the contract that matters. */
export function allReads(subjects: Subjects, token: (person: Person) => string): Read[] {
  const personal = (['most', 'typical'] as const).flatMap((kind) => {
    const person = subjects[kind];
    if (!person) return [];
    return personalReads(person, subjects).map(
      (read): Read => ({
        ...read,
        name: `${read.name} (${kind})`,
        token: token(person),
      }),
    );
  });
  const { admin } = subjects;
  const staff = admin ? staffReads().map((read): Read => ({ ...read, token: token(admin) })) : [];
  return [
    ...cardReads(subjects),
    ...marketReads(subjects),
    ...searchReads(subjects),
    ...figureReads(subjects),
    ...personal,
    ...staff,
  ];
}

function cardReads({ sets, cards, copies, most }: Subjects): Read[] {
  return [
    ...one('sets', `/sets?limit=${LIMIT}`, (sql) => sql`select * from nfts.sets order by code limit ${ROWS}`),
    ...each(
      'set',
      sets,
      ({ id }) => `/sets/${id}`,
      (sql, { id }) => sql`select * from nfts.sets where id = ${id}`,
    ),
    ...one(
      'cards',
      `/cards?limit=${LIMIT}`,
      (sql) => sql`select c.* from nfts.cards c join nfts.sets s on s.id = c.set_id
        order by s.code, c.number limit ${ROWS}`,
    ),
    ...each(
      'cards of a set',
      sets,
      ({ id }) => `/cards?setId=${id}&limit=${LIMIT}`,
      (sql, { id }) => sql`select * from nfts.cards where set_id = ${id} order by number limit ${ROWS}`,
    ),
    ...each(
      'card',
      cards,
      ({ id }) => `/cards/${id}`,
      (sql, { id }) => sql`select * from nfts.cards where id = ${id}`,
    ),
    ...each(
      'copies of a card',
      cards,
      ({ id }) => `/copies?cardId=${id}&limit=${LIMIT}`,
      (sql, { id }) => sql`select * from vault.copies where card_id = ${id} order by id limit ${ROWS}`,
    ),
    ...each(
      'copies of a person',
      most ? [most] : [],
      ({ handle }) => `/copies?ownerHandle=${handle}&limit=${LIMIT}`,
      (sql, { id }) => sql`select * from vault.copies where owner_id = ${id} order by id limit ${ROWS}`,
    ),
    ...each(
      'copy',
      copies,
      (id) => `/copies/${id}`,
      (sql, id) => sql`select * from vault.copies where id = ${id}`,
    ),
    ...each(
      'history of a copy',
      copies,
      (id) => `/copies/${id}/history?limit=${LIMIT}`,
      (sql, id) => sql`
        select m.*, t.kind, t.at, s.price from vault.moves m join vault.transactions t on t.id = m.transaction_id
        left join vault.sales s on s.copy_id = m.copy_id and s.epoch = m.epoch
        where m.copy_id = ${id} order by m.epoch desc limit ${ROWS}`,
    ),
  ];
}

function marketReads({ auctions, cards, listings, offers, copies, sets, most }: Subjects): Read[] {
  const some = [cards.slice(0, 20).map(({ id }) => id)];
  // The words by which offers are found, as market writes them.
  const word = (id: string) => `card ${id}`;
  return [
    ...one(
      'open auctions',
      `/auctions?state=open&limit=${LIMIT}`,
      (sql) => sql`select * from auctions.auctions where state = 'open' order by ends_at, id limit ${ROWS}`,
    ),
    ...each(
      'auctions of a card',
      cards,
      ({ id }) => `/auctions?cardId=${id}&limit=${LIMIT}`,
      (sql, { id }) => sql`
        select a.* from auctions.items i join auctions.auctions a on a.id = i.auction_id
        where i.card_id = ${id} order by i.auction_id desc limit ${ROWS}`,
    ),
    ...each(
      'auctions of a person',
      most ? [most] : [],
      ({ handle }) => `/auctions?sellerHandle=${handle}&limit=${LIMIT}`,
      (sql, { id }) =>
        sql`select * from auctions.auctions where seller_id = ${id} order by id desc limit ${ROWS}`,
    ),
    ...each(
      'auction',
      auctions,
      (id) => `/auctions/${id}`,
      (sql, id) => sql`select * from auctions.auctions where id = ${id}`,
    ),
    ...each(
      'bids of an auction',
      auctions,
      (id) => `/auctions/${id}/bids?limit=${LIMIT}`,
      (sql, id) =>
        sql`select * from auctions.bids where auction_id = ${id} order by number desc limit ${ROWS}`,
    ),
    ...one(
      'listings',
      `/listings?limit=${LIMIT}`,
      (sql) => sql`select * from market.listings where state = 'open' order by id desc limit ${ROWS}`,
    ),
    ...one(
      'cheapest listings',
      `/listings?sort=cheapest&limit=${LIMIT}`,
      (sql) => sql`select * from market.listings where state = 'open' order by price, id limit ${ROWS}`,
    ),
    ...each(
      'cheapest listings of a card',
      cards,
      ({ id }) => `/listings?cardId=${id}&sort=cheapest&limit=${LIMIT}`,
      (sql, { id }) => sql`
        select * from market.listings where state = 'open' and card_id = ${id} order by price, id limit ${ROWS}`,
    ),
    ...each(
      'listing',
      listings,
      (id) => `/listings/${id}`,
      (sql, id) => sql`select * from market.listings where id = ${id}`,
    ),
    ...one(
      'sales',
      `/sales?limit=${LIMIT}`,
      (sql) => sql`select * from vault.sales order by at desc, id desc limit ${ROWS}`,
    ),
    ...each(
      'sales of a card',
      cards,
      ({ id }) => `/sales?cardId=${id}&limit=${LIMIT}`,
      (sql, { id }) =>
        sql`select * from vault.sales where card_id = ${id} order by at desc, id desc limit ${ROWS}`,
    ),
    ...each(
      'offers for a card',
      cards,
      ({ id }) => `/offers?cardId=${id}&limit=${LIMIT}`,
      (sql, { id }) => sql`
        select * from market.offers where state = 'open' and target = ${word(id)} order by -amount, id limit ${ROWS}`,
    ),
    ...each(
      'offers for a copy',
      copies,
      (id) => `/offers?copyId=${id}&limit=${LIMIT}`,
      (sql, id) => sql`
        select * from market.offers where state = 'open' and target = ${`copy ${id}`}
        order by -amount, id limit ${ROWS}`,
    ),
    ...each(
      'offers for a set',
      sets,
      ({ id }) => `/offers?setId=${id}&limit=${LIMIT}`,
      (sql, { id }) => sql`
        select * from market.offers where state = 'open' and scope = 'set' and set_id = ${id}
        order by -amount, id limit ${ROWS}`,
    ),
    ...each(
      'best offers of 20 cards',
      some,
      (ids) => `/offers/best?cardIds=${ids.join(',')}`,
      (sql, ids) => sql`
        select o.* from unnest(${ids}::uuid[]) as c(id) cross join lateral (
          select * from market.offers o where o.state = 'open' and o.target = 'card ' || c.id
          order by -o.amount, o.id limit 1) o`,
    ),
    ...each(
      'offer',
      offers,
      (id) => `/offers/${id}`,
      (sql, id) => sql`select * from market.offers where id = ${id}`,
    ),
  ];
}

/** The documents of search are in one of two tables; the bare query reads the live one. */
async function documents(sql: Sql): Promise<string> {
  const [row] = await sql<{ live: string }[]>`select live from search.generations`;
  return `search.documents_${row!.live}`;
}

function searchReads({ cards, sets }: Subjects): Read[] {
  const wordsOf = ({ name }: { name: string }) => encodeURIComponent(name.split(' ')[0]!);
  return [
    ...one(
      'search: all cards with facets',
      `/search?kind=card&limit=${LIMIT}`,
      async (sql) =>
        sql`select * from ${sql(await documents(sql))} where kind = 'card' order by title, id limit ${ROWS}`,
    ),
    ...each(
      'search: a word',
      cards,
      (card) => `/search?q=${wordsOf(card)}&limit=${LIMIT}`,
      async (sql, { name }) => sql`
        select * from ${sql(await documents(sql))} where kind <> 'copy'
          and terms @@ plainto_tsquery('simple', ${name.split(' ')[0]!.toLowerCase()}) limit ${ROWS}`,
    ),
    ...one(
      'search: cheapest listed copies with facets',
      `/search?kind=copy&listed=true&sort=cheapest&limit=${LIMIT}`,
      async (sql) => sql`
        select * from ${sql(await documents(sql))} where kind = 'copy' and price is not null
        order by coalesce(price, 9223372036854775807), id limit ${ROWS}`,
    ),
    ...each(
      'search: copies of a set with facets',
      sets,
      ({ code }) => `/search?kind=copy&set=${code}&limit=${LIMIT}`,
      async (sql, { code }) => sql`
        select * from ${sql(await documents(sql))} where kind = 'copy' and set_code = ${code} order by title, id limit ${ROWS}`,
    ),
    ...each(
      'suggest',
      cards,
      ({ name }) => `/search/suggest?q=${encodeURIComponent(name.slice(0, 4))}`,
      async (sql, { name }) => sql`
        select * from ${sql(await documents(sql))} where kind <> 'copy' and title like ${`${name.slice(0, 4).toLowerCase()}%`}
        order by title, id limit 15`,
    ),
  ];
}

function figureReads({ cards, sets, copies }: Subjects): Read[] {
  const series = (sql: Sql, id: string) => sql`
    select * from marketdata.buckets where subject = ${id} and width = 'day' order by start desc limit 1000`;
  const summary = (sql: Sql, id: string) => sql`select * from marketdata.summaries where subject = ${id}`;
  const holders = (sql: Sql, id: string) => sql`
    select * from marketdata.holdings where subject = ${id} order by copies desc, owner_id limit ${ROWS}`;
  const many = [cards.map(({ id }) => id)];
  return [
    ...each(
      'market of a card',
      cards,
      ({ id }) => `/cards/${id}/market`,
      (sql, { id }) => summary(sql, id),
    ),
    ...each(
      'market of 30 cards',
      many,
      (ids) => `/market/cards?ids=${ids.join(',')}`,
      (sql, ids) => sql`select * from marketdata.summaries where subject = any(${ids}::uuid[])`,
    ),
    ...each(
      'market of a set',
      sets,
      ({ id }) => `/sets/${id}/market`,
      (sql, { id }) => summary(sql, id),
    ),
    ...each(
      'prices of a card',
      cards,
      ({ id }) => `/cards/${id}/series?range=all&bucket=day`,
      (sql, { id }) => series(sql, id),
    ),
    ...each(
      'prices of a set',
      sets,
      ({ id }) => `/sets/${id}/series?range=all&bucket=day`,
      (sql, { id }) => series(sql, id),
    ),
    ...each(
      'holders of a card',
      cards,
      ({ id }) => `/cards/${id}/holders?limit=${LIMIT}`,
      (sql, { id }) => holders(sql, id),
    ),
    ...each(
      'holders of a set',
      sets,
      ({ id }) => `/sets/${id}/holders?limit=${LIMIT}`,
      (sql, { id }) => holders(sql, id),
    ),
    ...one(
      'movers',
      '/movers',
      (sql) => sql`
        select * from marketdata.summaries where kind = 'card' and last_at >= now() - interval '1 day'
        order by last_at desc limit 1000`,
    ),
    ...one(
      'market totals',
      '/market',
      (sql) => sql`
        select b.* from marketdata.buckets b join marketdata.summaries s on s.subject = b.subject
        where s.kind = 'market' and b.width = 'day' order by b.start desc limit 30`,
    ),
    ...each(
      'estimate of a copy',
      copies,
      (id) => `/copies/${id}/estimate`,
      (sql, id) => sql`
        select c.* from portfolio.lots l join portfolio.cards c on c.card_id = l.card_id
        where l.copy_id = ${id} and l.held_to is null`,
    ),
  ];
}

function staffReads(): Read[] {
  return [
    ...one(
      'people, for staff',
      `/admin/users?limit=${LIMIT}`,
      (sql) => sql`select * from users.users where state = 'active' order by handle limit ${ROWS}`,
    ),
    ...one(
      'audit trail',
      `/admin/audit?limit=${LIMIT}`,
      (sql) => sql`select * from platform.audit order by number desc limit ${ROWS}`,
    ),
    ...one('health, for staff', '/admin/health', (sql) => sql`select * from platform.invariant_results`),
  ];
}
