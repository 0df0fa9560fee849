import type { Sql } from '@ece/platform/db/database';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { CHAIN, lotDisagreements, payDisagreements } from '@ece/vault';

/** What must hold of lots, gains and the values of days, against the vault and among each other. */
export function portfolioChecks(): InvariantCheck[] {
  return [
    sqlCheck('I4', 'the lots of each copy are its moves, without a gap', (sql) => ({
      count: sql`select count(*) as n from portfolio.lots`,
      findings: [lotDisagreements(sql, lots(sql)), brokenLots(sql)],
    })),
    sqlCheck('I4', 'what copies cost and brought is what their sales paid', (sql) => ({
      count: sql`select count(*) as n from portfolio.lots where acquired_by = 'sale'`,
      findings: [payDisagreements(sql, sold(sql)), wrongGains(sql)],
    })),
    sqlCheck('I4', 'what accounts held at the end of the closed day is the sum of their lots', (sql) => ({
      count: sql`select count(*) as n from portfolio.lots where held_to is null`,
      findings: [wrongDays(sql)],
    })),
  ];
}

const lots = (sql: Sql): Relation => sql`
  select copy_id, epoch, from_id, owner_id, transaction_id, card_id, serial from portfolio.lots`;

const sold = (sql: Sql): Relation => sql`
  select l.copy_id, l.epoch, l.cost, g.proceeds from portfolio.lots l
  left join portfolio.lots g on g.copy_id = l.copy_id and g.epoch = l.epoch - 1
  where l.acquired_by = 'sale'`;

/** Each lot ends where the next one begins; the last one is open. */
const brokenLots = (sql: Sql): Relation => sql`
  with pairs as (
    select copy_id, epoch, held_from, held_to, ended_by, acquired_by, at, owner_id,
      lead(epoch) over w as next_epoch, lead(at) over w as next_at, lead(acquired_by) over w as next_by,
      lead(from_id) over w as next_from
    from portfolio.lots window w as (partition by copy_id order by epoch)
  )
  select 'copy ' || copy_id as subject, 'has lots that do not follow each other' as problem,
    'epoch ' || epoch || ' to ' || coalesce(held_to::text, 'now') || ', the next is epoch '
      || coalesce(next_epoch::text, 'none') as detail
  from pairs
  where next_epoch is distinct from case when held_to is null then null else epoch + 1 end
    or (next_epoch is not null
      and (held_to <> next_at or ended_by <> next_by or next_from is distinct from owner_id))
    or held_from <> least(at, held_to)`;

const wrongGains = (sql: Sql): Relation => sql`
  select 'copy ' || copy_id as subject, 'has a gain that is not what it brought less what it cost' as problem,
    'epoch ' || epoch || ': cost ' || coalesce(cost::text, 'unknown') || ', proceeds '
      || coalesce(proceeds::text, 'none') || ', realised ' || coalesce(realised::text, 'none') as detail
  from portfolio.lots where realised is distinct from proceeds - cost`;

/** The lots of the closed day, valued as the cards were at its end, against what was written of it. */
const wrongDays = (sql: Sql): Relation => sql`
  with held as (
    select l.owner_id as account_id,
      coalesce(sum(div(c.closing_value::numeric * k.closing_basis_points, 10000)), 0) as value,
      coalesce(sum(l.cost), 0) as cost, count(*) as copies
    from portfolio.books b
    join portfolio.lots l on l.held_from < (b.closed_day + 1)::timestamp at time zone 'UTC'
      and (l.held_to is null or l.held_to >= (b.closed_day + 1)::timestamp at time zone 'UTC')
    join portfolio.cards c on c.card_id = l.card_id
    join portfolio.premiums k on k.serial_class = l.serial_class
    where l.owner_id <> ${CHAIN} and not b.replay
    group by l.owner_id
  ), written as (
    select d.* from portfolio.account_days d
    join portfolio.books b on b.closed_day = d.day and not b.replay
  )
  select 'account ' || coalesce(h.account_id, w.account_id) as subject,
    'has another value or cost at the end of a day than its lots' as problem,
    'written: ' || coalesce(w.value || ' for ' || w.cost || ', ' || w.copies || ' copies', 'nothing')
      || '; lots: ' || coalesce(h.value || ' for ' || h.cost || ', ' || h.copies || ' copies', 'nothing') as detail
  from held h full join written w on w.account_id = h.account_id
  where h.account_id is null or w.account_id is null or h.value <> w.value or h.cost <> w.cost
    or h.copies <> w.copies`;
