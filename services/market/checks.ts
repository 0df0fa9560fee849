import { operations } from '@ece/contract';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import {
  actsWhileFrozen,
  actsWhileHalted,
  commitmentDisagreements,
  holdDisagreements,
  saleDisagreements,
  saleEffects,
} from '@ece/vault';

const calls = operations.market;

/** What must hold of listings and offers, and of what they bind and hold in the vault. */
export function marketChecks(): InvariantCheck[] {
  return [
    sqlCheck('I4', 'the copies of open listings are bound to them, and no others', (sql) => ({
      count: sql`select count(*) as n from market.listings where state = 'open'`,
      findings: [commitmentDisagreements(sql, 'listing', openListings(sql))],
    })),
    sqlCheck('I4', 'sold listings have their sale at their price', (sql) => ({
      count: sql`select count(*) as n from market.listings where state = 'sold'`,
      findings: [saleDisagreements(sql, 'listing', soldListings(sql))],
    })),
    sqlCheck(
      'I9',
      'nothing was listed or offered while trading was halted or by a frozen account',
      (sql) => ({
        count: sql`select count(*) as n from market.listings`,
        findings: [actsWhileHalted(sql, opened(sql)), actsWhileFrozen(sql, opened(sql))],
      }),
    ),
    effectCheck('each key of a listing call leads to its one listing or sale', [
      { operation: calls.createListing, stored: 'effect', at: ['id'], existing: listings },
      { operation: calls.purchase, stored: 'effect', at: ['id'], existing: saleEffects },
    ]),
    effectCheck('each key of a call about many listings leads to its listings or sales', [
      { operation: calls.createListings, stored: 'effect', at: ['ids'], many: true, existing: listings },
      { operation: calls.cancelListings, stored: 'effect', at: ['ids'], many: true, existing: cancelled },
      { operation: calls.purchaseListings, stored: 'effect', at: ['ids'], many: true, existing: saleEffects },
    ]),
    sqlCheck('I3', 'each open offer holds its amount, and nothing else is held for offers', (sql) => ({
      count: sql`select count(*) as n from market.offers where state = 'open'`,
      findings: [holdDisagreements(sql, 'offer', openOffers(sql))],
    })),
    sqlCheck('I4', 'accepted offers have their sale at their amount', (sql) => ({
      count: sql`select count(*) as n from market.offers where state = 'accepted'`,
      findings: [saleDisagreements(sql, 'offer', acceptedOffers(sql)), otherCopies(sql)],
    })),
    effectCheck('each key of an offer call leads to its one offer', [
      { operation: calls.createOffer, stored: 'effect', at: ['id'], existing: madeOffers },
      { operation: calls.acceptOffer, stored: 'effect', at: ['id'], existing: soldOffers },
      { operation: calls.declineOffer, stored: 'effect', at: ['id'], existing: declinedOffers },
    ]),
  ];
}

const openListings = (sql: Sql): Relation => sql`
  select id as commitment_id, copy_id, seller_id as owner_id, epoch from market.listings where state = 'open'`;

const soldListings = (sql: Sql): Relation => sql`
  select id as reference, copy_id, epoch, seller_id, null::uuid as buyer_id, price
  from market.listings where state = 'sold'`;

/** What was put up. Listings that were brought in with their sales are older than their ids. */
const opened = (sql: Sql): Relation => sql`
  select 'listing ' || id as subject, created_at as at, null::uuid[] as set_ids, seller_id as account_id
  from market.listings where created_at > uuid_extract_timestamp(id) - interval '1 minute'
  union all
  select 'offer ' || id, created_at, null, buyer_id from market.offers`;

const cancelled = (sql: Sql): Relation => sql`
  select id, seller_id as account_id from market.listings where state = 'cancelled'`;

const listings = (sql: Sql): Relation => sql`select id, seller_id as account_id from market.listings`;

const openOffers = (sql: Sql): Relation => sql`
  select id as reference, buyer_id as account_id, amount from market.offers where state = 'open'`;

const acceptedOffers = (sql: Sql): Relation => sql`
  select id as reference, sold_copy_id as copy_id, sold_epoch as epoch, seller_id, buyer_id, amount as price
  from market.offers where state = 'accepted'`;

/** An offer on one copy buys that copy of its owner, in the epoch in which it was made. */
const otherCopies = (sql: Sql): Relation => sql`
  select 'offer ' || id as subject, 'has bought another copy than it names, or from somebody else' as problem,
    'copy ' || sold_copy_id || ' of ' || seller_id || ' in epoch ' || sold_epoch as detail
  from market.offers where state = 'accepted' and scope = 'copy'
    and (sold_copy_id, seller_id, sold_epoch) is distinct from (copy_id, owner_id, epoch)`;

const madeOffers = (sql: Sql): Relation => sql`select id, buyer_id as account_id from market.offers`;

const soldOffers = (sql: Sql): Relation => sql`
  select id, seller_id as account_id from market.offers where state = 'accepted'`;

const declinedOffers = (sql: Sql): Relation => sql`
  select id, owner_id as account_id from market.offers where state = 'declined'`;
