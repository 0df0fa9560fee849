import type { Sql } from '@ece/platform/db/database';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { CHAIN, FEES } from './accounts.ts';
import { gateChecks } from './gate-checks.ts';

/** I1 to I4 and I9 as far as the vault's own tables show them. Services check their side: see agreement.ts. */
export function vaultChecks(): InvariantCheck[] {
  return [
    sqlCheck('I1', 'the postings of each transaction sum to zero per asset', (sql) => ({
      count: sql`select count(*) as n from vault.postings`,
      findings: [unbalanced(sql), empty(sql)],
    })),
    sqlCheck(
      'I2',
      'no account is below zero; totals and running balances are the sums of the postings',
      (sql) => ({
        count: sql`select count(*) as n from vault.accounts`,
        findings: [negative(sql), wrongTotals(sql), brokenBalances(sql)],
      }),
    ),
    sqlCheck('I3', 'what an account has held is the sum of its holds', (sql) => ({
      count: sql`select count(*) as n from vault.holds`,
      findings: [wrongHeld(sql), doubledHolds(sql)],
    })),
    sqlCheck('I4', 'a copy belongs to whom it moved last, by moves without a gap or a fork', (sql) => ({
      count: sql`select count(*) as n from vault.copies`,
      findings: [wrongOwners(sql), brokenMoves(sql), wrongCommitments(sql), doubledCopies(sql)],
    })),
    sqlCheck('I4', 'sales, moves and postings tell the same', (sql) => ({
      count: sql`select count(*) as n from vault.sales`,
      findings: [salesWithoutMoves(sql), movesWithoutSales(sql), wrongPayments(sql)],
    })),
    ...gateChecks(),
  ];
}

const unbalanced = (sql: Sql): Relation => sql`
  select 'transaction ' || transaction_id as subject, 'does not sum to zero' as problem,
    'its postings sum to ' || sum(amount) || ' micro-' || asset as detail
  from vault.postings group by transaction_id, asset having sum(amount) <> 0`;

/** Some kinds always move money, the others copies; a trade or a sale may be for nothing. */
const empty = (sql: Sql): Relation => sql`
  select 'transaction ' || t.id as subject, 'has no postings' as problem, t.kind as detail
  from vault.transactions t
  where t.kind in ('deposit', 'withdrawal', 'withdrawal_final', 'withdrawal_return')
    and not exists (select 1 from vault.postings p where p.transaction_id = t.id)
  union all
  select 'transaction ' || t.id, 'has no moves', t.kind from vault.transactions t
  where t.kind not in ('deposit', 'withdrawal', 'withdrawal_final', 'withdrawal_return')
    and not exists (select 1 from vault.moves m where m.transaction_id = t.id)
  union all
  select 'transaction ' || p.transaction_id, 'has postings and does not exist', 'for account ' || p.account_id
  from vault.postings p left join vault.transactions t on t.id = p.transaction_id where t.id is null`;

const negative = (sql: Sql): Relation => sql`
  select 'account ' || id as subject, 'is below zero' as problem,
    'available ' || available || ', held ' || held as detail
  from vault.accounts where (kind <> 'external' and available < 0) or held < 0
  union all
  select 'account ' || id, 'owes more to the outside than came in', 'available ' || available || ', held ' || held
  from vault.accounts where id = ${CHAIN} and (available > 0 or held <> 0)`;

const wrongTotals = (sql: Sql): Relation => sql`
  select 'account ' || coalesce(a.id, p.account_id) as subject, 'has another total than its postings' as problem,
    'available and held are ' || coalesce(a.available + a.held, 0) || ', the postings sum to ' || coalesce(p.total, 0)
      as detail
  from vault.accounts a
  full join (select account_id, sum(amount) as total from vault.postings where asset = 'USDC' group by account_id) p
    on p.account_id = a.id
  where a.id is null or a.available + a.held <> coalesce(p.total, 0)`;

/**
 * Each entry begins where another one of its account ends, the first one at 0, and the last one ends at the
 * total. This holds whatever the order of the entries is, which the clocks of several processes may blur.
 */
const brokenBalances = (sql: Sql): Relation => sql`
  with ends as (
    select account_id, balance as at, 1 as n from vault.postings where asset = 'USDC'
    union all select account_id, balance - amount, -1 from vault.postings where asset = 'USDC'
    union all select id, 0, 1 from vault.accounts
    union all select id, available + held, -1 from vault.accounts
  ), odd as (
    select account_id, at, sum(n) as n from ends group by account_id, at having sum(n) <> 0
  )
  select 'account ' || o.account_id as subject, 'has running balances that do not follow each other' as problem,
    case when o.n > 0 then 'an entry ends at ' || o.at || ' and none begins there'
      else 'an entry begins at ' || o.at || ' and none ends there' end
      || coalesce(', transaction ' || p.transaction_id, '') as detail
  from odd o left join lateral (
    select transaction_id from vault.postings p
    where p.account_id = o.account_id and o.at = case when o.n > 0 then p.balance else p.balance - p.amount end
    order by transaction_id desc limit 1) p on true`;

const wrongHeld = (sql: Sql): Relation => sql`
  select 'account ' || coalesce(a.id, h.account_id) as subject, 'has more or less held than its holds' as problem,
    'held is ' || coalesce(a.held, 0) || ', its holds sum to ' || coalesce(h.total, 0) as detail
  from vault.accounts a
  full join (select account_id, sum(amount) as total from vault.holds group by account_id) h on h.account_id = a.id
  where a.id is null or a.held <> coalesce(h.total, 0)`;

const doubledHolds = (sql: Sql): Relation => sql`
  select kind || ' ' || reference as subject, 'has more than one hold' as problem,
    string_agg(amount || ' of account ' || account_id, ', ') as detail
  from vault.holds group by kind, reference having count(*) > 1`;

const wrongOwners = (sql: Sql): Relation => sql`
  select 'copy ' || coalesce(c.id, m.copy_id) as subject,
    case when m.copy_id is null then 'has no moves'
      when c.id is null then 'has moves and does not exist'
      when c.epoch <> m.epoch then 'has another epoch than its last move'
      else 'has another owner than its last move' end as problem,
    'owner ' || coalesce(c.owner_id::text, 'none') || ' in epoch ' || coalesce(c.epoch::text, 'none') || ', moved to '
      || coalesce(m.to_id::text, 'nobody') || ' in epoch ' || coalesce(m.epoch::text, 'none') as detail
  from vault.copies c
  full join (select distinct on (copy_id) copy_id, epoch, to_id from vault.moves order by copy_id, epoch desc) m
    on m.copy_id = c.id
  where c.id is null or m.copy_id is null or c.epoch <> m.epoch or c.owner_id <> m.to_id`;

const brokenMoves = (sql: Sql): Relation => sql`
  with steps as (
    select copy_id, epoch, from_id, transaction_id,
      lag(epoch, 1, -1::bigint) over w as before, lag(to_id) over w as giver
    from vault.moves window w as (partition by copy_id order by epoch)
  )
  select 'copy ' || s.copy_id as subject,
    case when t.id is null then 'moved by a transaction that does not exist'
      when epoch = before then 'moved twice in one epoch'
      when epoch <> before + 1 then 'skips an epoch'
      else 'was given by somebody who did not have it' end as problem,
    'epoch ' || epoch || ' after ' || before || ', from ' || coalesce(from_id::text, 'nobody') || ', had by '
      || coalesce(giver::text, 'nobody') || ', transaction ' || transaction_id as detail
  from steps s left join vault.transactions t on t.id = s.transaction_id
  where t.id is null or epoch <> before + 1 or from_id is distinct from giver`;

const wrongCommitments = (sql: Sql): Relation => sql`
  select 'copy ' || id as subject, 'is outside and bound' as problem,
    commitment_kind || ' ' || commitment_id as detail
  from vault.copies where owner_id = ${CHAIN} and commitment_kind is not null
  union all
  select 'copy ' || id, 'is bound to half a commitment',
    coalesce(commitment_kind, 'no kind') || ', ' || coalesce(commitment_id::text, 'no id')
  from vault.copies where (commitment_kind is null) <> (commitment_id is null)`;

const doubledCopies = (sql: Sql): Relation => sql`
  select 'copy ' || string_agg(id::text, ', ' order by id) as subject, 'has the serial of another copy' as problem,
    'serial ' || serial || ' of card ' || card_id as detail
  from vault.copies group by card_id, serial having count(*) > 1`;

const salesWithoutMoves = (sql: Sql): Relation => sql`
  select 'sale ' || s.id as subject,
    case when m.copy_id is null then 'moved no copy' else 'names other people than its move' end as problem,
    'copy ' || s.copy_id || ' in epoch ' || s.epoch || ' from ' || s.seller_id || ' to ' || s.buyer_id
      || coalesce(', moved from ' || m.from_id || ' to ' || m.to_id, '') as detail
  from vault.sales s
  left join vault.moves m
    on m.copy_id = s.copy_id and m.epoch = s.epoch and m.transaction_id = s.transaction_id
  where m.copy_id is null or m.from_id is distinct from s.seller_id or m.to_id <> s.buyer_id
  union all
  select 'sale ' || s.id, 'names another card than its copy', 'card ' || s.card_id || ', the copy has ' || c.card_id
  from vault.sales s join vault.copies c on c.id = s.copy_id where c.card_id <> s.card_id`;

const movesWithoutSales = (sql: Sql): Relation => sql`
  select 'copy ' || m.copy_id as subject, 'was moved by a sale that is not there' as problem,
    'transaction ' || m.transaction_id || ', epoch ' || m.epoch as detail
  from vault.moves m join vault.transactions t on t.id = m.transaction_id and t.kind = 'sale'
  left join vault.sales s on s.copy_id = m.copy_id and s.epoch = m.epoch and s.transaction_id = m.transaction_id
  where s.id is null`;

/** Royalties may go to the seller, the buyer or anybody; what each of the two got is at least their own part. */
const wrongPayments = (sql: Sql): Relation => sql`
  with sold as (
    select transaction_id, (array_agg(seller_id))[1] as seller_id, (array_agg(buyer_id))[1] as buyer_id,
      count(distinct (seller_id, buyer_id)) as pairs, sum(price) as price, sum(fee) as fee, sum(royalty) as royalty
    from vault.sales group by transaction_id
  ), paid as (
    select s.*, coalesce(sum(p.amount) filter (where p.account_id = ${FEES}), 0) as to_fees,
      coalesce(sum(p.amount) filter (where p.account_id = s.seller_id), 0) as to_seller,
      coalesce(sum(p.amount) filter (where p.account_id = s.buyer_id), 0) as to_buyer,
      coalesce(sum(p.amount) filter (where p.account_id not in (${FEES}, s.seller_id, s.buyer_id)), 0) as to_others
    from sold s left join vault.postings p on p.transaction_id = s.transaction_id
    group by s.transaction_id, s.seller_id, s.buyer_id, s.pairs, s.price, s.fee, s.royalty
  )
  select 'transaction ' || transaction_id as subject, 'pays something else than its sales say' as problem,
    'price ' || price || ', fee ' || fee || ', royalty ' || royalty || '; buyer ' || to_buyer || ', seller '
      || to_seller || ', fees ' || to_fees || ', others ' || to_others as detail
  from paid
  where pairs > 1 or to_fees <> fee or to_buyer < -price or to_seller < price - fee - royalty
    or to_others not between 0 and royalty
    or (to_buyer + price) + (to_seller - price + fee + royalty) + to_others <> royalty`;
