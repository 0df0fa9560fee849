import { operations } from '@ece/contract';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import {
  actsWhileFrozen,
  actsWhileHalted,
  commitmentDisagreements,
  haltedTime,
  holdDisagreements,
  saleDisagreements,
} from '@ece/vault';
import { replayCheck } from './replay-check.ts';

const calls = operations.auctions;

/** What must hold of auctions, bids, and what they bind in the vault. */
export function auctionChecks(): InvariantCheck[] {
  return [
    sqlCheck(
      'I3',
      'each open auction holds its leader’s maximum, and nothing else is held for auctions',
      (sql) => ({
        count: sql`select count(*) as n from auctions.auctions where state = 'open'`,
        findings: [holdDisagreements(sql, 'auction', leaders(sql))],
      }),
    ),
    sqlCheck('I4', 'the copies of live auctions are bound to them, and no others', (sql) => ({
      count: sql`select count(*) as n from auctions.items`,
      findings: [commitmentDisagreements(sql, 'auction', liveItems(sql)), emptyLots(sql)],
    })),
    sqlCheck('I5', 'bids are numbered 1, 2, 3 … and have one id each', (sql) => ({
      count: sql`select count(*) as n from auctions.bids`,
      findings: [wrongNumbers(sql), doubledBids(sql)],
    })),
    effectCheck('each key of an auction call leads to its one auction or bid', [
      { operation: calls.bid, stored: 'answer', at: ['bidId'], existing: (sql) => bids(sql) },
      { operation: calls.create, stored: 'effect', at: ['auctionId'], existing: (sql) => auctions(sql) },
      { operation: calls.purchase, stored: 'effect', at: ['auctionId'], existing: (sql) => purchases(sql) },
    ]),
    replayCheck(),
    sqlCheck('I9', 'no bid came at or after the end then in force, or after the close', (sql) => ({
      count: sql`select count(*) as n from auctions.bids`,
      findings: [lateBids(sql)],
    })),
    sqlCheck('I9', 'no auction was made and no bid came in a halt or from a frozen account', (sql) => ({
      count: sql`select count(*) as n from auctions.bids`,
      findings: [actsWhileHalted(sql, auctionActs(sql)), actsWhileFrozen(sql, auctionActs(sql))],
    })),
    sqlCheck(
      'I9',
      'ended auctions have their end and, where sold, the sales at that price and to that buyer',
      (sql) => ({
        count: sql`select count(*) as n from auctions.auctions where state in ('sold', 'unsold', 'cancelled')`,
        findings: [wrongEnds(sql), saleDisagreements(sql, 'auction', soldItems(sql))],
      }),
    ),
  ];
}

const leaders = (sql: Sql): Relation => sql`
  select id as reference, leader_id as account_id, leader_maximum as amount from auctions.auctions
  where state = 'open' and leader_id is not null`;

const liveItems = (sql: Sql): Relation => sql`
  select i.auction_id as commitment_id, i.copy_id, a.seller_id as owner_id, i.epoch
  from auctions.items i join auctions.auctions a on a.id = i.auction_id where a.state in ('scheduled', 'open')`;

const emptyLots = (sql: Sql): Relation => sql`
  select 'auction ' || a.id as subject, 'has no copies' as problem, a.state as detail
  from auctions.auctions a left join auctions.items i on i.auction_id = a.id where i.auction_id is null`;

const wrongNumbers = (sql: Sql): Relation => sql`
  select 'auction ' || coalesce(a.id, b.auction_id) as subject, 'has bids that are not numbered from 1 to its count' as problem,
    'count ' || coalesce(a.bid_count::text, 'missing') || '; ' || coalesce(b.n, 0) || ' bids, ' || coalesce(b.numbers, 0)
      || ' numbers from ' || coalesce(b.first, 0) || ' to ' || coalesce(b.last, 0) as detail
  from auctions.auctions a
  full join (select auction_id, count(*) as n, count(distinct number) as numbers, min(number) as first, max(number) as last
    from auctions.bids group by auction_id) b on b.auction_id = a.id
  where a.id is null or a.bid_count <> coalesce(b.n, 0)
    or (b.n > 0 and (b.first <> 1 or b.last <> b.n or b.numbers <> b.n))`;

const doubledBids = (sql: Sql): Relation => sql`
  select 'bid ' || id as subject, 'is there more than once' as problem,
    string_agg('number ' || number || ' of auction ' || auction_id, ', ') as detail
  from auctions.bids group by id having count(*) > 1`;

const bids = (sql: Sql): Relation => sql`select distinct id, bidder_id as account_id from auctions.bids`;

const auctions = (sql: Sql): Relation => sql`select id, seller_id as account_id from auctions.auctions`;

const purchases = (sql: Sql): Relation => sql`
  select id, leader_id as account_id from auctions.auctions where sold_by = 'buy_now'`;

const lateBids = (sql: Sql): Relation => sql`
  select 'bid ' || b.id as subject, 'was accepted after the end' as problem,
    'number ' || b.number || ' of auction ' || b.auction_id || ' at ' || b.at || ', the end was '
      || least(b.ended, b.closed_at) as detail
  from (
    select b.id, b.number, b.auction_id, b.at, a.closed_at, a.set_ids,
      lag(b.ends_at, 1, a.first_ends_at) over w as ended,
      greatest(lag(b.at, 1, a.first_starts_at) over w, a.first_starts_at) as since
    from auctions.bids b join auctions.auctions a on a.id = b.auction_id
    window w as (partition by b.auction_id order by b.number)
  ) b
  where b.at > b.closed_at or (b.at >= b.ended
    and b.at >= b.ended + ${haltedTime(sql, { from: sql`b.since`, to: sql`b.at`, sets: sql`b.set_ids` })})`;

const auctionActs = (sql: Sql): Relation => sql`
  select 'bid ' || b.id as subject, b.at, a.set_ids, b.bidder_id as account_id
  from auctions.bids b join auctions.auctions a on a.id = b.auction_id
  union all
  select 'auction ' || id, created_at, set_ids, seller_id from auctions.auctions
  union all
  select 'purchase of auction ' || id, closed_at, set_ids, unnest(array[seller_id, leader_id])
  from auctions.auctions where sold_by = 'buy_now'`;

const wrongEnds = (sql: Sql): Relation => sql`
  select 'auction ' || id as subject,
    case when (closed_at is null) <> (state in ('scheduled', 'open')) then 'is closed for one and open for the other'
      when (sold_by is null) <> (state <> 'sold') then 'does not say how it was sold'
      else 'was closed before its end' end as problem,
    state || coalesce(' by ' || sold_by, '') || ', end ' || ends_at || ', closed ' || coalesce(closed_at::text, 'never') as detail
  from auctions.auctions
  where (closed_at is null) <> (state in ('scheduled', 'open')) or (sold_by is null) <> (state <> 'sold')
    or (closed_at < ends_at and (state = 'unsold' or sold_by = 'close'))`;

const soldItems = (sql: Sql): Relation => sql`
  select a.id as reference, i.copy_id, i.epoch, a.seller_id, a.leader_id as buyer_id, a.price
  from auctions.auctions a join auctions.items i on i.auction_id = a.id where a.state = 'sold'`;
