import type { Sql } from '@ece/platform/db/database';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { CHAIN, OUTBOUND } from './accounts.ts';

/*
 * What halts and freezes forbid, found by their history. The times of an act are read under the gate, so the
 * comparison is exact: whatever bears a time strictly inside did happen inside.
 */

/**
 * Acts of trade while trading was halted.
 * @param acts `subject`, `at`, and `set_ids` of its cards (null where only halts of everything concern it)
 */
export function actsWhileHalted(sql: Sql, acts: Relation): Relation {
  return sql`
    select a.subject, 'happened while trading was halted' as problem,
      'at ' || a.at || ', halt ' || h.id || ' from ' || h.at || ' to ' || coalesce(h.until::text, 'now') as detail
    from vault.halts h join (${acts}) a
      on a.at > h.at and a.at < coalesce(h.until, 'infinity') and (h.set_id is null or h.set_id = any(a.set_ids))`;
}

/**
 * Acts of accounts, or of their counterparts, while the account was frozen.
 * @param acts `subject`, `at`, `account_id`
 */
export function actsWhileFrozen(sql: Sql, acts: Relation): Relation {
  return sql`
    select a.subject, 'happened while an account of it was frozen' as problem,
      'account ' || f.account_id || ' at ' || a.at || ', frozen from ' || f.at || ' to '
        || coalesce(f.until::text, 'now') as detail
    from vault.freezes f join (${acts}) a
      on a.account_id = f.account_id and a.at > f.at and a.at < coalesce(f.until, 'infinity')`;
}

/**
 * How long trading was halted between two moments at which it went on, as an interval; times in which several
 * halts were in force count once.
 * @param place expressions over the query's rows: `from` and `to`, times; `sets`, an array of ids or null
 */
export function haltedTime(sql: Sql, place: { from: Relation; to: Relation; sets: Relation }): Relation {
  return sql`
    (select coalesce(sum(upper(r) - lower(r)), interval '0')
      from (select range_agg(tstzrange(h.at, h.until)) as times from vault.halts h
        where h.until > ${place.from} and h.at < ${place.to}
          and (h.set_id is null or h.set_id = any(${place.sets}))) u,
        unnest(u.times * tstzmultirange(tstzrange(${place.from}, ${place.to}))) r)`;
}

/** Sales and trades as they happened; those that were brought in later from elsewhere are left out. */
const dealt = (sql: Sql): Relation => sql`
  select 'sale ' || s.id as subject, s.at, s.card_id, s.venue, s.seller_id, s.buyer_id
  from vault.sales s where s.at > uuid_extract_timestamp(s.id) - interval '1 minute'
  union all
  select 'trade ' || t.reference, t.at, c.card_id, 'trade', m.from_id, m.to_id
  from vault.transactions t join vault.moves m on m.transaction_id = t.id join vault.copies c on c.id = m.copy_id
  where t.kind = 'trade'`;

/**
 * Sales and trades of cards while trading of their set was halted.
 * @param cards `card_id` and `set_id` of every card
 */
export function dealsWhileHalted(sql: Sql, cards: Relation): Relation {
  return sql`
    select a.subject, 'happened while trading was halted' as problem,
      'at ' || a.at || ', halt ' || h.id || ' from ' || h.at || ' to ' || coalesce(h.until::text, 'now') as detail
    from vault.halts h
    join (${dealt(sql)}) a on a.at > h.at and a.at < coalesce(h.until, 'infinity')
    left join (${cards}) c on c.card_id = a.card_id
    where h.set_id is null or h.set_id = c.set_id`;
}

/** Deals by both of their sides. Running auctions of a frozen account settle, so the close of one is no act of it. */
const sides = (sql: Sql): Relation => sql`
  select d.subject, d.at, unnest(array[d.seller_id, d.buyer_id]) as account_id
  from (${dealt(sql)}) d where d.venue <> 'auction'`;

const withdrawals = (sql: Sql): Relation => sql`
  select 'transaction ' || t.id as subject, t.at, p.account_id
  from vault.transactions t join vault.postings p on p.transaction_id = t.id
  where t.kind = 'withdrawal' and p.account_id not in (${OUTBOUND}, ${CHAIN})`;

const withdrawnWhileHalted = (sql: Sql): Relation => sql`
  select w.subject, 'happened while withdrawals were halted' as problem,
    'at ' || w.at || ', halt ' || h.id || ' from ' || h.at || ' to ' || coalesce(h.until::text, 'now') as detail
  from vault.halts h join (${withdrawals(sql)}) w on w.at > h.at and w.at < coalesce(h.until, 'infinity')
  where h.withdrawals and h.set_id is null`;

/** I9 for the gate: what the vault's own tables show of acts by frozen accounts, and of its history. */
export function gateChecks(): InvariantCheck[] {
  return [
    sqlCheck('I9', 'no frozen account sold, bought, traded or withdrew', (sql) => ({
      count: sql`select count(*) as n from vault.freezes`,
      findings: [actsWhileFrozen(sql, sql`${sides(sql)} union all ${withdrawals(sql)}`)],
    })),
    sqlCheck('I9', 'no money was withdrawn while withdrawals were halted', (sql) => ({
      count: sql`select count(*) as n from vault.halts`,
      findings: [withdrawnWhileHalted(sql)],
    })),
  ];
}
