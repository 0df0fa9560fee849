import { operations } from '@ece/contract';
import { requestDisagreements } from '@ece/platform/chain/send-checks';
import type { Sql } from '@ece/platform/db/database';
import { effectCheck } from '@ece/platform/db/effect-checks';
import { type InvariantCheck, type Relation, sqlCheck } from '@ece/platform/invariants';
import {
  CHAIN,
  commitmentDisagreements,
  copyDisagreements,
  dealsWhileHalted,
  moveDisagreements,
} from '@ece/vault';
import type { NftsContext } from './api.ts';
import { nftCustodyCheck } from './custody-check.ts';
import { MINT, WITHDRAWAL } from './purposes.ts';

const calls = operations.nfts;

/** What must hold of mints, of copies on their way, and of the NFTs in custody. */
export function nftsChecks(context: Pick<NftsContext, 'chain' | 'keys'>): InvariantCheck[] {
  return [
    sqlCheck('I4', 'copies that are being minted or sent out are bound to that, and no others', (sql) => ({
      count: sql`select (select count(*) from nfts.mints where state <> 'final')
        + (select count(*) from nfts.copy_withdrawals where state = 'requested') as n`,
      findings: [
        commitmentDisagreements(sql, 'mint', unfinishedMints(sql)),
        commitmentDisagreements(sql, 'withdrawal', openWithdrawals(sql)),
      ],
    })),
    sqlCheck('I4', 'copies that went out or came back were moved so, once for each way', (sql) => ({
      count: sql`select (select count(*) from nfts.copy_withdrawals) + (select count(*) from nfts.copy_deposits) as n`,
      findings: [
        moveDisagreements(sql, 'copy_withdrawal', finalWithdrawals(sql)),
        moveDisagreements(sql, 'copy_deposit', deposits(sql)),
      ],
    })),
    sqlCheck('I8', 'each copy of the vault has its one NFT, in or outside the exchange for both', (sql) => ({
      count: sql`select count(*) as n from nfts.mints`,
      findings: [copyDisagreements(sql, copies(sql)), doubledMints(sql), wrongEditions(sql)],
    })),
    sqlCheck('I8', 'mints and withdrawals of copies ended as their chain transactions did', (sql) => ({
      count: sql`select (select count(*) from nfts.mints where state = 'final')
        + (select count(*) from nfts.copy_withdrawals) as n`,
      findings: [
        mintsWithoutTransaction(sql),
        requestDisagreements(sql, WITHDRAWAL, 'copy withdrawal', sentWithdrawals(sql)),
        requestDisagreements(sql, MINT, 'mint of copy', runningMints(sql)),
      ],
    })),
    nftCustodyCheck(context),
    sqlCheck('I9', 'no card was sold or traded while trading of its set was halted', (sql) => ({
      count: sql`select count(*) as n from nfts.cards`,
      findings: [dealsWhileHalted(sql, sql`select id as card_id, set_id from nfts.cards`)],
    })),
    effectCheck('each key of a copy call leads to its copies or its one withdrawal', [
      { operation: calls.withdrawCopy, stored: 'effect', at: ['id'], existing: withdrawals },
      { operation: calls.mint, stored: 'effect', at: ['0'], existing: mints },
    ]),
  ];
}

const unfinishedMints = (sql: Sql): Relation => sql`
  select null::uuid as commitment_id, copy_id, null::uuid as owner_id, null::bigint as epoch
  from nfts.mints where state <> 'final'`;

const openWithdrawals = (sql: Sql): Relation => sql`
  select id as commitment_id, copy_id, account_id as owner_id, null::bigint as epoch
  from nfts.copy_withdrawals where state = 'requested'`;

const finalWithdrawals = (sql: Sql): Relation => sql`
  select id as reference, copy_id, account_id as from_id, ${CHAIN}::uuid as to_id
  from nfts.copy_withdrawals where state = 'final'`;

const deposits = (sql: Sql): Relation => sql`
  select id as reference, copy_id, ${CHAIN}::uuid as from_id, account_id as to_id from nfts.copy_deposits`;

const copies = (sql: Sql): Relation => sql`
  select copy_id, card_id, serial, holder_path is null as outside from nfts.mints`;

const doubledMints = (sql: Sql): Relation => sql`
  select 'mint ' || mint as subject, 'is the NFT of more than one copy' as problem,
    'copies ' || string_agg(copy_id::text, ', ' order by copy_id) as detail
  from nfts.mints where mint is not null group by mint having count(*) > 1`;

const wrongEditions = (sql: Sql): Relation => sql`
  select 'card ' || c.id as subject, 'has other copies than its edition says' as problem,
    'minted ' || c.minted || ' of ' || c.edition_size || '; ' || coalesce(m.n, 0) || ' copies with serials from '
      || coalesce(m.first, 0) || ' to ' || coalesce(m.last, 0) as detail
  from nfts.cards c
  left join (select card_id, count(*) as n, count(distinct serial) as serials, min(serial) as first, max(serial) as last from nfts.mints group by card_id) m
    on m.card_id = c.id
  where c.minted <> coalesce(m.n, 0) or c.minted > c.edition_size
    or (m.n > 0 and (m.first <> 1 or m.last <> m.n or m.serials <> m.n))`;

/** A mint that is taken over from the chain has its signature, though no request of ours ended with it. */
const mintsWithoutTransaction = (sql: Sql): Relation => sql`
  select 'mint of copy ' || copy_id as subject, 'is final without its transaction' as problem, mint as detail
  from nfts.mints where state = 'final' and (mint is null or (transaction is null and not loaded))`;

const runningMints = (sql: Sql): Relation => sql`
  select case when attempts = 1 then copy_id::text else copy_id || ':' || attempts end as reference,
    null::text as signature, 'pending' as state
  from nfts.mints where state = 'requested'`;

const sentWithdrawals = (sql: Sql): Relation => sql`
  select id::text as reference, transaction as signature,
    case state when 'requested' then 'pending' when 'returned' then 'failed' else state end as state
  from nfts.copy_withdrawals`;

const withdrawals = (sql: Sql): Relation => sql`select id, account_id from nfts.copy_withdrawals`;

const mints = (sql: Sql): Relation => sql`select copy_id as id, null::uuid as account_id from nfts.mints`;
