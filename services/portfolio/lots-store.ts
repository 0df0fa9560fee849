import type { Sql, Tx } from '@ece/platform/db/database';
import { CHAIN, everyMove } from '@ece/vault';
import type { SerialClass } from './domain/serials.ts';
import type { Change } from './domain/standing.ts';

/** Why an owner has a copy, or has it no more. */
export type Acquisition = 'mint' | 'sale' | 'trade' | 'deposit' | 'withdrawal';

/** The time for which an owner had a copy, as it is written when it begins. Money in micro-USDC. */
export interface NewLot {
  copyId: string;
  epoch: bigint;
  cardId: string;
  serial: number;
  ownerId: string;
  fromId: string | null;
  transactionId: string;
  acquiredBy: Acquisition;
  at: Date;
  cost: bigint | null;
}

/** How an owner's time with a copy ended: by the move that began the next epoch. */
export interface LotEnd {
  copyId: string;
  /** The epoch that ended. */
  epoch: bigint;
  at: Date;
  endedBy: Acquisition;
  proceeds: bigint | null;
  realised: bigint | null;
}

/** The last lot of a copy. */
export interface LastLot {
  copyId: string;
  epoch: bigint;
  cost: bigint | null;
  fromId: string | null;
}

/** The last lots of copies; copies without any are left out. */
export async function lastLots(sql: Sql, copyIds: string[]): Promise<LastLot[]> {
  return await sql<LastLot[]>`
    select copy_id as "copyId", epoch, cost, from_id as "fromId" from portfolio.lots
    where copy_id = any(${copyIds}::uuid[]) and held_to is null`;
}

const text = <T>(items: T[], pick: (item: T) => string | bigint | null) =>
  items.map((item) => pick(item)?.toString() ?? null);

/**
 * Writes lots with their ends, of which each epoch follows on the one before. Cards that were not seen before
 * get a row. A lot counts from when it ended, where a history that was brought in has it end before it began.
 */
export async function writeLots(tx: Tx, lots: NewLot[], ends: LotEnd[]): Promise<void> {
  if (lots.length === 0) return;
  await insertCards(
    tx,
    lots.map((l) => l.cardId),
  );
  await tx`
    update portfolio.lots l
    set held_to = e.at, held_from = least(l.held_from, e.at), ended_by = e.ended_by, proceeds = e.proceeds,
      realised = e.realised
    from unnest(${ends.map((e) => e.copyId)}::uuid[], ${text(ends, (e) => e.epoch)}::bigint[],
      ${ends.map((e) => e.at.toISOString())}::timestamptz[], ${ends.map((e) => e.endedBy)}::text[],
      ${text(ends, (e) => e.proceeds)}::bigint[], ${text(ends, (e) => e.realised)}::bigint[])
      as e(copy_id, epoch, at, ended_by, proceeds, realised)
    where l.copy_id = e.copy_id and l.epoch = e.epoch`;
  const ended = new Map(ends.map((end) => [`${end.copyId} ${end.epoch}`, end]));
  const endOf = (lot: NewLot) => ended.get(`${lot.copyId} ${lot.epoch}`);
  await tx`
    insert into portfolio.lots (copy_id, epoch, card_id, serial, serial_class, owner_id, from_id, transaction_id,
      acquired_by, at, held_from, held_to, cost, ended_by, proceeds, realised)
    select n.copy_id, n.epoch, n.card_id, n.serial, ${serialClass(tx)}, n.owner_id, n.from_id, n.transaction_id,
      n.acquired_by, n.at, least(n.at, n.held_to), n.held_to, n.cost, n.ended_by, n.proceeds, n.realised
    from unnest(${lots.map((l) => l.copyId)}::uuid[], ${text(lots, (l) => l.epoch)}::bigint[],
      ${lots.map((l) => l.cardId)}::uuid[], ${lots.map((l) => l.serial)}::int[],
      ${lots.map((l) => l.ownerId)}::uuid[], ${lots.map((l) => l.fromId)}::uuid[],
      ${lots.map((l) => l.transactionId)}::uuid[], ${lots.map((l) => l.acquiredBy)}::text[],
      ${lots.map((l) => l.at.toISOString())}::timestamptz[], ${text(lots, (l) => l.cost)}::bigint[],
      ${lots.map((l) => endOf(l)?.at.toISOString() ?? null)}::timestamptz[],
      ${lots.map((l) => endOf(l)?.endedBy ?? null)}::text[],
      ${text(lots, (l) => endOf(l)?.proceeds ?? null)}::bigint[],
      ${text(lots, (l) => endOf(l)?.realised ?? null)}::bigint[])
      as n(copy_id, epoch, card_id, serial, owner_id, from_id, transaction_id, acquired_by, at, cost, held_to,
        ended_by, proceeds, realised)
    join portfolio.cards c on c.card_id = n.card_id`;
}

/**
 * Writes the lots of every copy that was only made and sold, from the vault, where no lot is yet: what
 * `outcomeOf` of the domain makes of such moves, in one statement. Copies with any other move, or with one whose sale
 * is not there, are left out.
 * @returns how many lots were written
 */
export async function writePlainLots(tx: Tx): Promise<number> {
  const written = await tx`
    with moves as (
      select m.*, m.price - m.fee - m.royalty as brought from (${everyMove(tx)}) m
    ), lots as (
      select m.*, case m.kind when 'mint' then 0 else m.price end as cost,
        lead(m.at) over following as held_to, lead(m.kind) over following as ended_by,
        lead(m.brought) over following as proceeds,
        bool_and(m.kind = 'mint' or (m.kind = 'sale' and m.brought is not null)) over of_copy
          and max(m.epoch) over of_copy = count(*) over of_copy - 1 as plain
      from moves m window of_copy as (partition by m.copy_id), following as (of_copy order by m.epoch)
    )
    insert into portfolio.lots (copy_id, epoch, card_id, serial, serial_class, owner_id, from_id, transaction_id,
      acquired_by, at, held_from, held_to, cost, ended_by, proceeds, realised)
    select n.copy_id, n.epoch, n.card_id, n.serial, ${serialClass(tx)}, n.to_id, n.from_id, n.transaction_id,
      n.kind, n.at, least(n.at, n.held_to), n.held_to, n.cost, n.ended_by, n.proceeds, n.proceeds - n.cost
    from lots n join portfolio.cards c on c.card_id = n.card_id
    where n.plain order by n.at`;
  return written.count;
}

/** The kind of a serial, as `serialClass` of the domain has it; null while the edition is not known. */
function serialClass(sql: Sql) {
  return sql`case when c.edition_size is null then null when c.edition_size = 1 then 'ordinary'
    when n.serial = 1 then 'first' when n.serial <= 3 then 'lowest' when n.serial = c.edition_size then 'last'
    when n.serial <= 10 then 'low' else 'ordinary' end`;
}

/** Makes the rows of cards that were not seen before. */
export async function insertCards(tx: Tx, cardIds: string[]): Promise<void> {
  await tx`
    insert into portfolio.cards (card_id) select distinct unnest(${cardIds}::uuid[]) on conflict do nothing`;
}

/** Cards whose facts are not known yet. */
export async function cardsWithoutFacts(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select card_id as id from portfolio.cards where set_id is null order by card_id limit ${limit}`;
  return rows.map(({ id }) => id);
}

export interface NewFacts {
  id: string;
  setId: string;
  rarity: string;
  editionSize: number;
}

/** Notes the facts of cards, and with them the kinds of their copies' serials. */
export async function writeFacts(tx: Tx, facts: NewFacts[]): Promise<void> {
  await tx`
    update portfolio.cards c set set_id = f.set_id, rarity = f.rarity, edition_size = f.edition_size
    from unnest(${facts.map((f) => f.id)}::uuid[], ${facts.map((f) => f.setId)}::uuid[],
      ${facts.map((f) => f.rarity)}::text[], ${facts.map((f) => f.editionSize)}::int[])
      as f(id, set_id, rarity, edition_size)
    where c.card_id = f.id
      and (c.set_id, c.rarity, c.edition_size) is distinct from (f.set_id, f.rarity, f.edition_size)`;
  await tx`
    update portfolio.lots n set serial_class = ${serialClass(tx)}
    from portfolio.cards c
    where n.serial_class is null and c.card_id = n.card_id and c.card_id = any(${facts.map((f) => f.id)}::uuid[])`;
}

/** Those of some copies that have a lot. */
export async function copiesWithLots(sql: Sql, copyIds: string[]): Promise<Set<string>> {
  return new Set((await lastLots(sql, copyIds)).map(({ copyId }) => copyId));
}

const changeColumns = (sql: Sql) => sql`
  owner_id as "accountId", card_id as "cardId", serial_class as serial, count(*)::int as copies,
  coalesce(sum(cost), 0)::bigint as cost`;

/** What everybody held at a moment: begun before it, and not ended before it. */
export async function heldAt(sql: Sql, moment: Date): Promise<Change[]> {
  return await sql<Change[]>`
    select ${changeColumns(sql)} from (
      select * from portfolio.lots where held_to is null and held_from < ${moment}
      union all
      select * from portfolio.lots where held_to >= ${moment} and held_from < ${moment}
    ) l
    where owner_id <> ${CHAIN} group by owner_id, card_id, serial_class`;
}

/** What has changed of what everybody holds in a time, `until` exclusive. */
export async function changesBetween(sql: Sql, from: Date, until: Date): Promise<Change[]> {
  return await sql<Change[]>`
    select owner_id as "accountId", card_id as "cardId", serial_class as serial, copies, cost from (
      select owner_id, card_id, serial_class, 1 as copies, coalesce(cost, 0) as cost from portfolio.lots
      where held_from >= ${from} and held_from < ${until}
      union all
      select owner_id, card_id, serial_class, -1, -coalesce(cost, 0) from portfolio.lots
      where held_to >= ${from} and held_to < ${until}
    ) c where owner_id <> ${CHAIN}`;
}

/** A sale as the valuation reads it. */
export interface SaleLot {
  copyId: string;
  cardId: string;
  serial: SerialClass;
  sellerId: string;
  buyerId: string;
  price: bigint;
  at: Date;
}

/** The sales of some days, `until` exclusive, in the order of time. Sales for nothing are no prices. */
export async function salesBetween(sql: Sql, from: Date, until: Date): Promise<SaleLot[]> {
  return await sql<SaleLot[]>`
    select copy_id as "copyId", card_id as "cardId", serial_class as serial, from_id as "sellerId",
      owner_id as "buyerId", cost as price, at
    from portfolio.lots where acquired_by = 'sale' and at >= ${from} and at < ${until} and cost > 0
    order by at, copy_id, epoch`;
}

/** A sale with the number of its serial, and with the level of its set's index on its day. */
export type LeveledSale = SaleLot & { number: number; level: number };

/**
 * The newest sales of each card before a time (exclusive) that count by the domain's `counting`, newest first,
 * `limit` of each at the most.
 */
export async function countingSales(
  sql: Sql,
  before: Date,
  limit: number,
  cardIds?: string[],
): Promise<LeveledSale[]> {
  return await sql<LeveledSale[]>`
    select s.copy_id as "copyId", s.card_id as "cardId", s.serial_class as serial, s.serial as number,
      s.from_id as "sellerId", s.owner_id as "buyerId", s.cost as price, s.at, coalesce(d.level, 0) as level
    from (
      select c.*, row_number() over (partition by card_id order by at desc, copy_id desc, epoch desc) as place
      from (
        select l.*,
          row_number() over (partition by card_id, least(from_id, owner_id), greatest(from_id, owner_id)
            order by at desc, copy_id desc, epoch desc) as of_pair,
          row_number() over (partition by card_id, copy_id order by at desc, epoch desc) as of_copy
        from portfolio.lots l
        where acquired_by = 'sale' and at < ${before} and cost > 0
          ${cardIds ? sql`and card_id = any(${cardIds}::uuid[])` : sql``}
      ) c where of_pair = 1 and of_copy = 1
    ) s
    join portfolio.cards k on k.card_id = s.card_id
    left join lateral (
      select level from portfolio.set_days
      where set_id = k.set_id and day <= (s.at at time zone 'UTC')::date order by day desc limit 1) d on true
    where s.place <= ${limit}
    order by s.card_id, s.place`;
}
