import { operations } from '@ece/contract';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import {
  actsWhileFrozen,
  actsWhileHalted,
  bookingDisagreements,
  commitmentDisagreements,
  holdDisagreements,
  moveDisagreements,
} from '@ece/vault';

const calls = operations.trades;

/** What must hold of trade offers, and what they bind in the vault. */
export function tradeChecks(): InvariantCheck[] {
  return [
    sqlCheck(
      'I3',
      'each open trade offer holds its cash and fee, and nothing else is held for trades',
      (sql) => ({
        count: sql`select count(*) as n from trades.offers where state = 'open'`,
        findings: [holdDisagreements(sql, 'trade', openCash(sql))],
      }),
    ),
    sqlCheck('I4', 'the copies given in open trade offers are bound to them, and no others', (sql) => ({
      count: sql`select count(*) as n from trades.offer_copies`,
      findings: [commitmentDisagreements(sql, 'trade', openCopies(sql))],
    })),
    sqlCheck(
      'I4',
      'accepted trade offers have moved their copies and cash, and no other offer has',
      (sql) => ({
        count: sql`select count(*) as n from trades.offers where state = 'accepted'`,
        findings: [
          moveDisagreements(sql, 'trade', acceptedCopies(sql)),
          bookingDisagreements(sql, 'trade', acceptedCash(sql)),
        ],
      }),
    ),
    sqlCheck('I9', 'no trade was offered while trading was halted or by a frozen account', (sql) => ({
      count: sql`select count(*) as n from trades.offers`,
      findings: [actsWhileHalted(sql, made(sql)), actsWhileFrozen(sql, made(sql))],
    })),
    effectCheck('each key of a trade call leads to its one offer', [
      { operation: calls.create, stored: 'effect', at: ['id'], existing: sent },
      { operation: calls.counter, stored: 'effect', at: ['id'], existing: sent },
      { operation: calls.accept, stored: 'effect', at: ['id'], existing: (sql) => ended(sql, 'accepted') },
      { operation: calls.decline, stored: 'effect', at: ['id'], existing: (sql) => ended(sql, 'declined') },
    ]),
  ];
}

/** Cash with the fee on it: a share, rounded down (fees.ts). */
const withFee = (sql: Sql, cash: 'cash_give' | 'cash_receive'): Relation => sql`
  (${sql(cash)} + div(${sql(cash)}::numeric * fee_basis_points, 10000))::bigint`;

const openCash = (sql: Sql): Relation => sql`
  select id as reference, from_id as account_id, ${withFee(sql, 'cash_give')} as amount
  from trades.offers where state = 'open' and cash_give > 0`;

const openCopies = (sql: Sql): Relation => sql`
  select o.id as commitment_id, c.copy_id, o.from_id as owner_id, c.epoch
  from trades.offers o join trades.offer_copies c on c.offer_id = o.id where o.state = 'open' and c.side = 'give'`;

const acceptedCopies = (sql: Sql): Relation => sql`
  select o.id as reference, c.copy_id, case when c.side = 'give' then o.from_id else o.to_id end as from_id,
    case when c.side = 'give' then o.to_id else o.from_id end as to_id
  from trades.offers o join trades.offer_copies c on c.offer_id = o.id where o.state = 'accepted'`;

const acceptedCash = (sql: Sql): Relation => sql`
  select id as reference, from_id as account_id, cash_receive - ${withFee(sql, 'cash_give')} as amount
  from trades.offers where state = 'accepted'
  union all
  select id, to_id, cash_give - ${withFee(sql, 'cash_receive')} from trades.offers where state = 'accepted'`;

const made = (sql: Sql): Relation => sql`
  select 'trade offer ' || id as subject, created_at as at, null::uuid[] as set_ids, from_id as account_id
  from trades.offers`;

const sent = (sql: Sql): Relation => sql`select id, from_id as account_id from trades.offers`;

const ended = (sql: Sql, state: 'accepted' | 'declined'): Relation => sql`
  select id, to_id as account_id from trades.offers where state = ${state}`;
