import { operations } from '@ece/contract';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import { commitmentDisagreements, saleDisagreements, saleEffects } from '@ece/vault';

const calls = operations.market;

/** What must hold of listings, and what they bind in the vault. */
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
    effectCheck('each key of a listing call leads to its one listing or sale', [
      { operation: calls.createListing, stored: 'effect', at: ['id'], existing: listings },
      { operation: calls.purchase, stored: 'effect', at: ['id'], existing: saleEffects },
    ]),
  ];
}

const openListings = (sql: Sql): Relation => sql`
  select id as commitment_id, copy_id, seller_id as owner_id, epoch from market.listings where state = 'open'`;

const soldListings = (sql: Sql): Relation => sql`
  select id as reference, copy_id, epoch, seller_id, null::uuid as buyer_id, price
  from market.listings where state = 'sold'`;

const listings = (sql: Sql): Relation => sql`select id, seller_id as account_id from market.listings`;
