import type { Sql } from '@ece/platform/db/database';
import type { Relation } from '@ece/platform/invariants';
import { CHAIN, type HoldKind } from './accounts.ts';
import type { CommitmentKind } from './copies.ts';
import type { TransactionKind } from './ledger.ts';
import type { Venue } from './sales.ts';

/*
 * How the vault and the services agree. A service gives what the vault should have as a query over its own
 * tables; each function gives the disagreements as findings (`subject`, `problem`, `detail`).
 */

/**
 * Copies bound to a kind of commitment against what is live of it.
 * @param live `commitment_id` (null where the service does not know it), `copy_id`, `owner_id` and `epoch`
 *   (null where they do not matter)
 */
export function commitmentDisagreements(sql: Sql, kind: CommitmentKind, live: Relation): Relation {
  return sql`
    select 'copy ' || c.id as subject, 'is bound to what is not live' as problem,
      c.commitment_kind || ' ' || c.commitment_id as detail
    from vault.copies c
    left join (${live}) l on l.copy_id = c.id and coalesce(l.commitment_id, c.commitment_id) = c.commitment_id
    where c.commitment_kind = ${kind} and l.copy_id is null
    union all
    select ${kind}::text || coalesce(' ' || l.commitment_id, ' of copy ' || l.copy_id),
      case when c.commitment_kind is distinct from ${kind}
          or coalesce(l.commitment_id, c.commitment_id) <> c.commitment_id then 'is live and its copy is not bound to it'
        else 'is live and its copy has changed hands' end,
      'copy ' || l.copy_id || coalesce(', bound to ' || c.commitment_kind || ' ' || c.commitment_id, '')
        || coalesce(', owner ' || c.owner_id || ' in epoch ' || c.epoch, ', which does not exist')
    from (${live}) l left join vault.copies c on c.id = l.copy_id
    where c.id is null or c.commitment_kind is distinct from ${kind}
      or coalesce(l.commitment_id, c.commitment_id) <> c.commitment_id
      or l.owner_id <> c.owner_id or l.epoch <> c.epoch`;
}

/**
 * Holds of a kind against the commitments that they are for.
 * @param live `reference`, `account_id` and `amount` in micro-USDC
 */
export function holdDisagreements(sql: Sql, kind: HoldKind, live: Relation): Relation {
  return sql`
    select ${kind}::text || ' ' || coalesce(h.reference, l.reference) as subject,
      case when l.reference is null then 'has a hold and is not live'
        when h.reference is null then 'is live without its hold'
        else 'has another hold than it should' end as problem,
      'held: ' || coalesce(h.amount || ' of account ' || h.account_id, 'nothing') || ', wanted: '
        || coalesce(l.amount || ' of account ' || l.account_id, 'nothing') as detail
    from (select reference, account_id, amount from vault.holds where kind = ${kind}) h
    full join (${live}) l on l.reference = h.reference
    where h.reference is null or l.reference is null or h.account_id <> l.account_id or h.amount <> l.amount`;
}

/**
 * Sales of a venue against what was sold there.
 * @param sold a row for each copy: `reference`, `copy_id`, `epoch` in which the seller had it, `seller_id`,
 *   `buyer_id` (null where the service does not know it) and `price` of the whole reference in micro-USDC
 */
export function saleDisagreements(sql: Sql, venue: Venue, sold: Relation): Relation {
  return sql`
    select ${venue}::text || ' ' || coalesce(l.reference, s.reference) as subject,
      case when s.id is null then 'is sold without a sale'
        when l.reference is null then 'has a sale and is not sold'
        else 'is sold by or to somebody else than its sale says' end as problem,
      'copy ' || coalesce(l.copy_id, s.copy_id) || coalesce(', sale ' || s.id || ' from ' || s.seller_id || ' to '
        || s.buyer_id || ' at ' || s.price, '') as detail
    from (${sold}) l
    full join (select * from vault.sales where venue = ${venue}) s
      on s.reference = l.reference and s.copy_id = l.copy_id and s.epoch = l.epoch + 1
    where s.id is null or l.reference is null or s.seller_id <> l.seller_id or s.buyer_id <> l.buyer_id
    union all
    select ${venue}::text || ' ' || l.reference, 'has another price than its sales',
      'price ' || max(l.price) || ', its sales sum to ' || sum(s.price)
    from (${sold}) l join vault.sales s on s.venue = ${venue} and s.reference = l.reference and s.copy_id = l.copy_id
    group by l.reference having sum(s.price) <> max(l.price)`;
}

/**
 * Transactions of a kind against what a service has booked.
 * @param booked `reference`, and `amount` in micro-USDC that `account_id` gained, negative for what it gave
 */
export function bookingDisagreements(sql: Sql, kind: TransactionKind, booked: Relation): Relation {
  return sql`
    select coalesce('transfer ' || b.reference, 'transaction ' || t.id) as subject,
      case when t.id is null then 'is not booked' when b.reference is null then 'books a transfer that is not there'
        when t.times > 1 then 'is booked more than once' else 'is booked with another amount' end as problem,
      ${kind}::text || coalesce(' ' || b.amount || ' of account ' || b.account_id, '') || ', booked '
        || coalesce(p.amount::text, 'nothing') || coalesce(' by transaction ' || t.id, '') as detail
    from (${booked}) b
    full join (select id, reference, count(*) over (partition by reference) as times
      from vault.transactions where kind = ${kind}) t on t.reference = b.reference
    left join vault.postings p on p.transaction_id = t.id and p.account_id = b.account_id and p.asset = 'USDC'
    where t.id is null or b.reference is null or t.times > 1 or coalesce(p.amount, 0) <> b.amount`;
}

/**
 * Moves of transactions of a kind against what a service knows to have moved.
 * @param moved `reference`, `copy_id`, `from_id`, `to_id`
 */
export function moveDisagreements(sql: Sql, kind: TransactionKind, moved: Relation): Relation {
  return sql`
    select ${kind}::text || ' ' || coalesce(l.reference, m.reference) as subject,
      case when m.copy_id is null then 'has not moved its copy'
        when l.copy_id is null then 'has moved a copy that it does not name'
        else 'has moved its copy between other people' end as problem,
      'copy ' || coalesce(l.copy_id, m.copy_id) || coalesce(', moved from ' || m.from_id || ' to ' || m.to_id, '')
        || coalesce(', should be from ' || l.from_id || ' to ' || l.to_id, '') as detail
    from (${moved}) l
    full join (select t.reference, m.copy_id, m.from_id, m.to_id
      from vault.moves m join vault.transactions t on t.id = m.transaction_id where t.kind = ${kind}) m
      on m.reference = l.reference and m.copy_id = l.copy_id
    where l.copy_id is null or m.copy_id is null or m.from_id is distinct from l.from_id or m.to_id <> l.to_id`;
}

/**
 * The copies against those that a service has made.
 * @param made `copy_id`, `card_id`, `serial`, and `outside`: whether its NFT is outside the exchange
 */
export function copyDisagreements(sql: Sql, made: Relation): Relation {
  return sql`
    select 'copy ' || coalesce(c.id, m.copy_id) as subject,
      case when c.id is null then 'has an NFT and is not in the vault'
        when m.copy_id is null then 'is in the vault and has no NFT'
        when (c.card_id, c.serial) <> (m.card_id, m.serial) then 'is another card or serial on chain'
        else 'is outside for one and inside for the other' end as problem,
      'vault: ' || coalesce('serial ' || c.serial || ' of card ' || c.card_id || ', owner ' || c.owner_id, 'nothing')
        || '; NFT: ' || coalesce('serial ' || m.serial || ' of card ' || m.card_id
          || case when m.outside then ', outside' else ', inside' end, 'none') as detail
    from vault.copies c full join (${made}) m on m.copy_id = c.id
    where c.id is null or m.copy_id is null or (c.card_id, c.serial) <> (m.card_id, m.serial)
      or m.outside <> (c.owner_id = ${CHAIN})`;
}

/** The sales that exist, as effects of calls: `id`, and the buyer as `account_id`. */
export function saleEffects(sql: Sql): Relation {
  return sql`select id, buyer_id as account_id from vault.sales`;
}

/**
 * Moves against what was derived from them. A move may not be derived yet: only a gap below what is there, and
 * what differs, is a disagreement.
 * @param lots `copy_id`, `epoch`, `from_id`, `owner_id`, `transaction_id`, `card_id` and `serial`
 */
export function lotDisagreements(sql: Sql, lots: Relation): Relation {
  return sql`
    with derived as (${lots}), known as (select copy_id, max(epoch) as epoch from derived group by copy_id)
    select 'copy ' || coalesce(d.copy_id, m.copy_id) as subject,
      case when m.copy_id is null then 'has a lot that it did not move for'
        when d.copy_id is null then 'has moved without a lot' else 'has a lot of another move' end as problem,
      'epoch ' || coalesce(d.epoch, m.epoch) || ', owner ' || coalesce(d.owner_id::text, 'none') || ', moved to '
        || coalesce(m.to_id::text, 'nobody') as detail
    from derived d
    full join (
      select m.*, c.card_id, c.serial from vault.moves m
      join vault.copies c on c.id = m.copy_id
      join known k on k.copy_id = m.copy_id and m.epoch <= k.epoch
    ) m on m.copy_id = d.copy_id and m.epoch = d.epoch
    where d.copy_id is null or m.copy_id is null or d.owner_id <> m.to_id or d.from_id is distinct from m.from_id
      or d.transaction_id <> m.transaction_id or d.card_id <> m.card_id or d.serial <> m.serial`;
}

/**
 * Sales against what is said of them to their two sides.
 * @param sold `copy_id`, `epoch` that the sale began, `cost` of the buyer and net `proceeds` of the seller
 */
export function payDisagreements(sql: Sql, sold: Relation): Relation {
  return sql`
    select 'copy ' || d.copy_id as subject,
      case when s.id is null then 'is said to be sold and was not' else 'is said to be sold for something else' end
        as problem,
      'epoch ' || d.epoch || ': cost ' || coalesce(d.cost::text, 'unknown') || ', proceeds '
        || coalesce(d.proceeds::text, 'unknown')
        || coalesce('; price ' || s.price || ', fee ' || s.fee || ', royalty ' || s.royalty, '') as detail
    from (${sold}) d left join vault.sales s on s.copy_id = d.copy_id and s.epoch = d.epoch
    where s.id is null or d.cost is distinct from s.price
      or d.proceeds is distinct from s.price - s.fee - s.royalty`;
}
