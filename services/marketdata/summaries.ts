import type { CardListings } from '@ece/market';
import type { Sql, Tx } from '@ece/platform/db/database';
import { CHAIN, copiesByOwner } from '@ece/vault';
import { MARKET } from './buckets.ts';

/** A card and its set. */
export interface CardOfSet {
  cardId: string;
  setId: string;
}

/** Every card that has a row. */
export async function knownCards(sql: Sql): Promise<CardOfSet[]> {
  return await sql<CardOfSet[]>`
    select subject as "cardId", set_id as "setId" from marketdata.summaries where kind = 'card'`;
}

/** Makes the rows of cards and their sets that are not there yet. */
export async function insertSubjects(tx: Tx, cards: CardOfSet[]): Promise<void> {
  await tx`
    insert into marketdata.summaries (subject, kind, set_id)
    select subject, kind, set_id from (
      select id as subject, 'card' as kind, set_id
      from unnest(${cards.map((card) => card.cardId)}::uuid[], ${cards.map((card) => card.setId)}::uuid[])
        as c(id, set_id)
      union
      select id, 'set', null from unnest(${cards.map((card) => card.setId)}::uuid[]) as s(id)
    ) n order by subject
    on conflict (subject) do nothing`;
}

/** Writes the floor and the number of listings of cards; those that the market did not name have none. */
export async function writeListings(tx: Tx, cardIds: string[], listings: CardListings[]): Promise<void> {
  await tx`
    update marketdata.summaries s set listed = t.listed, floor = t.floor
    from (
      select c.id, coalesce(l.listed, 0) as listed, l.floor from unnest(${cardIds}::uuid[]) as c(id)
      left join unnest(${listings.map((each) => each.cardId)}::uuid[],
        ${listings.map((each) => each.listings)}::bigint[],
        ${listings.map((each) => each.lowest.toString())}::bigint[]) as l(id, listed, floor) using (id)
    ) t
    where s.subject = t.id and (s.listed, s.floor) is distinct from (t.listed, t.floor)`;
}

/** Computes who owns cards again, and what their sets and the market come to by it. */
export async function writeHoldings(tx: Tx, cardIds: string[]): Promise<void> {
  const changed = await tx<{ setId: string; ownerId: string }[]>`
    with truth as materialized (
      select card_id, owner_id, copies from (${copiesByOwner(tx, cardIds)}) t where owner_id <> ${CHAIN}
    ), gone as (
      delete from marketdata.holdings h where h.subject = any(${cardIds}::uuid[])
        and not exists (select 1 from truth t where t.card_id = h.subject and t.owner_id = h.owner_id)
      returning h.subject, h.owner_id
    ), written as (
      insert into marketdata.holdings as h (subject, owner_id, copies) select card_id, owner_id, copies from truth
      on conflict (subject, owner_id) do update set copies = excluded.copies where h.copies <> excluded.copies
      returning h.subject, h.owner_id
    )
    select distinct s.set_id as "setId", c.owner_id as "ownerId"
    from (select * from gone union all select * from written) c
    join marketdata.summaries s on s.subject = c.subject`;
  await addUp(tx, 'card', changed);
  await addUp(
    tx,
    'set',
    [...new Set(changed.map(({ ownerId }) => ownerId))].map((ownerId) => ({ setId: MARKET, ownerId })),
  );
  await tx`
    update marketdata.summaries s set supply = t.supply, outside = t.outside, holders = t.holders
    from (
      select c.id, coalesce(sum(o.copies), 0)::bigint as supply,
        coalesce(sum(o.copies) filter (where o.owner_id = ${CHAIN}), 0)::bigint as outside,
        count(o.owner_id) filter (where o.owner_id <> ${CHAIN}) as holders
      from unnest(${cardIds}::uuid[]) as c(id)
      left join (${copiesByOwner(tx, cardIds)}) o on o.card_id = c.id group by c.id
    ) t
    where s.subject = t.id`;
}

/** Adds up what owners have in the parts of a set, or in the sets of the market. */
async function addUp(
  tx: Tx,
  part: 'card' | 'set',
  wholes: { setId: string; ownerId: string }[],
): Promise<void> {
  if (wholes.length === 0) return;
  await tx`
    with wanted as materialized (
      select * from unnest(${wholes.map((whole) => whole.setId)}::uuid[],
        ${wholes.map((whole) => whole.ownerId)}::uuid[]) as w(subject, owner_id)
    ), owned as materialized (
      select ${part === 'card' ? tx`s.set_id` : tx`${MARKET}::uuid`} as subject, h.owner_id,
        sum(h.copies)::bigint as copies
      from marketdata.holdings h join marketdata.summaries s on s.subject = h.subject and s.kind = ${part}
      where h.owner_id = any(${[...new Set(wholes.map((whole) => whole.ownerId))]}::uuid[])
      group by 1, 2
    ), gone as (
      delete from marketdata.holdings h using wanted w where h.subject = w.subject and h.owner_id = w.owner_id
        and not exists (select 1 from owned o where o.subject = w.subject and o.owner_id = w.owner_id)
    )
    insert into marketdata.holdings as h (subject, owner_id, copies)
    select o.subject, o.owner_id, o.copies from owned o join wanted w using (subject, owner_id)
    on conflict (subject, owner_id) do update set copies = excluded.copies where h.copies <> excluded.copies`;
}

/** Adds up the sales of subjects from their days. */
export async function writeTotals(tx: Tx, subjects: string[]): Promise<void> {
  await tx`
    update marketdata.summaries s set sales = t.sales, volume = t.volume, first_price = t.first_price,
      last_price = t.last_price, last_at = t.last_at, last_sale = t.last_sale
    from (
      select p.id, coalesce(sum(b.sales), 0)::bigint as sales, coalesce(sum(b.volume), 0)::bigint as volume,
        (array_agg(b.open order by b.start))[1] as first_price,
        (array_agg(b.close order by b.start desc nulls last))[1] as last_price, max(b.closed_at) as last_at,
        (array_agg(b.closed_by order by b.start desc nulls last))[1] as last_sale
      from unnest(${subjects}::uuid[]) as p(id)
      left join marketdata.buckets b on b.subject = p.id and b.width = 'day'
      group by p.id
    ) t
    where s.subject = t.id`;
}

/** Adds up copies and listings of sets and of the market. */
export async function addUpSubjects(tx: Tx, setIds: string[]): Promise<void> {
  await tx`
    update marketdata.summaries s set supply = t.supply, outside = t.outside, listed = t.listed, floor = t.floor,
      holders = (select count(*) from marketdata.holdings h where h.subject = s.subject)
    from (
      select set_id as id, sum(supply)::bigint as supply, sum(outside)::bigint as outside,
        sum(listed)::bigint as listed, min(floor) as floor
      from marketdata.summaries where kind = 'card' and set_id = any(${setIds}::uuid[]) group by set_id
    ) t
    where s.subject = t.id`;
  await tx`
    update marketdata.summaries s set supply = t.supply, outside = t.outside, listed = t.listed,
      holders = (select count(*) from marketdata.holdings h where h.subject = s.subject)
    from (
      select coalesce(sum(supply), 0)::bigint as supply, coalesce(sum(outside), 0)::bigint as outside,
        coalesce(sum(listed), 0)::bigint as listed
      from marketdata.summaries where kind = 'set'
    ) t
    where s.subject = ${MARKET}`;
}
